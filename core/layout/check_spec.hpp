// SPDX-License-Identifier: MIT
#pragma once
// Refuses a feature that the file can't hold, before anything of it is written.

#include <string>

#include "core/layout/spec.hpp"

namespace sheaf::layout {

// Throws Error: Invalid (names, shapes, options that contradict each other), Unsupported (rows that
// HDF5 can't hold). `object` is named in the message.
void check_spec(const FeatureSpec& spec, const std::string& object);

// Whether one path is the other one or lies inside it.
[[nodiscard]] bool paths_collide(const std::string& a, const std::string& b) noexcept;

}  // namespace sheaf::layout
