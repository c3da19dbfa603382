// SPDX-License-Identifier: MIT
#pragma once
// An array in memory whose element type is known to the compiler: what typed reads return.
//
//   Tensor<float> loss = *exp.loss.get("train");        // loss.shape, loss.data
//   exp.loss.add("train", std::vector{0.5F, 0.25F});    // vectors and scalars convert to one
//
// Model: a shape and its elements, row-major. bool is a byte an element (0 or 1). Nothing but the
// standard library: xt::adapt(t.data, t.shape) makes an xtensor of it. Failure: Error (Invalid)
// when a Value has other elements.

#include <complex>
#include <cstring>
#include <initializer_list>
#include <type_traits>
#include <utility>

#include "core/value.hpp"

namespace sheaf::typed {

template <class T>
inline constexpr bool is_complex = false;
template <class T>
inline constexpr bool is_complex<std::complex<T>> = std::is_floating_point_v<T>;

// What an element of a feature can be in C++.
template <class T>
concept Element = std::is_arithmetic_v<T> || is_complex<T> || std::same_as<T, std::string>;

template <Element T>
[[nodiscard]] constexpr Dtype element_dtype() noexcept {
  if constexpr (std::same_as<T, std::string>) {
    return utf8;
  } else if constexpr (is_complex<T>) {
    return {DtypeKind::Complex, sizeof(T) * 8};
  } else {
    return dtype_of<T>();
  }
}

// Throws Error (Invalid): `found` was asked for as `wanted`.
[[noreturn]] void refuse_elements(Dtype found, Dtype wanted);

template <Element T>
struct Tensor {
  using Stored = std::conditional_t<std::same_as<T, bool>, std::uint8_t, T>;

  Shape shape{0};
  std::vector<Stored> data;

  Tensor() = default;
  Tensor(T scalar) : shape{}, data{Stored(std::move(scalar))} {}
  Tensor(std::vector<Stored> elements)
      : shape{static_cast<std::int64_t>(elements.size())}, data(std::move(elements)) {}
  Tensor(std::initializer_list<Stored> elements) : Tensor(std::vector<Stored>(elements)) {}
  Tensor(Shape of, std::vector<Stored> elements)
      : shape(std::move(of)), data(std::move(elements)) {}
  // Throws Error (Invalid) for elements of another dtype.
  explicit Tensor(const Value& value);

  [[nodiscard]] std::size_t size() const noexcept { return data.size(); }
  [[nodiscard]] std::int64_t rows() const noexcept { return shape.empty() ? 1 : shape[0]; }
  [[nodiscard]] auto begin() const noexcept { return data.begin(); }
  [[nodiscard]] auto end() const noexcept { return data.end(); }
  [[nodiscard]] auto begin() noexcept { return data.begin(); }
  [[nodiscard]] auto end() noexcept { return data.end(); }
  // By its place in `data`.
  [[nodiscard]] const Stored& operator[](std::size_t index) const { return data[index]; }
  [[nodiscard]] Stored& operator[](std::size_t index) { return data[index]; }

  [[nodiscard]] Value value() const;
  operator Value() const { return value(); }
  bool operator==(const Tensor&) const = default;
};

template <Element T>
Tensor<T>::Tensor(const Value& value) : shape(value.shape) {
  if (value.dtype != element_dtype<T>()) refuse_elements(value.dtype, element_dtype<T>());
  if constexpr (std::same_as<T, std::string>) {
    data = value.strings;
  } else {
    data.resize(value.bytes.size() / sizeof(T));
    if (!data.empty()) std::memcpy(data.data(), value.bytes.data(), value.bytes.size());
  }
}

template <Element T>
Value Tensor<T>::value() const {
  Value value{element_dtype<T>(), shape, {}, {}};
  if constexpr (std::same_as<T, std::string>) {
    value.strings = data;
  } else {
    value.bytes.resize(data.size() * sizeof(T));
    if (!data.empty()) std::memcpy(value.bytes.data(), data.data(), value.bytes.size());
  }
  return value;
}

}  // namespace sheaf::typed
