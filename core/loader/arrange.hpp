// SPDX-License-Identifier: MIT
#pragma once
// Copies of rows in another arrangement: overlapping frames, or a stretch of an inner axis.
//
// Threads: any. Failure: none.

#include <cstddef>
#include <cstdint>

#include "core/loader/input.hpp"

namespace sheaf::loader {

// `rows` rows of row_bytes become slice.length frames of slice.frame_size rows.
void copy_frames(const FramedSlice& slice, const std::byte* from, std::int64_t rows,
                 std::size_t row_bytes, std::byte* to);

// Of an array of that shape, positions begin ≤ p < begin + length along the axis.
void copy_along(const Shape& shape, std::size_t axis, std::int64_t begin, std::int64_t length,
                std::size_t element_bytes, const std::byte* from, std::byte* to);

}  // namespace sheaf::loader
