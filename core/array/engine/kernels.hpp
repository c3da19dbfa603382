// SPDX-License-Identifier: MIT
#pragma once
// Kernels made of functions of xtensor, and loops made of kernels. For sources that define ufuncs:
// nothing else includes xtensor.
//
//   Ufunc{"sin", unary_loops<[](const auto& a) { return xt::sin(a); }>(inexact)}
//   Ufunc{"gcd", each_loops<2, [](auto a, auto b) { return …; }>(integers)}
//
// Model: operands are runs of elements in memory; one element for all is repeated.
// Half is computed as float. A function that xtensor hasn't is one of single elements (each_…).

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <xtensor/xadapt.hpp>
#include <xtensor/xmath.hpp>

#include "core/array/engine/buffer.hpp"
#include "core/array/engine/ufunc.hpp"

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

// By place: an assignment of xtensor's has code for strides as well, that is long to compile and
// that none of these need.
template <class R, class E>
void store_elements(const E& expression, R* to, std::int64_t count) {
  for (std::int64_t at = 0; at < count; ++at) {
    to[at] = static_cast<R>(expression.data_element(static_cast<std::size_t>(at)));
  }
}

template <class A, class R, auto F>
void unary_kernel(const Operand* inputs, void* out, std::int64_t count) {
  const std::int64_t computed = inputs[0].is_one ? std::min<std::int64_t>(count, 1) : count;
  auto* to = static_cast<R*>(out);
  store_elements(F(run_of<A>(inputs[0].data, computed)), to, computed);
  if (computed < count) std::fill(to + 1, to + count, to[0]);
}

// One element for all, as a run that stays in the first-level cache: an instance of F less than for
// a scalar, and as fast.
inline constexpr std::int64_t repeats = 1024;
template <class T>
class Repeated {
 public:
  Repeated(const Operand& operand, std::int64_t count)
      : from_(static_cast<const T*>(operand.data)), is_one_(operand.is_one) {
    if (is_one_) std::fill_n(copies_, std::min(count, repeats), *from_);
  }
  [[nodiscard]] const T* at(std::int64_t place) const { return is_one_ ? copies_ : from_ + place; }

 private:
  const T* from_;
  bool is_one_;
  T copies_[repeats];
};

template <class A, class B, class R, auto F>
void binary_kernel(const Operand* inputs, void* out, std::int64_t count) {
  const auto compute = [](const A* a, const B* b, R* to, std::int64_t size) {
    store_elements(F(run_of<A>(a, size), run_of<B>(b, size)), to, size);
  };
  if (!inputs[0].is_one && !inputs[1].is_one) {
    compute(static_cast<const A*>(inputs[0].data), static_cast<const B*>(inputs[1].data),
            static_cast<R*>(out), count);
    return;
  }
  const Repeated<A> a(inputs[0], count);
  const Repeated<B> b(inputs[1], count);
  for (std::int64_t at = 0; at < count; at += repeats) {
    compute(a.at(at), b.at(at), static_cast<R*>(out) + at, std::min(repeats, count - at));
  }
}

// With the operands in the other order: greater is less.
template <Kernel K>
void swapped(const Operand* inputs, void* out, std::int64_t count) {
  const Operand turned[] = {inputs[1], inputs[0]};
  K(turned, out, count);
}

// out[i] = F(a[i], b[i], …).
template <auto F, class R, class... A, std::size_t... At>
void each_element(const Operand* inputs, R* out, std::int64_t count, std::index_sequence<At...>) {
  const std::tuple<const A*...> from{static_cast<const A*>(inputs[At].data)...};
  if ((!inputs[At].is_one && ...)) {
    for (std::int64_t at = 0; at < count; ++at) {
      out[at] = static_cast<R>(F(std::get<At>(from)[at]...));
    }
  } else {
    const std::int64_t steps[] = {inputs[At].is_one ? 0 : 1 ...};
    for (std::int64_t at = 0; at < count; ++at) {
      out[at] = static_cast<R>(F(std::get<At>(from)[at * steps[At]]...));
    }
  }
}
template <auto F, class R, class... A>
void each_kernel(const Operand* inputs, void* out, std::int64_t count) {
  each_element<F, R, A...>(inputs, static_cast<R*>(out), count, std::index_sequence_for<A...>());
}

