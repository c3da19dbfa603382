// SPDX-License-Identifier: MIT
#pragma once
// Arrays larger than memory, with NumPy's words.
//
//   const np::Array a(file["a"]), b(file["b"]);         datasets; nothing is read
//   np::store(file["c"], a * 2 + b);                    block by block, on all cores
//   double mean = np::mean(a).item<double>();
//   a(np::slice(0, 10)) = b(np::slice(10, 20));         writes
//   a += 1;                                             in place
//   xt::xarray<double> part = np::as_xarray<double>(a(5));   (array_xtensor.hpp)
//   for (const np::Chunk& chunk : np::chunks(a)) …      (chunks.hpp)
//
// Model: an Array is a handle to a node of a graph: a dataset, memory, or what is computed of
// others; copies share it. Nothing is computed before load(), item(), store() or an assignment asks
// for it, and never more than a block at a time (options.hpp). dtypes and shapes come out as
// NumPy's. A C++ number beside an array takes the array's dtype where it fits.
// `array = other` writes where `array` comes right from (): a variable is set to the other array.
// Threads: any may use an Array. Failure: Error that names what doesn't fit.

#include <complex>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <utility>
#include <vector>

#include "core/array/engine/dataset.hpp"
#include "core/array/engine/node.hpp"
#include "core/array/select.hpp"
#include "core/objects/item.hpp"

namespace sheaf::np {

template <class T>
concept Number = std::is_arithmetic_v<T> || std::same_as<T, std::complex<float>> ||
    std::same_as<T, std::complex<double>>;

class Array {
 public:
  explicit Array(NodePtr node) : node_(std::move(node)) {}
  explicit Array(const objects::Item& item) : node_(dataset_node(item)) {}
  Array(Value value) : node_(memory_node(std::move(value))) {}
  template <Number N>
  Array(N number);
  template <class E>
  requires requires(const std::vector<E>& list) { Value::of(list); }
  Array(const std::vector<E>& list) : Array(Value::of(list)) {}
  Array(const Array&) = default;
  Array(Array&&) = default;
  Array& operator=(const Array&) & = default;
  Array& operator=(Array&&) & = default;
  const Array& operator=(const Array& values) const&&;
  ~Array() = default;

  [[nodiscard]] Dtype dtype() const noexcept { return node_->dtype(); }
  [[nodiscard]] const Shape& shape() const noexcept { return node_->shape(); }
  [[nodiscard]] std::size_t ndim() const noexcept { return shape().size(); }
  [[nodiscard]] std::int64_t size() const noexcept { return node_->size(); }
  [[nodiscard]] const NodePtr& node() const noexcept { return node_; }

  template <class... Indices>
  [[nodiscard]] Array operator()(const Indices&... indices) const;
  [[nodiscard]] Array operator[](std::int64_t index) const { return (*this)(index); }
  [[nodiscard]] Array T() const;

  // Of the first axis.
  [[nodiscard]] std::int64_t len() const;
  // Views (shaping.hpp has the functions).
  [[nodiscard]] Array reshape(const Shape& shape) const;
  [[nodiscard]] Array ravel() const;
  [[nodiscard]] Array flatten() const;

  // Lazily.
  [[nodiscard]] Array astype(Dtype dtype) const;
  // All of it in memory.
  [[nodiscard]] Value load() const;
  // The one element.
  template <class E>
  [[nodiscard]] E item() const;
  // The element there; one index counts through the flattened array.
  template <class E, std::integral... I>
  requires(sizeof...(I) > 0) [[nodiscard]] E item(I... index) const;
  // Nested lists, in memory.
  [[nodiscard]] objects::Tree tolist() const;
  // Values into it, broadcast and converted; for arrays of a dataset or of memory, and their views.
  void write(const Array& values) const;

  // For an array that is a dataset. Zeros come at the end of the axis, or elements at its end go;
  // other Arrays of the dataset are out of date.
  void expand(std::int64_t axis, std::int64_t by = 1);
  void contract(std::int64_t axis, std::int64_t by = 1);
  // Replaces the dataset by a converted one with its attributes, all of it or nothing;
  // one in chunks can still be resized.
  void astype_in_place(Dtype dtype);

