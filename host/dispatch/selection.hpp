// SPDX-License-Identifier: MIT
#pragma once
// Which features take part in a run, with which parameters, at which place in the file.
//
// Model: without requests every installed feature that is not opt-in takes part, at its short name;
// with requests those named, a short name standing for all features that have it. The order is that
// of the requests (else by name), but a derived feature stands behind its input.

#include <cstddef>
#include <string>
#include <vector>

#include "host/dispatch/request.hpp"
#include "host/plugin/catalog.hpp"
#include "host/plugin/params.hpp"

namespace sheaf::host {

inline constexpr std::size_t no_input = static_cast<std::size_t>(-1);

struct Selected {
  const plugin::Feature* feature = nullptr;
  std::string path;                   // place in the file
  std::vector<std::string> patterns;  // RE2, with (?i) where case is ignored
  std::vector<plugin::ParamValue> params;
  DatasetOverrides dataset;
  std::size_t input = no_input;  // the selected feature it derives from

  [[nodiscard]] bool is_companion() const { return feature->has_flag(SHEAF_FEATURE_COMPANION); }
};

// Throws Error (NotFound, Invalid) that names the feature and the remedy; also for a cycle.
[[nodiscard]] std::vector<Selected> select(const plugin::Catalog& catalog,
                                           const std::vector<FeatureRequest>& requests);

// Every feature there is, for what it matches alone: each at its full name, without parameters.
[[nodiscard]] std::vector<Selected> all_features(const plugin::Catalog& catalog);
// Whether it takes part only when it is named.
[[nodiscard]] bool needs_a_request(const plugin::Feature& feature);
// Why it is no pattern; empty when it is one.
[[nodiscard]] std::string refuse_pattern(const std::string& pattern);
// For a name that no feature has: ": no such feature…" with those there are.
[[nodiscard]] std::string unknown_feature(const plugin::Catalog& catalog,
                                          const FeatureRequest& request);

}  // namespace sheaf::host
