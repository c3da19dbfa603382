// SPDX-License-Identifier: MIT
#pragma once
// The sources a feature claims, in the ABI's form; only for the time of its surveys.

#include <span>
#include <vector>

#include "host/ingest/work.hpp"
#include "host/plugin/instance.hpp"
#include <sheaf/plugin.h>

namespace sheaf::host {

class SurveyTable {
 public:
  // Empty for a feature that doesn't survey. Refers to `work`.
  SurveyTable(const Work& work, std::size_t feature);
  // `described`: by the features before this one, among them the one it derives from.
  [[nodiscard]] plugin::SurveyView view(std::span<const plugin::Description> described) const;

 private:
  const Work& work_;
  std::size_t feature_;
  std::vector<sheaf_source> rows_;
  std::vector<const sheaf_source*> pointers_;
};

}  // namespace sheaf::host
