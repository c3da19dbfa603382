// SPDX-License-Identifier: MIT
#pragma once
// The dataset that an item of a file is, as a node.
//
// Model: files that are open for reading only are read past the HDF5 library (core/read), by pread
// and by Sheaf's own codecs, on as many threads as ask; others through the library, one at a time.
// What is written goes through the library. The dataset must keep its shape while it is used.
// Failure: Error.

#include "core/array/engine/node.hpp"
#include "core/objects/item.hpp"

namespace sheaf::np {

[[nodiscard]] NodePtr dataset_node(const objects::Item& item);

// Null for other nodes.
[[nodiscard]] const objects::Item* item_of(const NodePtr& node);

// How store() makes one.
struct Storage {
  Shape chunks{};  // none: contiguous, in one piece
  bool replaces = true;
};
// A new one with elements of the dtype, for writing: it is in its place, not filled.
[[nodiscard]] NodePtr make_dataset(const objects::Item& item, Dtype dtype, const Shape& shape,
                                   const Storage& storage);

}  // namespace sheaf::np
