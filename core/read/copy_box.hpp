// SPDX-License-Identifier: MIT
#pragma once
// Rows or a box of a chunk to those of an array, for chunks of any shape.
//
// Model: a chunk lies at `first` in the array; what both it and the rows start ≤ r < stop have is
// copied to where these rows begin. Threads: any. Failure: none.

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/layout/spec.hpp"
#include "core/read/chunk_index.hpp"

namespace sheaf::read {

// Copies of one element, as many as fit.
void fill(std::span<std::byte> out, std::span<const std::byte> element);
// Of the fill element where `chunk` is null.
void copy_box(const Grid& grid, const Shape& first, layout::Span rows, const std::byte* chunk,
              std::span<const std::byte> fill_element, std::byte* out);
// What a chunk and a box have in common; `out` is the box.
void copy_part(const Grid& grid, const Shape& chunk_first, const Shape& first, const Shape& count,
               const std::byte* chunk, std::span<const std::byte> fill_element, std::byte* out);

}  // namespace sheaf::read
