// SPDX-License-Identifier: MIT
#pragma once
// Where plugins are looked for, and which files there may be loaded.
//
// Model: places are searched in order; a place that isn't absolute is refused, the working
// directory is never one. A candidate is a *.so in a place. Whoever could write to a plugin could
// run code as the user, so files and folders that others can write to are refused, unless the
// file's SHA-256 stands in $XDG_CONFIG_HOME/sheaf/trusted (lines as sha256sum prints them).

#include <filesystem>
#include <string>
#include <vector>

namespace sheaf::host::plugin {

struct Candidate {
  std::filesystem::path file;
  std::string refused;  // the reason, or empty
};

struct Place {
  std::string origin;  // "SHEAF_PLUGIN_PATH", "user", "system", "install"
  std::filesystem::path folder;
  std::string refused;  // the reason, or empty; "isn't there" is no refusal but leaves it empty
  bool exists = false;
  std::vector<Candidate> candidates;  // sorted by name
};

// All places of this process's environment, with their candidates.
[[nodiscard]] std::vector<Place> search_places();

// Why others could have written `path`, or empty.
[[nodiscard]] std::string writable_by_others(const std::filesystem::path& path);

}  // namespace sheaf::host::plugin
