// SPDX-License-Identifier: MIT
#pragma once
// Ids as names of files in a folder. Ids may come from anyone: none may lead out of the folder.
//
// Model: an id is taken as it is or not at all; nothing is renamed, so that what is in the folder
// can be found by id. Failure: text that says what is wrong. Threads: plain functions.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace sheaf::host {

// Why the text can't be a path below a folder, empty if it can: a component that is empty, "." or
// "..", or longer than a name may be with a suffix of so many bytes; a zero byte; too long at all.
[[nodiscard]] std::string refuse_name(std::string_view text, std::size_t suffix_bytes);

// The id that `has_file` and whose file id+`suffix` would have to be a folder for the file of `id`:
// "a" for "a.npy/b". Empty if there is none.
[[nodiscard]] std::string file_above(std::string_view id, std::string_view suffix,
                                     const std::function<bool(std::string_view)>& has_file);

}  // namespace sheaf::host
