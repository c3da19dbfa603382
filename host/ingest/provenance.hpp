// SPDX-License-Identifier: MIT
#pragma once
// What the file says about where a feature's rows come from, and how its datasets are created.

#include <string>
#include <vector>

#include "core/layout/spec.hpp"
#include "host/dispatch/selection.hpp"
#include "host/plugin/instance.hpp"

namespace sheaf::host {

// sheaf_feature, sheaf_plugin, … ; lists where several features share one place.
[[nodiscard]] std::vector<layout::Attribute> provenance(
    const std::vector<const Selected*>& features);

// What the file says of one of the features at a place: "" where it doesn't know the feature.
struct Origin {
  std::string feature;
  std::string version;     // of its plugin
  std::string parameters;  // JSON
  std::string pattern;
};
[[nodiscard]] Origin origin_of(const Selected& feature);
[[nodiscard]] std::vector<Origin> origins_of(const std::vector<layout::Attribute>& attrs);
// Provenance of a place where other features wrote before: those that take no part now stay.
[[nodiscard]] std::vector<layout::Attribute> merged_provenance(
    const std::vector<layout::Attribute>& stored, std::vector<layout::Attribute> now);

// The plugin's outputs with the user's dataset options on top; what that changes is logged.
[[nodiscard]] std::vector<layout::OutputSpec> with_overrides(
    const Selected& feature, std::vector<layout::OutputSpec> outputs);

}  // namespace sheaf::host
