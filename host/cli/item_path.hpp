// SPDX-License-Identifier: MIT
#pragma once
// PATH on the command line: a place in a file, or an attribute there.
//
//   run/7           an entry; a leading '/' changes nothing, "/" is the root
//   log/0  log/-1   entries of a list, from either end;  log/-  one after the last
//   run/7@gain      an attribute;  @gain  one of the root
//
// Model: an entry that has the very name that was given comes first; then the last '@' begins an
// attribute, and "@@" is an '@'. Failure: Error that names what is there.

#include <optional>
#include <string>

#include "core/objects/file.hpp"

namespace sheaf::host::cli {

struct ItemPath {
  objects::Item item;
  std::optional<std::string> attribute{};
};

// Throws Error where it isn't there and mustn't be made.
[[nodiscard]] objects::File open_to_change(const std::string& file, bool may_create);

// What is there.
[[nodiscard]] ItemPath find_item(const objects::File& file, const std::string& text);
// The value of an attribute that is there. Throws Error where it can't be read, so that nobody
// takes
// "<compound>" for its value.
[[nodiscard]] objects::Tree attribute_at(const ItemPath& place);
// What may be made.
[[nodiscard]] ItemPath place_for(const objects::File& file, const std::string& text);
// The same for copies and moves of `from`: with a '/' at the end, below its own name.
[[nodiscard]] ItemPath place_for(const objects::File& file, const std::string& text,
                                 const ItemPath& from);

// Throws Error where Sheaf keeps track of what is there itself: sources, and arrays with a row or
// more a source. `doing` completes "can't be …".
void refuse_kept(const objects::File& file, const ItemPath& place, const char* doing);

inline constexpr const char* path_help = R"(
PATH is as in h5py: run/7/gain. Entries of a list go by number, log/0 or log/-1; log/- is one after
the last. PATH@NAME is an attribute, @NAME one of the root; @@ is an @ in a name.)";

}  // namespace sheaf::host::cli
