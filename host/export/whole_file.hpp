// SPDX-License-Identifier: MIT
#pragma once
// A small file that is replaced as a whole or not at all.

#include <filesystem>
#include <functional>
#include <iosfwd>

namespace sheaf::host {

// Replaces an ordinary file once the new one is whole. Throws Error; then the old one stays.
void write_whole(const std::filesystem::path& path,
                 const std::function<void(std::ostream& file)>& write);

}  // namespace sheaf::host
