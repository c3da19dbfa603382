// SPDX-License-Identifier: MIT
#pragma once
// The sources a feature claims, in the ABI's form; only for the time of its surveys.

#include <span>
#include <vector>

#include "host/ingest/work.hpp"
#include <sheaf/plugin.h>

namespace sheaf::host {

class SurveyTable {
 public:
  // Empty for a feature that doesn't survey. Refers to `work`.
  SurveyTable(const Work& work, std::size_t feature);
  [[nodiscard]] std::span<const sheaf_source* const> rows() const { return pointers_; }

 private:
  std::vector<sheaf_source> rows_;
  std::vector<const sheaf_source*> pointers_;
};

}  // namespace sheaf::host
