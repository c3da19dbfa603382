// SPDX-License-Identifier: MIT
#pragma once
// xtensor's arrays as Arrays and attributes.
//
//   item = xt::view(image, xt::all(), 0);   item.as<xt::xtensor<float, 2>>()
//
// Model: anything that xtensor can evaluate is written as it would print, whatever its layout; what
// owns its elements is read. xt::xtensor has so many axes as its type says, xt::xtensor_fixed the
// shape too. An array without axes is a Scalar. Only this header includes xtensor (Debian's
// libxtensor-dev). Failure: Error (Invalid) where the shape or the numbers don't fit.

#include <algorithm>
#include <concepts>
#include <type_traits>
#include <utility>

#include <xtensor/xadapt.hpp>
#include <xtensor/xarray.hpp>
#include <xtensor/xfixed.hpp>
#include <xtensor/xnoalias.hpp>
#include <xtensor/xtensor.hpp>

#include "core/objects/form.hpp"
#include "core/objects/sequences.hpp"

namespace sheaf::objects {
namespace detail {

template <class E>
using NumberOf = std::remove_cv_t<typename E::value_type>;

template <class E>
concept IsTensor = xt::is_xexpression<E>::value && Element<NumberOf<E>>::is_known &&
    !std::same_as<NumberOf<E>, std::string>;

// What has elements of its own.
template <class E>
inline constexpr bool owns_elements = false;
template <class S, xt::layout_type L, class Shape, class Tag>
inline constexpr bool owns_elements<xt::xarray_container<S, L, Shape, Tag>> = true;
template <class S, std::size_t N, xt::layout_type L, class Tag>
inline constexpr bool owns_elements<xt::xtensor_container<S, N, L, Tag>> = true;
template <class T, class Shape, xt::layout_type L, bool Shares, class Tag>
inline constexpr bool owns_elements<xt::xfixed_container<T, Shape, L, Shares, Tag>> = true;

template <class E>
inline constexpr bool is_fixed = false;
template <class T, class Shape, xt::layout_type L, bool Shares, class Tag>
inline constexpr bool is_fixed<xt::xfixed_container<T, Shape, L, Shares, Tag>> = true;

// Extents; -1 for those that its type leaves open.
template <class S, xt::layout_type L, class Axes, class Tag>
Shape shape_asked_for(const xt::xarray_container<S, L, Axes, Tag>& /*array*/, const Shape& there) {
  return Shape(there.size(), -1);
}
template <class S, std::size_t N, xt::layout_type L, class Tag>
Shape shape_asked_for(const xt::xtensor_container<S, N, L, Tag>& /*array*/,
                      const Shape& /*there*/) {
  return Shape(N, -1);
}
template <class T, class Axes, xt::layout_type L, bool Shares, class Tag>
Shape shape_asked_for(const xt::xfixed_container<T, Axes, L, Shares, Tag>& array,
                      const Shape& /*there*/) {
  return {array.shape().begin(), array.shape().end()};
}

template <class T, class Bytes>
auto adapted(Bytes& bytes, const Shape& shape) {
  using Number = std::conditional_t<std::is_const_v<Bytes>, const T, T>;
  const std::vector<std::size_t> extents(shape.begin(), shape.end());
  return xt::adapt<xt::layout_type::row_major>(reinterpret_cast<Number*>(bytes.data()),
                                               bytes.size() / sizeof(T), xt::no_ownership(),
                                               extents);
}

}  // namespace detail

template <detail::IsTensor E>
struct ArrayForm<E> {
  using Number = detail::NumberOf<E>;
  static constexpr Dtype dtype = detail::Element<Number>::dtype();

  static Tree to_tree(const E& expression) {
    const auto& extents = expression.shape();
    Value value{dtype, {extents.begin(), extents.end()}, {}, {}};
    value.bytes.resize(static_cast<std::size_t>(element_count(value.shape)) * sizeof(Number));
    auto elements = detail::adapted<Number>(value.bytes, value.shape);
    if (!value.bytes.empty()) xt::noalias(elements) = expression;
    return value;
  }

  static E from_tree(const Tree& tree,
                     const std::string& object) requires detail::owns_elements<E> {
    E array;
    const auto check = [&](const Value& there) {
      detail::check_shape(there, detail::shape_asked_for(array, there.shape), object);
    };
    if (tree.value() != nullptr) check(*tree.value());
    const Value value = tree.value() != nullptr ? converted(*tree.value(), dtype, object)
                                                : detail::array_in(tree, dtype, object);
    check(value);
    const std::vector<std::size_t> extents(value.shape.begin(), value.shape.end());
    if constexpr (!detail::is_fixed<E>) array.resize(extents);
    if (!value.bytes.empty())
      xt::noalias(array) = detail::adapted<Number>(value.bytes, value.shape);
    return array;
  }
};

}  // namespace sheaf::objects
