// SPDX-License-Identifier: MIT
#pragma once
// Views: the elements of another array at other places, without a copy.
//
//   a[::2, 5, newaxis]      a base axis has an offset, and at most one axis of the view moves along
//   a.T, flip(a, 0)         it by a step; an axis of the view that moves along none repeats
//
// Model: reading a box of a view reads the least box of the base that holds it, or several where
// steps leave out much. Views of what can be written can be written, unless they repeat.
// Failure: Error.

#include <vector>

#include "core/array/engine/node.hpp"

namespace sheaf::np {

struct ViewAxis {
  std::int64_t count = 1;
  std::int64_t base_axis = -1;  // none: the same element over and over
  std::int64_t step = 0;
};

// `offsets` are the base's first element.
[[nodiscard]] NodePtr view_of(const NodePtr& base, const Shape& offsets,
                              const std::vector<ViewAxis>& axes);

[[nodiscard]] NodePtr transposed(const NodePtr& node, const Shape& axes);
// np.broadcast_to. Throws Error (Invalid) with both shapes.
[[nodiscard]] NodePtr broadcast(const NodePtr& node, const Shape& shape);
// Of a node that is one element over and over: that, without axes; null for others.
[[nodiscard]] NodePtr repeated_element(const NodePtr& node);
// The shape that arrays of these have together. Throws Error (Invalid) with all of them, which
// names the function where there is one.
[[nodiscard]] Shape broadcast_shape(const std::vector<Shape>& shapes,
                                    const std::string& function = {});
// An axis that may be negative, of so many. Throws Error (Invalid).
[[nodiscard]] std::size_t axis_of(std::int64_t axis, std::size_t axes);

}  // namespace sheaf::np
