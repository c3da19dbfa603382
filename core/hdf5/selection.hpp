// SPDX-License-Identifier: MIT
#pragma once
// Dataspaces: extents, and rows selected in them.

#include <cstdint>
#include <vector>

#include <hdf5.h>

#include "core/hdf5/handle.hpp"
#include "core/value.hpp"

namespace sheaf::hdf5 {

[[nodiscard]] Dataspace make_space(const std::vector<hsize_t>& extents,
                                   const std::vector<hsize_t>& limits);
// Fixed extents; a scalar for an empty shape.
[[nodiscard]] Dataspace make_space(const Shape& shape);
[[nodiscard]] Dataspace space_of(const Dataset& dataset);
[[nodiscard]] Shape shape_of(const Dataspace& space);
// How far each axis may grow.
inline constexpr std::int64_t unlimited = -1;
[[nodiscard]] Shape limits_of(const Dataspace& space);
// Whether it is H5S_NULL: no elements and no shape (h5py.Empty).
[[nodiscard]] bool is_null(const Dataspace& space);

// Selects rows start ≤ r < stop, all items of them; none when the range or an item is empty.
void select_rows(const Dataspace& space, const Shape& item_shape, std::int64_t start,
                 std::int64_t stop);
// The dataset's space with shape[0] rows from `start` selected.
[[nodiscard]] Dataspace select_rows(const Dataset& dataset, std::int64_t start, const Shape& shape);

}  // namespace sheaf::hdf5
