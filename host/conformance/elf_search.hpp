// SPDX-License-Identifier: MIT
#pragma once
// The libraries that a library needs, and those that they need, found as the dynamic linker would.
//
// Model: breadth first, each name once. A name is looked for among the libraries that this process
// has already (the linker wouldn't load another of that name), then in the RPATH of who needs it
// and of its loaders, LD_LIBRARY_PATH, RUNPATH, and the folders of /etc/ld.so.conf and the system.
// ld.so(8) has the rules. Threads: any, where nobody sets the environment.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/conformance/elf_library.hpp"

namespace sheaf::host::conformance {

struct Needed {
  Library library;
  std::optional<std::size_t> by;  // who needs it first: a place in Closure::libraries
};

struct Missing {
  std::string name;
  std::size_t by = 0;
  std::string unusable;  // the first file of that name that won't do and why, or empty
};

struct Closure {
  std::vector<Needed> libraries;  // the first is what was asked for
  std::vector<Missing> missing;

  // By a name of DT_NEEDED; null where it is missing.
  [[nodiscard]] const Library* find(const std::string& name) const;
  std::map<std::string, std::size_t> by_name;
};

[[nodiscard]] Closure find_needed(Library library);

// One entry of an RPATH or RUNPATH with $ORIGIN replaced; nullopt for one with other variables.
[[nodiscard]] std::optional<std::string> expand_origin(const std::string& entry,
                                                       const std::filesystem::path& library);
// The entries between colons, also empty ones.
[[nodiscard]] std::vector<std::string> split_search_path(const std::string& path);

// Libraries that this process has loaded, by file name.
[[nodiscard]] const std::map<std::string, std::filesystem::path>& loaded_libraries();

}  // namespace sheaf::host::conformance
