// SPDX-License-Identifier: MIT
#pragma once
// Who could have written a file: what runs as the user must be the user's own, or the system's.

#include <filesystem>
#include <string>

namespace sheaf::host {

// Why others could have written `path`, with the remedy; or empty.
[[nodiscard]] std::string writable_by_others(const std::filesystem::path& path);
[[nodiscard]] bool is_writable_by_all(const std::filesystem::path& path);

}  // namespace sheaf::host
