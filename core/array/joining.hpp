// SPDX-License-Identifier: MIT
#pragma once
// Arrays put together, repeated, and taken apart.
//
//   np::concatenate({a, b}, 1)   np::stack({a, b})   np::split(a, 3)   np::tile(a, {2, 2})
//
// Model: split and its kin give views; the others are read from their parts block by block, and
// copy nothing before that. dtypes become the one that holds all. Failure: Error (Invalid).

#include <string_view>
#include <variant>
#include <vector>

#include "core/array/shaping.hpp"

namespace sheaf::np {

// Without an axis, of the flattened arrays.
[[nodiscard]] Array concatenate(const std::vector<Array>& arrays, Axis axis = 0);
[[nodiscard]] Array stack(const std::vector<Array>& arrays, std::int64_t axis = 0);
[[nodiscard]] Array vstack(const std::vector<Array>& arrays);
[[nodiscard]] Array row_stack(const std::vector<Array>& arrays);
[[nodiscard]] Array hstack(const std::vector<Array>& arrays);
[[nodiscard]] Array dstack(const std::vector<Array>& arrays);
[[nodiscard]] Array column_stack(const std::vector<Array>& arrays);
// Rows of blocks: block({{a, b}, {c, d}}).
struct Block {
  Block(Array array) : held(std::move(array)) {}
  Block(std::vector<Block> list) : held(std::move(list)) {}
  Block(std::initializer_list<Block> list) : held(std::vector<Block>(list)) {}
  std::variant<Array, std::vector<Block>> held;
};
[[nodiscard]] Array block(const Block& blocks);

// In so many equal parts, or at these places.
[[nodiscard]] std::vector<Array> split(const Array& a, std::int64_t sections,
                                       std::int64_t axis = 0);
[[nodiscard]] std::vector<Array> split(const Array& a, const Shape& indices, std::int64_t axis = 0);
// Parts may differ by one.
[[nodiscard]] std::vector<Array> array_split(const Array& a, std::int64_t sections,
                                             std::int64_t axis = 0);
[[nodiscard]] std::vector<Array> vsplit(const Array& a, std::int64_t sections);
[[nodiscard]] std::vector<Array> hsplit(const Array& a, std::int64_t sections);
[[nodiscard]] std::vector<Array> dsplit(const Array& a, std::int64_t sections);
[[nodiscard]] std::vector<Array> vsplit(const Array& a, const Shape& indices);
[[nodiscard]] std::vector<Array> hsplit(const Array& a, const Shape& indices);
[[nodiscard]] std::vector<Array> dsplit(const Array& a, const Shape& indices);

[[nodiscard]] Array tile(const Array& a, const Shape& reps);
// A count for all, or one each.
[[nodiscard]] Array repeat(const Array& a, const Array& repeats, Axis axis = {});
// `obj` is an index, a slice, an index list or a mask.
[[nodiscard]] Array delete_(const Array& a, const Index& obj, Axis axis = {});
[[nodiscard]] Array insert(const Array& a, const Index& obj, const Array& values, Axis axis = {});
[[nodiscard]] Array append(const Array& a, const Array& values, Axis axis = {});
// Repeats the elements where it grows.
[[nodiscard]] Array resize(const Array& a, const Shape& new_shape);
[[nodiscard]] Array roll(const Array& a, const Shape& shift, const std::optional<Shape>& axis = {});
// Of one axis; 'f' in front, 'b' at the back. Looks for the first element that stays.
[[nodiscard]] Array trim_zeros(const Array& filt, std::string_view trim = "fb");

}  // namespace sheaf::np
