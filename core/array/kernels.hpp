// SPDX-License-Identifier: MIT
#pragma once
// Kernels made of functions of xtensor, and loops made of kernels. For sources that define ufuncs:
// nothing else includes xtensor.
//
//   struct Add { template <class A, class B> auto operator()(const A& a, const B& b) const { return
//   a + b; } }; Ufunc{"add", same_dtype<Add>(numbers)}                        dd->d for each of
//   them Ufunc{"sin", same_dtype<Sin>(inexact)}
//
// Model: operands are runs of elements in memory; one element for all is a scalar to xtensor.
// Half is computed as float.

#include <array>
#include <concepts>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <xtensor/xadapt.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>

#include "core/array/buffer.hpp"
#include "core/array/ufunc.hpp"

namespace sheaf::np {

template <class... T>
struct Types {};
using Integers = Types<std::int8_t, std::uint8_t, std::int16_t, std::uint16_t, std::int32_t,
                       std::uint32_t, std::int64_t, std::uint64_t>;
using Floats = Types<Half, float, double>;
using Complexes = Types<std::complex<float>, std::complex<double>>;

template <class... A, class... B>
constexpr Types<A..., B...> operator+(Types<A...>, Types<B...>) {
  return {};
}
inline constexpr auto integers = Integers{};
inline constexpr auto floats = Floats{};
inline constexpr auto inexact = Floats{} + Complexes{};
inline constexpr auto reals = Integers{} + Floats{};
inline constexpr auto numbers = Integers{} + Floats{} + Complexes{};
inline constexpr auto booleans = Types<bool>{};

template <class T>
constexpr Dtype dtype_in_memory() {
  if constexpr (std::same_as<T, Half>) {
    return float16;
  } else if constexpr (std::same_as<T, std::complex<float>>) {
    return complex64;
  } else if constexpr (std::same_as<T, std::complex<double>>) {
    return complex128;
  } else {
    return dtype_of<T>();
  }
}

// What a kernel computes with.
template <class T>
using Computed = std::conditional_t<std::same_as<T, Half>, float, T>;

template <class T>
auto run_of(const void* data, std::int64_t count) {
  const auto size = static_cast<std::size_t>(count);
  return xt::adapt(static_cast<const T*>(data), size, xt::no_ownership(),
                   std::array<std::size_t, 1>{size});
}
template <class T>
auto run_of(void* data, std::int64_t count) {
  const auto size = static_cast<std::size_t>(count);
  return xt::adapt(static_cast<T*>(data), size, xt::no_ownership(),
                   std::array<std::size_t, 1>{size});
}

template <class A, class R, class F>
void unary_kernel(const Operand* inputs, void* out, std::int64_t count) {
  auto result = run_of<R>(out, count);
  if (inputs[0].is_one && count != 1) {
    const auto one = run_of<A>(inputs[0].data, 1);
    R value{};
    auto single = run_of<R>(&value, 1);
    xt::noalias(single) = F()(one);
    result.fill(value);
  } else {
    xt::noalias(result) = F()(run_of<A>(inputs[0].data, count));
  }
}

template <class A, class B, class R, class F>
void binary_kernel(const Operand* inputs, void* out, std::int64_t count) {
  auto result = run_of<R>(out, count);
  const auto a = run_of<A>(inputs[0].data, inputs[0].is_one ? 1 : count);
  const auto b = run_of<B>(inputs[1].data, inputs[1].is_one ? 1 : count);
  if (count == 1 || (!inputs[0].is_one && !inputs[1].is_one)) {
    xt::noalias(result) = F()(a, b);
  } else if (inputs[0].is_one && inputs[1].is_one) {
    R value{};
    auto single = run_of<R>(&value, 1);
    xt::noalias(single) = F()(a, b);
    result.fill(value);
  } else if (inputs[1].is_one) {
    xt::noalias(result) = F()(a, xt::xscalar<B>(b(0)));
  } else {
    xt::noalias(result) = F()(xt::xscalar<A>(a(0)), b);
  }
}

// a->r for one type; R as computed, `output` as NumPy names it.
template <class F, class A, class R = A>
Loop unary_loop() {
  using In = Computed<A>;
  using Out = Computed<R>;
  return {{dtype_in_memory<A>()},
          dtype_in_memory<R>(),
          unary_kernel<In, Out, F>,
          {dtype_in_memory<In>()},
          dtype_in_memory<Out>()};
}
template <class F, class A, class B = A, class R = A>
Loop binary_loop() {
  using Out = Computed<R>;
  return {{dtype_in_memory<A>(), dtype_in_memory<B>()},
          dtype_in_memory<R>(),
          binary_kernel<Computed<A>, Computed<B>, Out, F>,
          {dtype_in_memory<Computed<A>>(), dtype_in_memory<Computed<B>>()},
          dtype_in_memory<Out>()};
}

// t->t, tt->t; and t->bool, tt->bool; for each type.
template <class F, class... T>
std::vector<Loop> unary_loops(Types<T...>) {
  return {unary_loop<F, T>()...};
}
template <class F, class... T>
std::vector<Loop> binary_loops(Types<T...>) {
  return {binary_loop<F, T>()...};
}
template <class F, class... T>
std::vector<Loop> unary_tests(Types<T...>) {
  return {unary_loop<F, T, bool>()...};
}
template <class F, class... T>
std::vector<Loop> binary_tests(Types<T...>) {
  return {binary_loop<F, T, T, bool>()...};
}

inline std::vector<Loop> operator+(std::vector<Loop> one, std::vector<Loop> other) {
  for (Loop& loop : other) one.push_back(std::move(loop));
  return one;
}

}  // namespace sheaf::np
