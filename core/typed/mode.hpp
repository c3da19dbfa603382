// SPDX-License-Identifier: MIT
#pragma once
// h5py's modes of opening a file: "r", "r+", "w", "w-" (or "x") and "a".
//
// Failure: Error that names the file: Invalid (no such mode, a folder), Exists.

#include <filesystem>
#include <string_view>

namespace sheaf::typed {

struct Mode {
  bool is_writable = false;
  bool is_new = false;      // a file is made …
  bool overwrites = false;  // … in the place of any other
};

// What the mode comes to for that file, as it is now.
[[nodiscard]] Mode mode_of(const std::filesystem::path& file, std::string_view mode);

}  // namespace sheaf::typed
