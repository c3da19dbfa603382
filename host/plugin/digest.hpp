// SPDX-License-Identifier: MIT
#pragma once
// SHA-256 of a file, in hex as sha256sum prints it: what a plugin's binary is known and trusted by.

#include <filesystem>
#include <string>

namespace sheaf::host::plugin {

// Throws Error when the file can't be read.
[[nodiscard]] std::string sha256_of_file(const std::filesystem::path& file);

}  // namespace sheaf::host::plugin
