// SPDX-License-Identifier: MIT
#pragma once
// Writes a value as a .npy file: numpy.lib.format, version 1.0 (strings as fixed-width UTF-32).

#include <filesystem>

#include "core/value.hpp"

namespace sheaf::host::cli {

// Replaces an ordinary file once the new one is whole. Throws Error; then the old one stays.
void write_npy(const std::filesystem::path& file, const Value& value);

}  // namespace sheaf::host::cli
