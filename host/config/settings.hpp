// SPDX-License-Identifier: MIT
#pragma once
// What a user, or the system for all of its users, has settled for every run: sheaf.toml in
// $XDG_CONFIG_HOME/sheaf and in /etc/sheaf.
//
// Model: both files may be absent. One that others could have written is refused: it says whose
// code is run. Threads: any. Failure: Error with file, line and column, as for every configuration.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sheaf::host {

// What a plugin's conformance report must say before it is loaded, from least to most.
enum class Conformance : std::uint8_t { Any, Passed, Full };

struct Settings {
  std::filesystem::path file;  // where they stand, or would stand
  std::vector<std::filesystem::path> plugin_folders;
  Conformance require_conformance = Conformance::Any;
};

[[nodiscard]] Settings read_settings(const std::filesystem::path& file);
[[nodiscard]] Settings user_settings();
// $SHEAF_SYSTEM_CONFIG names another file than /etc/sheaf/sheaf.toml, for those who can't write
// there.
[[nodiscard]] Settings system_settings();

}  // namespace sheaf::host
