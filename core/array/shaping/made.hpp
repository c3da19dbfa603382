// SPDX-License-Identifier: MIT
#pragma once
// Nodes that other rooms put arrays together from.
//
//   made_node       what a function of a box says: ramps, grids, elements picked from inputs
//   reshaped        the same elements in the same order under another shape; views stay writable
//   joined          parts one behind the other along an axis
//   taken           rows base[i, j, …] for lists i, j, … of one shape, which may be arrays on disk
//   masked          elements where a mask of the same shape is true, in row-major order
//   counted_places  index k of the flattened node so many times as its count says (true: once)
//
// Model: nothing is copied; each gives the elements of any box. Of masks and counts, one pass when
// the node is made finds the size of the result, and keeps a number a block.
// Threads: as Node. Failure: Error (Invalid) that names the index, the axis and the shape.

#include <functional>
#include <vector>

#include "core/array/engine/node.hpp"

namespace sheaf::np {

// Resets `out` and fills it; read by several threads.
using Fill = std::function<void(const Box& box, Buffer& out, Pass& pass)>;
[[nodiscard]] NodePtr made_node(Dtype dtype, Shape shape, std::vector<NodePtr> inputs, Fill fill);
// 0, 1, 2 … of int64.
[[nodiscard]] NodePtr ramp(std::int64_t extent);

[[nodiscard]] NodePtr reshaped(const NodePtr& node, const Shape& shape);

// Of one dtype, and of one shape but for the axis.
[[nodiscard]] NodePtr joined(std::vector<NodePtr> parts, std::size_t axis);

// The axes as the user knows them, for messages.
struct Asked {
  Shape shape;
  std::vector<std::size_t> axes;  // that the lists stand for
};
// `lists` of int64 and one shape, for the first axes of the base; negative ones count from the end.
[[nodiscard]] NodePtr taken(const NodePtr& base, const std::vector<NodePtr>& lists, Asked asked);
[[nodiscard]] NodePtr masked(const NodePtr& base, const NodePtr& mask);
// Of bool, or of integers ≥ 0.
[[nodiscard]] NodePtr counted_places(const NodePtr& counts);

}  // namespace sheaf::np
