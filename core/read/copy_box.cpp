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

Part::Part(const Grid& grid, const Shape& chunk_first, const Shape& first, const Shape& box)
    : from_(strides_of(grid.chunk(), grid.element_bytes())),
      to_(strides_of(box, grid.element_bytes())),
      count_(first.size()) {
  for (std::size_t axis = 0; axis < count_.size(); ++axis) {
    const std::int64_t begin = std::max(first[axis], chunk_first[axis]);
    const std::int64_t stop =
        std::min(first[axis] + box[axis], chunk_first[axis] + grid.chunk()[axis]);
    count_[axis] = stop - begin;
    if (count_[axis] <= 0) return;
    target_ += static_cast<std::size_t>(begin - first[axis]) * to_[axis];
    source_ += static_cast<std::size_t>(begin - chunk_first[axis]) * from_[axis];
  }
  // Axes that are whole on both sides are one run.
  std::size_t axis = count_.size() - 1;
  while (axis > 0 && count_[axis] == grid.chunk()[axis] && count_[axis] == box[axis]) --axis;
  run_ = static_cast<std::size_t>(count_[axis]) * to_[axis];
  count_.resize(axis);
}

void copy_part(const Grid& grid, const Shape& chunk_first, const Shape& first, const Shape& box,
               const std::byte* chunk, std::span<const std::byte> fill_element, std::byte* out) {
  const Part part(grid, chunk_first, first, box);
  part.for_each_run([&](std::size_t source, std::size_t target) {
    if (chunk != nullptr) {
      std::memcpy(out + target, chunk + source, part.run());
    } else {
      fill({out + target, part.run()}, fill_element);
    }
  });
}

}  // namespace sheaf::read