  // In place; what the outcome's kind can't be converted to without loss (floats to integers) is
  // an Error, as in NumPy.
  const Array& operator+=(const Array& other) const;
  const Array& operator-=(const Array& other) const;
  const Array& operator*=(const Array& other) const;
  const Array& operator/=(const Array& other) const;
  const Array& operator%=(const Array& other) const;
  const Array& operator&=(const Array& other) const;
  const Array& operator|=(const Array& other) const;
  const Array& operator^=(const Array& other) const;
  const Array& operator<<=(const Array& other) const;
  const Array& operator>>=(const Array& other) const;

 private:
  const Array& update(const Array& outcome) const;

  NodePtr node_;
};

[[nodiscard]] Array operator+(const Array& a, const Array& b);
[[nodiscard]] Array operator-(const Array& a, const Array& b);
[[nodiscard]] Array operator*(const Array& a, const Array& b);
[[nodiscard]] Array operator/(const Array& a, const Array& b);
[[nodiscard]] Array operator%(const Array& a, const Array& b);  // of the sign of b
[[nodiscard]] Array operator&(const Array& a, const Array& b);
[[nodiscard]] Array operator|(const Array& a, const Array& b);
[[nodiscard]] Array operator^(const Array& a, const Array& b);
[[nodiscard]] Array operator<<(const Array& a, const Array& b);
[[nodiscard]] Array operator>>(const Array& a, const Array& b);
[[nodiscard]] Array operator-(const Array& a);
[[nodiscard]] Array operator~(const Array& a);
// Elementwise.
[[nodiscard]] Array operator==(const Array& a, const Array& b);
[[nodiscard]] Array operator!=(const Array& a, const Array& b);
[[nodiscard]] Array operator<(const Array& a, const Array& b);
[[nodiscard]] Array operator<=(const Array& a, const Array& b);
[[nodiscard]] Array operator>(const Array& a, const Array& b);
[[nodiscard]] Array operator>=(const Array& a, const Array& b);

// A new dataset with what the array is, in the place of what is there.
Array store(const objects::Item& item, const Array& array, const Storage& storage = {});

// As NumPy prints it, a huge one by its edges; reads no more than that.
std::ostream& operator<<(std::ostream& out, const Array& array);

template <Number N>
Array::Array(N number) : node_(nullptr) {
  // As Python's: int, float, complex, bool.
  if constexpr (std::same_as<N, bool>) {
    node_ = constant_node(Value::of(number));
  } else if constexpr (std::floating_point<N>) {
    node_ = constant_node(Value::of(static_cast<double>(number)));
  } else if constexpr (std::integral<N>) {
    node_ = std::in_range<std::int64_t>(number)
                ? constant_node(Value::of(static_cast<std::int64_t>(number)))
                : constant_node(Value::of(static_cast<std::uint64_t>(number)));
  } else {
    node_ = constant_node(*objects::Tree(std::complex<double>(number)).value());
  }
}

template <class... Indices>
Array Array::operator()(const Indices&... indices) const {
  const auto index = []<class I>(const I& one) -> Index {
    if constexpr (std::integral<I>) {
      return static_cast<std::int64_t>(one);
    } else if constexpr (std::same_as<I, Array>) {
      return one.node();
    } else if constexpr (std::convertible_to<I, Index>) {
      return one;
    } else {
      return Array(one).node();  // a vector of indices
    }
  };
  return Array(select(node_, {index(indices)...}));
}

template <class E, std::integral... I>
requires(sizeof...(I) > 0) E Array::item(I... index)
const {
  if constexpr (sizeof...(I) == 1) {
    return ravel()(index...).template item<E>();
  } else {
    return (*this)(index...).template item<E>();
  }
}

template <class E>
E Array::item() const {
  return objects::from_tree<E>(objects::Tree(load()), "array");
}

}  // namespace sheaf::np
