// SPDX-License-Identifier: MIT
#pragma once
// The good sources of a check: which of those given a feature claims, and the rows of its input
// where it derives from another feature.
//
// Model: a Samples is made from the command line's arguments once; of() is asked for each feature
// and remembers. Threads: one. Failure: Error where an argument doesn't exist; what a feature can't
// be given is told in `problem`.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/conformance/apart.hpp"
#include "host/conformance/task.hpp"
#include "host/plugin/catalog.hpp"

namespace sheaf::host::conformance {

struct Chosen {
  std::vector<Sample> samples;
  std::string input;    // of a derived feature: what its input describes (task.hpp)
  std::string problem;  // why there are none, with the remedy
};

class Samples {
 public:
  // Loads samples by a feature, in a process of its own: what it describes and gives of each.
  using Feed = std::function<Apart(const plugin::Feature&, const Chosen&)>;

  Samples(const std::vector<std::string>& arguments, const plugin::Plugin& checked, Feed feed);

  [[nodiscard]] std::size_t count() const { return sources_.size(); }
  [[nodiscard]] const Chosen& of(const sheaf_feature& feature);

 private:
  Chosen choose(const sheaf_feature& feature);
  Chosen derive(const sheaf_feature& feature, const plugin::Feature& input);
  // Of the plugin itself, else of those installed.
  [[nodiscard]] std::optional<plugin::Feature> find(std::string_view name);

  const plugin::Plugin& checked_;
  Feed feed_;
  std::vector<Sample> sources_;
  std::map<std::string, Chosen, std::less<>> chosen_;
  std::optional<plugin::Catalog> catalog_;
};

}  // namespace sheaf::host::conformance
