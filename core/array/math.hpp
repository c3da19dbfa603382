// SPDX-License-Identifier: MIT
#pragma once
// NumPy's mathematical functions of elements: sin, exp, floor, power, clip …
//
//   np::sqrt(a * a + b * b)      np::clip(a, 0, 255)      auto [rest, whole] = np::modf(a);
//
// Model: lazily, block by block; names, order of arguments, dtypes and outcomes are NumPy 1.24's.
// Integers and bool become floats where NumPy makes them (sin of int8 is a float16).
// Threads: any. Failure: Error (Invalid) that names the function and the dtypes.

#include <cstdint>
#include <optional>
#include <utility>

#include "core/array/array.hpp"

namespace sheaf::np {

// Trigonometric and hyperbolic; angles in radians.
[[nodiscard]] Array sin(const Array& x);
[[nodiscard]] Array cos(const Array& x);
[[nodiscard]] Array tan(const Array& x);
[[nodiscard]] Array arcsin(const Array& x);
[[nodiscard]] Array arccos(const Array& x);
[[nodiscard]] Array arctan(const Array& x);
[[nodiscard]] Array hypot(const Array& x1, const Array& x2);
[[nodiscard]] Array arctan2(const Array& x1, const Array& x2);
[[nodiscard]] Array degrees(const Array& x);
[[nodiscard]] Array radians(const Array& x);
[[nodiscard]] Array rad2deg(const Array& x);
[[nodiscard]] Array deg2rad(const Array& x);
[[nodiscard]] Array sinh(const Array& x);
[[nodiscard]] Array cosh(const Array& x);
[[nodiscard]] Array tanh(const Array& x);
[[nodiscard]] Array arcsinh(const Array& x);
[[nodiscard]] Array arccosh(const Array& x);
[[nodiscard]] Array arctanh(const Array& x);

// Rounding; half to even.
[[nodiscard]] Array around(const Array& a, std::int64_t decimals = 0);
[[nodiscard]] Array rint(const Array& x);
[[nodiscard]] Array fix(const Array& x);
[[nodiscard]] Array floor(const Array& x);
[[nodiscard]] Array ceil(const Array& x);
[[nodiscard]] Array trunc(const Array& x);

// Exponents and logarithms.
[[nodiscard]] Array exp(const Array& x);
[[nodiscard]] Array expm1(const Array& x);
[[nodiscard]] Array exp2(const Array& x);
[[nodiscard]] Array log(const Array& x);
[[nodiscard]] Array log10(const Array& x);
[[nodiscard]] Array log2(const Array& x);
[[nodiscard]] Array log1p(const Array& x);
[[nodiscard]] Array logaddexp(const Array& x1, const Array& x2);
[[nodiscard]] Array logaddexp2(const Array& x1, const Array& x2);
[[nodiscard]] Array i0(const Array& x);
[[nodiscard]] Array sinc(const Array& x);

// What floats are made of.
[[nodiscard]] Array signbit(const Array& x);
[[nodiscard]] Array copysign(const Array& x1, const Array& x2);
[[nodiscard]] std::pair<Array, Array> frexp(const Array& x);  // mantissa, exponent (int32)
[[nodiscard]] Array ldexp(const Array& x1, const Array& x2);
[[nodiscard]] Array nextafter(const Array& x1, const Array& x2);
[[nodiscard]] Array spacing(const Array& x);

[[nodiscard]] Array lcm(const Array& x1, const Array& x2);
[[nodiscard]] Array gcd(const Array& x1, const Array& x2);

// Arithmetic; integers wrap, and divided by zero are 0.
[[nodiscard]] Array add(const Array& x1, const Array& x2);
[[nodiscard]] Array subtract(const Array& x1, const Array& x2);
[[nodiscard]] Array multiply(const Array& x1, const Array& x2);
[[nodiscard]] Array divide(const Array& x1, const Array& x2);
[[nodiscard]] Array true_divide(const Array& x1, const Array& x2);
[[nodiscard]] Array floor_divide(const Array& x1, const Array& x2);
[[nodiscard]] Array power(const Array& x1, const Array& x2);
[[nodiscard]] Array float_power(const Array& x1, const Array& x2);
[[nodiscard]] Array fmod(const Array& x1, const Array& x2);       // of the sign of x1
[[nodiscard]] Array mod(const Array& x1, const Array& x2);        // of the sign of x2
[[nodiscard]] Array remainder(const Array& x1, const Array& x2);  // the same
[[nodiscard]] std::pair<Array, Array> divmod(const Array& x1, const Array& x2);
[[nodiscard]] std::pair<Array, Array> modf(const Array& x);  // fraction, whole
[[nodiscard]] Array reciprocal(const Array& x);
[[nodiscard]] Array positive(const Array& x);
[[nodiscard]] Array negative(const Array& x);

// Complex numbers.
[[nodiscard]] Array angle(const Array& z, bool deg = false);
[[nodiscard]] Array real(const Array& z);
[[nodiscard]] Array imag(const Array& z);
[[nodiscard]] Array conj(const Array& z);
[[nodiscard]] Array conjugate(const Array& z);
// real(a) where all imaginary parts are less than tol epsilons (or, tol ≤ 1, than tol); reads them.
[[nodiscard]] Array real_if_close(const Array& a, double tol = 100);

// Extrema of two: NaN where one is; fmax and fmin: the other one.
[[nodiscard]] Array maximum(const Array& x1, const Array& x2);
[[nodiscard]] Array minimum(const Array& x1, const Array& x2);
[[nodiscard]] Array fmax(const Array& x1, const Array& x2);
[[nodiscard]] Array fmin(const Array& x1, const Array& x2);
// None on one side: no bound there.
using Limit = std::optional<Array>;
[[nodiscard]] Array clip(const Array& a, const Limit& a_min, const Limit& a_max);

[[nodiscard]] Array sqrt(const Array& x);
[[nodiscard]] Array cbrt(const Array& x);
[[nodiscard]] Array square(const Array& x);
[[nodiscard]] Array absolute(const Array& x);
[[nodiscard]] Array abs(const Array& x);
[[nodiscard]] Array fabs(const Array& x);
[[nodiscard]] Array sign(const Array& x);
[[nodiscard]] Array heaviside(const Array& x1, const Array& x2);

struct Replacements {
  double nan = 0;
  std::optional<double> posinf{};  // the largest number of the dtype
  std::optional<double> neginf{};  // the least one
};
[[nodiscard]] Array nan_to_num(const Array& x, const Replacements& by = {});

struct InterpOptions {
  std::optional<double> left{};   // fp's first
  std::optional<double> right{};  // fp's last
  std::optional<double> period{};
};
// xp, increasing, and fp are kept in memory; x may be of any size.
[[nodiscard]] Array interp(const Array& x, const Array& xp, const Array& fp,
                           const InterpOptions& options = {});

}  // namespace sheaf::np
