// SPDX-License-Identifier: MIT
#include "core/array/engine/box.hpp"

#include <algorithm>
#include <utility>

namespace sheaf::np {

Shape block_extents(const Shape& shape, const Shape& grain, std::int64_t most) {
  Shape extents = grain.size() == shape.size() ? grain : Shape(shape.size(), 1);
  most = std::max<std::int64_t>(most, 1);
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    extents[axis] =
        std::clamp<std::int64_t>(extents[axis], 1, std::max<std::int64_t>(shape[axis], 1));
  }
  // Chunks that are too large are cut, along the first axes first.
  for (std::size_t axis = 0; axis < shape.size() && element_count(extents) > most; ++axis) {
    const std::int64_t rest = element_count(extents) / extents[axis];
    extents[axis] = std::max<std::int64_t>(1, most / rest);
  }
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    const std::int64_t rest = element_count(extents) / extents[axis];
    const std::int64_t fit = most / rest / extents[axis];  // so many times as much
    if (fit <= 1) continue;
    extents[axis] = fit >= (shape[axis] + extents[axis] - 1) / extents[axis]
                        ? std::max<std::int64_t>(shape[axis], 1)
                        : extents[axis] * fit;
  }
  return extents;
}

Blocks::Blocks(Shape shape, Shape extents)
    : shape_(std::move(shape)), extents_(std::move(extents)) {
  for (std::size_t axis = 0; axis < shape_.size(); ++axis) {
    counts_.push_back((shape_[axis] + extents_[axis] - 1) / extents_[axis]);
    count_ *= counts_.back();
  }
}

Box Blocks::at(std::int64_t number) const {
  Box box{Shape(shape_.size()), Shape(shape_.size())};
  for (std::size_t axis = shape_.size(); axis-- > 0;) {
    box.first[axis] = number % counts_[axis] * extents_[axis];
    box.count[axis] = std::min(extents_[axis], shape_[axis] - box.first[axis]);
    number /= counts_[axis];
  }
  return box;
}

Shape strides_of(const Shape& shape) {
  Shape strides(shape.size(), 1);
  for (std::size_t axis = shape.size(); axis-- > 1;) {
    strides[axis - 1] = strides[axis] * shape[axis];
  }
  return strides;
}

}  // namespace sheaf::np
