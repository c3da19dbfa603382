// SPDX-License-Identifier: MIT
#pragma once
// Region references: rows of a dataset, as h5py reads them with f['a'][f['refs'][i]].
//
// Model: a reference is 12 bytes in memory and in the file, all zero where there is none. What it
// selects lies in the file's global heap.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "core/hdf5/handle.hpp"
#include "core/value.hpp"

namespace sheaf::hdf5 {

using RegionReference = std::array<std::byte, 12>;

// Makes references to rows of one dataset.
class RegionMaker {
 public:
  // `shape` holds all rows that references may be made to.
  RegionMaker(const Dataset& dataset, const Shape& shape);
  [[nodiscard]] RegionReference rows(std::int64_t start, std::int64_t stop) const;

 private:
  hid_t dataset_;
  Shape item_shape_;
  Dataspace space_;
};

// Start and stop of the rows it selects, (0, 0) when it selects none of them; empty for a null
// reference. Throws Error (Corrupt) when that isn't a range of whole rows of `shape`.
[[nodiscard]] std::optional<std::pair<std::int64_t, std::int64_t>> rows_of(
    const RegionReference& reference, const Dataset& dataset, const Shape& shape);

// Whether it leads to the object at that address (links.hpp), whatever it selects there.
[[nodiscard]] bool leads_to(const RegionReference& reference, const Dataset& dataset,
                            std::uint64_t address);

}  // namespace sheaf::hdf5
