// SPDX-License-Identifier: MIT
#pragma once
// The dataset that an item of a file is, as a node.
//
// Model: files that are open for reading only are read past the HDF5 library (core/read), by pread
// and by Sheaf's own codecs, on as many threads as ask; others through the library, one at a time.
// What is written goes through the library. The dataset must keep its shape while it is used.
// Failure: Error.

#include <optional>
#include <string>

#include "core/array/engine/node.hpp"
#include "core/layout/compression.hpp"
#include "core/objects/item.hpp"

namespace sheaf::np {

[[nodiscard]] NodePtr dataset_node(const objects::Item& item);

// Null for other nodes.
[[nodiscard]] const objects::Item* item_of(const NodePtr& node);

// How store() makes one. Chunks and compression are of numbers alone.
struct Storage {
  // None: for large arrays those of the dataset that they are made of, where there are any; for
  // what is compressed, of about 1 MiB.
  Shape chunks{};
  bool is_contiguous = false;  // in one piece, whatever the inputs are
  bool replaces = true;
  layout::Compression compression = layout::Compression::None;
  std::optional<int> level{};  // its usual one where there is none
  bool shuffle = false;
};
// A new dataset for what a node has, which nobody sees before put(): what is in its place until
// then can be read, and stays where this ends without.
class NewDataset {
 public:
  NewDataset(const objects::Item& place, const NodePtr& like, const Storage& storage);
  NewDataset(const NewDataset&) = delete;
  NewDataset& operator=(const NewDataset&) = delete;
  ~NewDataset();

  // To be written.
  [[nodiscard]] const NodePtr& node() const noexcept { return node_; }
  void put() const;

 private:
  objects::Item place_;
  std::string stage_;
  NodePtr node_;
};

}  // namespace sheaf::np
