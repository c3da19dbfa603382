// SPDX-License-Identifier: MIT
#pragma once
// Which outputs a file has, after the list of its keys.
//
// Model: a key that never got an array is skipped; two arrays that make a ragged pair, whoever
// wrote them, are one output. Failure: Error that names the object.

#include <optional>
#include <string>
#include <vector>

#include "core/layout/stored_array.hpp"

namespace sheaf::layout {

struct FoundOutput {
  std::string path;
  StoredArray array;                  // the flat one of a ragged pair
  std::optional<StoredArray> shapes;  // of a ragged pair
};

// In the order of the keys. `sources` is the number of ids in the file.
[[nodiscard]] std::vector<FoundOutput> find_outputs(const hdf5::File& file, std::size_t sources);

}  // namespace sheaf::layout
