// SPDX-License-Identifier: MIT
#pragma once
// A typed scalar or array in memory: what an attribute holds and what a read returns.
//
// Model: dtype and shape (row-major; an empty shape is a scalar), and either `bytes` (all numeric
// dtypes) or `strings` (dtype utf8); the other one is empty.
// Start with Value::of(3.5), Value::of("text") or Value::of(std::vector<std::string>{...}).

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/dtype.hpp"

namespace sheaf {

using Shape = std::vector<std::int64_t>;

// The product of all extents, the largest int64 where that is too large; 1 for a scalar.
[[nodiscard]] std::int64_t element_count(const Shape& shape) noexcept;
// Whether an array of that shape has so many elements; a shape from a file may be anything.
[[nodiscard]] bool has_elements(const Shape& shape, std::int64_t elements) noexcept;
// "(32, 32, 3)", "(5,)", "()", as NumPy writes them.
[[nodiscard]] std::string to_string(const Shape& shape);

struct Value {
  Dtype dtype;
  Shape shape;
  std::vector<std::byte> bytes;
  std::vector<std::string> strings;

  bool operator==(const Value&) const = default;

  template <class T>
  requires std::is_arithmetic_v<T>
  [[nodiscard]] static Value of(T scalar);
  template <class T>
  requires(std::is_arithmetic_v<T> && !std::same_as<T, bool>) [[nodiscard]] static Value
      of(const std::vector<T>& array);
  [[nodiscard]] static Value of(std::string_view text);
  [[nodiscard]] static Value of(const char* text) { return of(std::string_view(text)); }
  [[nodiscard]] static Value of(std::vector<std::string> texts);
};

template <class T>
constexpr Dtype dtype_of() noexcept {
  if constexpr (std::same_as<T, bool>) {
    return boolean;
  } else if constexpr (std::floating_point<T>) {
    return {DtypeKind::Float, sizeof(T) * 8};
  } else if constexpr (std::signed_integral<T>) {
    return {DtypeKind::Int, sizeof(T) * 8};
  } else {
    return {DtypeKind::Uint, sizeof(T) * 8};
  }
}

template <class T>
requires std::is_arithmetic_v<T> Value Value::of(T scalar) {
  Value value{dtype_of<T>(), {}, std::vector<std::byte>(sizeof(T)), {}};
  std::memcpy(value.bytes.data(), &scalar, sizeof(T));
  return value;
}

template <class T>
requires(std::is_arithmetic_v<T> &&
         !std::same_as<T, bool>) Value Value::of(const std::vector<T>& array) {
  Value value{dtype_of<T>(),
              {static_cast<std::int64_t>(array.size())},
              std::vector<std::byte>(array.size() * sizeof(T)),
              {}};
  if (!array.empty()) std::memcpy(value.bytes.data(), array.data(), value.bytes.size());
  return value;
}

}  // namespace sheaf
