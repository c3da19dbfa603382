// SPDX-License-Identifier: MIT
#pragma once
// The same elements under another shape, in another order of axes, or fewer of them.
//
//   np::reshape(a, {-1, 3})   np::moveaxis(a, 0, -1)   np::flip(a)   np::diagonal(a)
//
// Model: all are views: nothing is read, and what is written to one changes the array (NumPy copies
// in some of these places). Axes may be negative. Failure: Error (Invalid) that names the shape.

#include <optional>
#include <string_view>
#include <vector>

#include "core/array/array.hpp"

namespace sheaf::np {

using Axis = std::optional<std::int64_t>;

[[nodiscard]] inline const Shape& shape(const Array& a) { return a.shape(); }
[[nodiscard]] inline std::size_t ndim(const Array& a) { return a.ndim(); }
[[nodiscard]] std::int64_t size(const Array& a, Axis axis = {});

// One extent may be -1. Orders: "C", "F".
[[nodiscard]] Array reshape(const Array& a, Shape newshape, std::string_view order = "C");
// No copies, neither of them.
[[nodiscard]] Array ravel(const Array& a, std::string_view order = "C");
[[nodiscard]] Array flatten(const Array& a, std::string_view order = "C");

[[nodiscard]] Array transpose(const Array& a, const Shape& axes = {});
[[nodiscard]] Array moveaxis(const Array& a, const Shape& source, const Shape& destination);
[[nodiscard]] Array moveaxis(const Array& a, std::int64_t source, std::int64_t destination);
[[nodiscard]] Array rollaxis(const Array& a, std::int64_t axis, std::int64_t start = 0);
[[nodiscard]] Array swapaxes(const Array& a, std::int64_t axis1, std::int64_t axis2);

[[nodiscard]] Array atleast_1d(const Array& a);
[[nodiscard]] Array atleast_2d(const Array& a);
[[nodiscard]] Array atleast_3d(const Array& a);
// With axes of one element in front, as np.array(…, ndmin=…).
[[nodiscard]] Array with_ndmin(const Array& a, std::size_t ndmin);
[[nodiscard]] Array expand_dims(const Array& a, const Shape& axis);
[[nodiscard]] Array squeeze(const Array& a, const std::optional<Shape>& axis = {});
[[nodiscard]] Array broadcast_to(const Array& a, const Shape& shape);
[[nodiscard]] std::vector<Array> broadcast_arrays(const std::vector<Array>& arrays);
// The shape that they have together: np.broadcast(…).shape.
[[nodiscard]] Shape broadcast_shapes(const std::vector<Shape>& shapes);

[[nodiscard]] Array flip(const Array& m, const std::optional<Shape>& axis = {});
[[nodiscard]] Array fliplr(const Array& m);
[[nodiscard]] Array flipud(const Array& m);
[[nodiscard]] Array rot90(const Array& m, std::int64_t k = 1, const Shape& axes = {0, 1});
[[nodiscard]] Array diagonal(const Array& a, std::int64_t offset = 0, std::int64_t axis1 = 0,
                             std::int64_t axis2 = 1);

// Elements by their places along an axis, or of the flattened array. Modes: raise, wrap, clip.
[[nodiscard]] Array take(const Array& a, const Array& indices, Axis axis = {},
                         std::string_view mode = "raise");
[[nodiscard]] Array take_along_axis(const Array& a, const Array& indices, Axis axis);
[[nodiscard]] Array compress(const Array& condition, const Array& a, Axis axis = {});

// Into an array that can be written; `where` is a mask.
void copyto(const Array& dst, const Array& src, const std::optional<Array>& where = {});

// Selection along one axis.
[[nodiscard]] Array along(const Array& a, std::size_t axis, const Index& index);

}  // namespace sheaf::np
