// SPDX-License-Identifier: MIT
#pragma once
// Parts of an array, and the blocks that it is worked through in.
//
// Model: a box is a first element and extents, an axis each; an array without axes has one box, of
// one element. Blocks follow the grain (the chunks of a dataset) where they can, are no larger than
// they may be, and come in row-major order. Failure: none.

#include <cstdint>

#include "core/value.hpp"

namespace sheaf::np {

struct Box {
  Shape first;
  Shape count;

  [[nodiscard]] std::int64_t size() const noexcept { return element_count(count); }
  bool operator==(const Box&) const = default;
  [[nodiscard]] static Box whole(const Shape& shape) { return {Shape(shape.size(), 0), shape}; }
};

// Extents of a block of at most `most` elements, at least one; a grain of no axes is none.
[[nodiscard]] Shape block_extents(const Shape& shape, const Shape& grain, std::int64_t most);

class Blocks {
 public:
  Blocks(Shape shape, Shape extents);

  [[nodiscard]] std::int64_t count() const noexcept { return count_; }
  [[nodiscard]] Box at(std::int64_t number) const;

 private:
  Shape shape_;
  Shape extents_;
  Shape counts_;  // of blocks an axis
  std::int64_t count_ = 1;
};

// Elements from one index of an axis to the next one, of a row-major array.
[[nodiscard]] Shape strides_of(const Shape& shape);

// Calls `each` with the boxes that elements start ≤ i < stop of the flattened array are, in order.
template <class Each>
void for_each_run(const Shape& shape, std::int64_t start, std::int64_t stop, Each each);
// Calls each(element, at, count) with what of a box is one run of the array: from this element of
// the flattened array on, at this place of the flattened box.
template <class Each>
void for_each_row_of(const Box& box, const Shape& shape, Each each);

template <class Each>
void for_each_run(const Shape& shape, std::int64_t start, std::int64_t stop, Each each) {
  const Shape strides = strides_of(shape);
  while (start < stop) {
    // The outermost axis of which whole slices fit.
    std::size_t axis = 0;
    while (axis < shape.size() && (start % strides[axis] != 0 || stop - start < strides[axis])) {
      ++axis;
    }
    Box box{Shape(shape.size(), 0), Shape(shape.size(), 1)};
    std::int64_t left = start;
    for (std::size_t at = 0; at < shape.size(); ++at) {
      box.first[at] = left / strides[at];
      left %= strides[at];
    }
    if (axis < shape.size()) {
      box.count[axis] = std::min((stop - start) / strides[axis], shape[axis] - box.first[axis]);
      for (std::size_t at = axis + 1; at < shape.size(); ++at) box.count[at] = shape[at];
    }
    const std::int64_t size = box.size();
    each(box, start, size);
    start += size;
  }
}

template <class Each>
void for_each_row_of(const Box& box, const Shape& shape, Each each) {
  if (box.size() == 0) return;
  const Shape strides = strides_of(shape);
  std::size_t tail = box.count.size();
  std::int64_t run = 1;
  while (tail > 0) {
    run *= box.count[--tail];
    if (box.count[tail] != shape[tail]) break;
  }
  Shape at(tail, 0);
  for (std::int64_t done = 0;; done += run) {
    std::int64_t element = 0;
    for (std::size_t axis = 0; axis < strides.size(); ++axis) {
      element += (box.first[axis] + (axis < tail ? at[axis] : 0)) * strides[axis];
    }
    each(element, done, run);
    std::size_t axis = tail;
    while (axis > 0 && ++at[axis - 1] == box.count[axis - 1]) at[--axis] = 0;
    if (axis == 0) return;
  }
}

}  // namespace sheaf::np
