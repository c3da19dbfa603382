// SPDX-License-Identifier: MIT
#pragma once
// Which feature an array of a file is of, and what its attributes say.
//
// Model: a feature has a place in the file, with its attributes; its arrays are that place itself
// or lie right below it. Threads: any. Failure: Error (NotFound) for a path that isn't there.

#include <string>
#include <vector>

#include "core/read/file.hpp"

namespace sheaf::read {

// The path itself or one above it, whichever says of which feature it is; the path where none does.
[[nodiscard]] std::string feature_place(const File& file, const std::string& path);
// The features at a place, by full name: none for what no ingest wrote.
[[nodiscard]] std::vector<std::string> features_at(const File& file, const std::string& place);
// What is told to those that work on the rows of an array: attributes of its feature's place, and
// of its statistics where the file has them (at the place of a feature NAME_statistics) those of
// other names. None that begins with sheaf_.
[[nodiscard]] std::vector<layout::Attribute> telling_attrs(const File& file,
                                                           const std::string& path);

}  // namespace sheaf::read
