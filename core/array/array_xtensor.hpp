// SPDX-License-Identifier: MIT
#pragma once
// Arrays from xtensor's expressions, and xtensor's containers from arrays.
//
//   np::Array a = np::asarray(xt::arange<double>(12).reshape({3, 4}) * 2);
//   xt::xarray<double> all = np::as_xarray<double>(a);
//   xt::xtensor<float, 2> some = np::as_xtensor<float, 2>(a(np::slice(0, 2)));
//
// Model: both are copies in memory, row-major; elements are converted as astype() does it.
// For readers of this header xtensor has to be there. Failure: Error (Invalid) for other axes.

#include <algorithm>
#include <cstring>
#include <string>

#include <xtensor/xarray.hpp>
#include <xtensor/xeval.hpp>
#include <xtensor/xexpression.hpp>
#include <xtensor/xtensor.hpp>

#include "core/array/array.hpp"
#include "core/error.hpp"

namespace sheaf::np {

namespace detail {

template <class T>
Dtype dtype_of_element() {
  return objects::Tree(T{}).value()->dtype;
}

template <class T, class Container>
Container filled(const Array& array, Container container) {
  const Value value = array.astype(dtype_of_element<T>()).load();
  if (!value.bytes.empty()) {
    std::memcpy(static_cast<void*>(container.data()), value.bytes.data(), value.bytes.size());
  }
  return container;
}

}  // namespace detail

template <class E>
[[nodiscard]] Array asarray(const xt::xexpression<E>& expression) {
  using T = typename E::value_type;
  const xt::xarray<T, xt::layout_type::row_major> all = expression.derived_cast();
  Value value{
      detail::dtype_of_element<T>(), {}, std::vector<std::byte>(all.size() * sizeof(T)), {}};
  for (const auto extent : all.shape()) value.shape.push_back(static_cast<std::int64_t>(extent));
  if (all.size() > 0) std::memcpy(value.bytes.data(), all.data(), value.bytes.size());
  return value;
}

template <class T>
[[nodiscard]] xt::xarray<T> as_xarray(const Array& array) {
  const std::vector<std::size_t> shape(array.shape().begin(), array.shape().end());
  return detail::filled<T>(array, xt::xarray<T>::from_shape(shape));
}

template <class T, std::size_t N>
[[nodiscard]] xt::xtensor<T, N> as_xtensor(const Array& array) {
  if (array.ndim() != N) {
    throw Error(
        ErrorCode::Invalid, "array",
        "of the shape " + to_string(array.shape()) + " has no " + std::to_string(N) + " axes");
  }
  std::array<std::size_t, N> shape{};
  std::ranges::copy(array.shape(), shape.begin());
  return detail::filled<T>(array, xt::xtensor<T, N>::from_shape(shape));
}

}  // namespace sheaf::np
