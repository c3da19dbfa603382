// SPDX-License-Identifier: MIT
#pragma once
// What stands in brackets: NumPy's selection.
//
//   a(3)  a(-1, ellipsis)  a(slice(0, 10, 2), newaxis)  a(all, indices({4, 1}))  a(a > 0)
//
// Model: integers, slices, ellipsis and newaxis make a view; index lists and boolean masks choose
// elements one by one, as NumPy's advanced indexing. Failure: Error (Invalid) that names axis and
// shape.

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "core/array/engine/node.hpp"

namespace sheaf::np {

class Array;
struct Along;

struct Slice {
  std::optional<std::int64_t> start{}, stop{};
  std::int64_t step = 1;
};
struct Ellipsis {};
struct NewAxis {};

// start:stop:step; none is the end on that side.
using Bound = std::optional<std::int64_t>;
[[nodiscard]] inline Slice slice(Bound start, Bound stop, std::int64_t step = 1) {
  return {start, stop, step};
}
[[nodiscard]] inline Slice slice(Bound stop) { return {{}, stop, 1}; }
// A whole axis: a(all, 3); and np.all: all(a > 0), all(a > 0, 1) (statistics.hpp).
struct Everything : Slice {
  Array operator()(const Array& a) const;
  Array operator()(const Array& a, const Along& along) const;
};
inline constexpr Everything all{};
inline constexpr Ellipsis ellipsis{};
inline constexpr NewAxis newaxis{};

// A node: of integers (an index list, of any shape) or of bool (a mask).
using Index = std::variant<std::int64_t, Slice, Ellipsis, NewAxis, NodePtr>;

[[nodiscard]] NodePtr select(const NodePtr& node, const std::vector<Index>& indices);
// With index lists or masks among them (advanced.cpp).
[[nodiscard]] NodePtr select_elements(const NodePtr& node, const std::vector<Index>& indices);

}  // namespace sheaf::np
