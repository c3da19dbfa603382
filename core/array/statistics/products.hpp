// SPDX-License-Identifier: MIT
#pragma once
// Products of many elements that neither overflow nor underflow on their way.
//
// Model: a number and a power of two beside it; integers wrap as NumPy's do. What is multiplied in
// parts has the outcome of the whole. For sources that multiply: nothing else includes this.
// Failure: none.

#include <algorithm>
#include <cmath>
#include <complex>
#include <concepts>
#include <cstdint>
#include <type_traits>

#include "core/array/engine/lanes.hpp"

namespace sheaf::np {

// Of doubles, or of complex ones: as NumPy's, nothing is mended where infinities meet.
template <class Number>
class ScaledProduct {
 public:
  void multiply(Number x) {
    reduce(x);
    value_ = times(value_, x);
    reduce(value_);
  }
  void multiply(const ScaledProduct& other) {
    multiply(other.value_);
    exponent_ += other.exponent_;
  }
  template <class T>
  void take(const T& x) {
    if constexpr (std::same_as<Number, double>) {
      multiply(static_cast<double>(x));
    } else {
      multiply(Number(x.real(), x.imag()));
    }
  }
  [[nodiscard]] Number result() const {
    if (exponent_ == 0) return value_;
    return scaled(value_, static_cast<int>(std::clamp<std::int64_t>(exponent_, -5000, 5000)));
  }

 private:
  static double times(double a, double b) { return a * b; }
  static std::complex<double> times(const std::complex<double>& a, const std::complex<double>& b) {
    return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
  }
  static double scaled(double x, int exponent) { return std::ldexp(x, exponent); }
  static std::complex<double> scaled(const std::complex<double>& x, int exponent) {
    return {std::ldexp(x.real(), exponent), std::ldexp(x.imag(), exponent)};
  }
  static double size_of(double x) { return std::abs(x); }
  static double size_of(const std::complex<double>& x) {
    return std::max(std::abs(x.real()), std::abs(x.imag()));
  }
  void reduce(Number& x) {
    constexpr double large = 0x1p500;
    const double size = size_of(x);
    if ((size < large && size > 1 / large) || size == 0 || !std::isfinite(size)) return;
    const int moved = std::ilogb(size);
    x = scaled(x, -moved);
    exponent_ += moved;
  }

  Number value_ = 1;
  std::int64_t exponent_ = 0;
};

class WholeProduct {
 public:
  void multiply(const WholeProduct& other) { value_ *= other.value_; }
  template <class T>
  void take(const T& x) {
    value_ *= static_cast<std::uint64_t>(x);
  }
  [[nodiscard]] std::uint64_t result() const { return value_; }

 private:
  std::uint64_t value_ = 1;
};

template <class T>
using ProductOf = std::conditional_t<
    Whole<T>, WholeProduct,
    std::conditional_t<Complex<T>, ScaledProduct<std::complex<double>>, ScaledProduct<double>>>;

}  // namespace sheaf::np