// A…->R by NumPy's names, for a kernel of what they are computed with.
template <class R, class... A>
Loop loop_of(Kernel kernel) {
  return {{dtype_in_memory<A>()...},
          dtype_in_memory<R>(),
          kernel,
          {dtype_in_memory<Computed<A>>()...},
          dtype_in_memory<Computed<R>>()};
}
template <auto F, class A, class R = A>
Loop unary_loop() {
  return loop_of<R, A>(unary_kernel<Computed<A>, Computed<R>, F>);
}
template <auto F, class A, class B = A, class R = A>
Loop binary_loop() {
  return loop_of<R, A, B>(binary_kernel<Computed<A>, Computed<B>, Computed<R>, F>);
}
template <auto F, class R, class... A>
Loop each_loop() {
  return loop_of<R, A...>(each_kernel<F, Computed<R>, Computed<A>...>);
}

// t->t, tt->t; and t->bool, tt->bool; for each type.
template <auto F, class... T>
std::vector<Loop> unary_loops(Types<T...>) {
  return {unary_loop<F, T>()...};
}
template <auto F, class... T>
std::vector<Loop> binary_loops(Types<T...>) {
  return {binary_loop<F, T>()...};
}
template <auto F, class... T>
std::vector<Loop> unary_tests(Types<T...>) {
  return {unary_loop<F, T, bool>()...};
}
template <auto F, class... T>
std::vector<Loop> binary_tests(Types<T...>) {
  return {binary_loop<F, T, T, bool>()...};
}

// The same for functions of bits: of integers as unsigned ones, where overflow wraps.
template <class T>
struct Unsigned {
  using type = Computed<T>;
};
template <std::signed_integral T>
struct Unsigned<T> {
  using type = std::make_unsigned_t<T>;
};
template <>
struct Unsigned<bool> {
  using type = std::uint8_t;
};
template <class T>
using Bits = typename Unsigned<T>::type;
template <auto F, class... T>
std::vector<Loop> unary_bit_loops(Types<T...>) {
  return {loop_of<T, T>(unary_kernel<Bits<T>, Bits<T>, F>)...};
}
template <auto F, class... T>
std::vector<Loop> binary_bit_loops(Types<T...>) {
  return {loop_of<T, T, T>(binary_kernel<Bits<T>, Bits<T>, Bits<T>, F>)...};
}
template <auto F, class... T>
std::vector<Loop> binary_bit_tests(Types<T...>) {
  return {loop_of<bool, T, T>(binary_kernel<Bits<T>, Bits<T>, bool, F>)...};
}

// t->t, t->bool; tt->t, tt->bool; of single elements.
template <auto F, class... T>
std::vector<Loop> each_unary(Types<T...>) {
  return {each_loop<F, T, T>()...};
}
template <auto F, class... T>
std::vector<Loop> each_unary_test(Types<T...>) {
  return {each_loop<F, bool, T>()...};
}
template <auto F, class... T>
std::vector<Loop> each_binary(Types<T...>) {
  return {each_loop<F, T, T, T>()...};
}
template <auto F, class... T>
std::vector<Loop> each_binary_test(Types<T...>) {
  return {each_loop<F, bool, T, T>()...};
}

// Where NumPy refuses bool rather than take it as int8.
inline std::vector<Loop> no_booleans(std::size_t inputs, const char* remedy) {
  return {{std::vector<Dtype>(inputs, boolean), boolean, nullptr, {}, boolean, remedy}};
}
// Of integers, whatever their width, float64, by a kernel of doubles.
inline std::vector<Loop> whole_as_double(std::size_t inputs, Kernel kernel) {
  const std::vector<Dtype> wide(inputs, float64);
  return {{std::vector<Dtype>(inputs, int64), float64, kernel, wide, float64},
          {std::vector<Dtype>(inputs, uint64), float64, kernel, wide, float64}};
}

inline std::vector<Loop> operator+(std::vector<Loop> one, std::vector<Loop> other) {
  for (Loop& loop : other) one.push_back(std::move(loop));
  return one;
}

// NumPy's order of complex numbers: by real part, then by imaginary part.
template <class T>
bool is_nan(const std::complex<T>& x) {
  return std::isnan(x.real()) || std::isnan(x.imag());
}
template <std::floating_point T>
bool is_nan(T x) {
  return x != x;
}
template <class T>
bool is_less(const std::complex<T>& a, const std::complex<T>& b) {
  return (a.real() < b.real() && !std::isnan(a.imag()) && !std::isnan(b.imag())) ||
         (a.real() == b.real() && a.imag() < b.imag());
}
template <class T>
bool is_at_most(const std::complex<T>& a, const std::complex<T>& b) {
  return (a.real() < b.real() && !std::isnan(a.imag()) && !std::isnan(b.imag())) ||
         (a.real() == b.real() && a.imag() <= b.imag());
}
template <std::floating_point T>
bool is_at_most(T a, T b) {
  return a <= b;
}

}  // namespace sheaf::np
