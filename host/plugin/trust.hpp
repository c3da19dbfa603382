// SPDX-License-Identifier: MIT
#pragma once
// Plugins that a user trusts although others could have written them.
//
// Model: $XDG_CONFIG_HOME/sheaf/trusted, a text file with a line each: for a file its SHA-256 and
// path, as sha256sum prints them (the digest counts, the path is for people); for a folder the word
// "folder" and its path. A trusted folder is one that a lab shares: its group and its other members
// may write there. What everybody may write to is never trusted by folder. A list that others can
// write to counts for nothing.

#include <filesystem>
#include <set>
#include <string>

namespace sheaf::host::plugin {

struct Trusted {
  std::set<std::string> digests;
  std::set<std::filesystem::path> folders;  // absolute, links resolved
};

[[nodiscard]] Trusted read_trusted();

// What trust() and untrust() say of what they did: "was trusted already".
struct TrustChange {
  std::filesystem::path list;  // the file with the lines
  std::string line;            // that was added or taken away
  bool is_new = false;         // false: nothing to do
};

// Throws Error: NotFound, Invalid for a folder that everybody can write to or what is no plugin.
TrustChange trust(const std::filesystem::path& path);
TrustChange untrust(const std::filesystem::path& path);

}  // namespace sheaf::host::plugin
