// SPDX-License-Identifier: MIT
#pragma once
// Where plugins are looked for, and which files there may be loaded.
//
// Model: places are searched in order; a place that isn't absolute is refused, the working
// directory is never one. A candidate is a *.so in a place, or a *.py that is a loader. Whoever
// could write to a plugin could run code as the user, so files and folders that others can write to
// are refused, unless the user trusts them (trust.hpp).

#include <filesystem>
#include <string>
#include <vector>

namespace sheaf::host::plugin {

struct Candidate {
  std::filesystem::path file;
  std::string refused;  // the reason, or empty
};

struct Place {
  std::string origin;  // "SHEAF_PLUGIN_PATH", "user", "user's sheaf.toml", "system", …
  std::filesystem::path folder;
  std::string refused;  // the reason, or empty; "isn't there" is no refusal but leaves it empty
  bool exists = false;
  std::vector<Candidate> candidates;           // sorted by name
  std::vector<std::filesystem::path> helpers;  // *.py that are no loaders; sorted by name
};

// All places of this process's environment, with their candidates.
[[nodiscard]] std::vector<Place> search_places();

// Why no code of the file may run as the user, as far as it doesn't depend on what it is; or empty.
[[nodiscard]] std::string why_refused(const std::filesystem::path& file);

}  // namespace sheaf::host::plugin
