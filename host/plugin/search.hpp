// SPDX-License-Identifier: MIT
#pragma once
// Where plugins are looked for, and which files there may be loaded.
//
// Model: places are searched in order; a place that isn't absolute is refused, the working
// directory is never one. A candidate is a *.so in a place. Whoever could write to a plugin could
// run code as the user, so files and folders that others can write to are refused, unless the user
// trusts them (trust.hpp).

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
  std::vector<Candidate> candidates;  // sorted by name
};

// All places of this process's environment, with their candidates.
[[nodiscard]] std::vector<Place> search_places();

}  // namespace sheaf::host::plugin
