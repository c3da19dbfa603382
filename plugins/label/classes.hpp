// SPDX-License-Identifier: MIT
#pragma once
// Class names and their indices.
//
// Model: the survey shows the names of all sources, so that the classes are complete and sorted
// before the first is loaded. A file that is resumed has some already: their indices stand for
// stored rows and never change; names that are new come behind them.

#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include <sheaf/sdk.hpp>

namespace sheaf::label {

class Classes {
 public:
  // Those of `found` sorted bytewise, behind the ones that the file has as its attribute `classes`.
  void settle(const sdk::Survey& survey, const std::set<std::string>& found);
  // Throws sdk::Error for a name that the survey didn't show.
  [[nodiscard]] std::int64_t index(const std::string& name) const;
  // In the order of their indices.
  [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }

 private:
  void add(const std::string& name);
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::int64_t> indices_;
};

}  // namespace sheaf::label
