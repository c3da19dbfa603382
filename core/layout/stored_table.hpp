// SPDX-License-Identifier: MIT
#pragma once
// Reads the tables of a file: /__src__ and /__fail__, one row a source or a failure.
//
// Model: a table that is missing reads as empty. Throws Error (Corrupt) for one of another type.

#include <cstdint>
#include <string>
#include <vector>

#include "core/hdf5/handle.hpp"

namespace sheaf::layout {

[[nodiscard]] std::vector<std::string> read_texts(const hdf5::File& file, const std::string& path);
// One that is missing or shorter than `count` is filled up with -1.
[[nodiscard]] std::vector<std::int64_t> read_numbers(const hdf5::File& file,
                                                     const std::string& path, std::size_t count);

}  // namespace sheaf::layout
