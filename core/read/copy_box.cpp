// SPDX-License-Identifier: MIT
#include "core/read/copy_box.hpp"

#include <algorithm>
#include <cstring>

namespace sheaf::read {
namespace {

// Bytes from one index of an axis to the next one.
std::vector<std::size_t> strides_of(const Shape& shape, std::size_t element_bytes) {
  std::vector<std::size_t> strides(shape.size(), element_bytes);
  for (std::size_t axis = shape.size() - 1; axis-- > 0;) {
    strides[axis] = strides[axis + 1] * static_cast<std::size_t>(shape[axis + 1]);
  }
  return strides;
}

}  // namespace

void fill(std::span<std::byte> out, std::span<const std::byte> element) {
  if (out.empty() || element.empty()) return;
  const bool is_even = std::ranges::all_of(element, [&](std::byte b) { return b == element[0]; });
  if (is_even) {
    std::memset(out.data(), static_cast<int>(element[0]), out.size());
    return;
  }
  for (std::size_t at = 0; at < out.size(); at += element.size()) {
    std::memcpy(out.data() + at, element.data(), std::min(element.size(), out.size() - at));
  }
}

void copy_box(const Grid& grid, const Shape& first, layout::Span rows, const std::byte* chunk,
              std::span<const std::byte> fill_element, std::byte* out) {
  Shape box_first(first.size(), 0);
  Shape box_count = grid.shape();
  box_first[0] = rows.start;
  box_count[0] = rows.stop - rows.start;
  copy_part(grid, first, box_first, box_count, chunk, fill_element, out);
}

void copy_part(const Grid& grid, const Shape& chunk_first, const Shape& first, const Shape& box,
               const std::byte* chunk, std::span<const std::byte> fill_element, std::byte* out) {
  const std::size_t axes = first.size();
  const std::vector<std::size_t> from = strides_of(grid.chunk(), grid.element_bytes());
  const std::vector<std::size_t> to = strides_of(box, grid.element_bytes());
  Shape count(axes);
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const std::int64_t begin = std::max(first[axis], chunk_first[axis]);
    const std::int64_t stop =
        std::min(first[axis] + box[axis], chunk_first[axis] + grid.chunk()[axis]);
    count[axis] = stop - begin;
    if (count[axis] <= 0) return;
    out += static_cast<std::size_t>(begin - first[axis]) * to[axis];
    if (chunk != nullptr) {
      chunk += static_cast<std::size_t>(begin - chunk_first[axis]) * from[axis];
    }
  }
  // Axes that are whole on both sides are one run.
  std::size_t run_axis = axes - 1;
  while (run_axis > 0 && count[run_axis] == grid.chunk()[run_axis] &&
         count[run_axis] == box[run_axis]) {
    --run_axis;
  }
  const std::size_t run = static_cast<std::size_t>(count[run_axis]) * to[run_axis];
  Shape at(axes, 0);
  while (true) {
    std::size_t source = 0;
    std::size_t target = 0;
    for (std::size_t axis = 0; axis < run_axis; ++axis) {
      source += static_cast<std::size_t>(at[axis]) * from[axis];
      target += static_cast<std::size_t>(at[axis]) * to[axis];
    }
    if (chunk != nullptr) {
      std::memcpy(out + target, chunk + source, run);
    } else {
      fill({out + target, run}, fill_element);
    }
    std::size_t axis = run_axis;
    while (axis > 0 && ++at[axis - 1] == count[axis - 1]) at[--axis] = 0;
    if (axis == 0) return;
  }
}

}  // namespace sheaf::read
