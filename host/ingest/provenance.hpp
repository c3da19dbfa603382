// SPDX-License-Identifier: MIT
#pragma once
// What the file says about where a feature's rows come from, and how its datasets are created.

#include <vector>

#include "core/layout/spec.hpp"
#include "host/dispatch/selection.hpp"
#include "host/plugin/instance.hpp"

namespace sheaf::host {

// sheaf_feature, sheaf_plugin, … ; lists where several features share one place.
[[nodiscard]] std::vector<layout::Attribute> provenance(
    const std::vector<const Selected*>& features);

// The plugin's outputs with the user's dataset options on top; what that changes is logged.
[[nodiscard]] std::vector<layout::OutputSpec> with_overrides(
    const Selected& feature, std::vector<layout::OutputSpec> outputs);

}  // namespace sheaf::host
