// SPDX-License-Identifier: MIT
#pragma once
// Packs one array: brings the rows of the sources that stay into their order.
//
// Model: rows are known as runs start ≤ r < stop of the old array, in the order they have in the
// new one. Memory holds a few chunks. Failure: Error.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/codecs/codec.hpp"
#include "core/hdf5/dataset.hpp"
#include "core/layout/chunk_encoder.hpp"
#include "core/layout/pack.hpp"
#include "core/layout/spec.hpp"

namespace sheaf::layout {

// How an array is stored.
struct Storage {
  std::int64_t chunk_rows = 1;
  std::vector<codecs::Filter> filters;

  bool operator==(const Storage&) const = default;
};

// As the dataset has it, and with the change. Throws Error (Invalid, Unsupported) naming the
// dataset.
[[nodiscard]] Storage storage_of(const hdf5::Dataset& dataset);
[[nodiscard]] Storage changed(const hdf5::Dataset& dataset, const StorageChange& change);

struct PackedRows {
  std::vector<Span> runs;   // of the old array
  std::vector<Span> cells;  // in the new one, one a source that stays
  std::int64_t rows = 0;    // of the new one
};

// `cells` are the old ones of the sources that stay.
[[nodiscard]] PackedRows pack_rows(const std::vector<Span>& cells);

struct ArrayCopy {
  const hdf5::Dataset* from = nullptr;
  hid_t group = -1;  // of the new file
  const PackedRows* rows = nullptr;
  StorageChange change;
  ChunkEncoder* encoder = nullptr;
  std::function<void(std::int64_t rows)> advance;  // rows of the new array that are done
};

// Creates __arr__ in the group. Returns whether chunks were copied as they are.
bool copy_array(const ArrayCopy& copy);

}  // namespace sheaf::layout
