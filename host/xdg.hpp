// SPDX-License-Identifier: MIT
#pragma once
// A user's folders, as the XDG base directory specification has them.

#include <filesystem>
#include <string_view>

namespace sheaf::host {

// What the variable says, or its default below the home folder; empty when neither is absolute.
// xdg_folder("XDG_CONFIG_HOME", ".config")
[[nodiscard]] std::filesystem::path xdg_folder(const char* variable, std::string_view below_home);

}  // namespace sheaf::host
