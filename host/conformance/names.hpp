// SPDX-License-Identifier: MIT
#pragma once
// Which sources a feature claims, and a name for one that it would claim.

#include <string>
#include <string_view>

#include <sheaf/plugin.h>

namespace sheaf::host::conformance {

// Whether one of its patterns matches; a derived feature without patterns claims what its input
// does, so anything.
[[nodiscard]] bool claims(const sheaf_feature& feature, std::string_view id);

// A name made up after the feature's patterns: "sample.wav" for \.(wav|flac)$. Empty where the
// patterns are beyond us.
[[nodiscard]] std::string made_up_name(const sheaf_feature& feature);

}  // namespace sheaf::host::conformance
