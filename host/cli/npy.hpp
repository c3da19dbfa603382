// SPDX-License-Identifier: MIT
#pragma once
// Writes a value as a .npy file: numpy.lib.format, version 1.0 (strings as fixed-width UTF-32).

#include <filesystem>

#include "core/value.hpp"

namespace sheaf::host::cli {

// Throws Error; a file that couldn't be written whole is removed.
void write_npy(const std::filesystem::path& file, const Value& value);

}  // namespace sheaf::host::cli
