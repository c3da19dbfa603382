// SPDX-License-Identifier: MIT
#include "core/array/math.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include "core/array/elementwise/call.hpp"
#include "core/array/engine/cast.hpp"
#include "core/array/engine/evaluate.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/logic.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

// Of a complex dtype, that of its parts.
Dtype real_dtype(Dtype dtype) {
  if (dtype.kind != DtypeKind::Complex) return dtype;
  return dtype.bits == 64 ? float32 : float64;
}
bool is_integer(Dtype dtype) {
  return dtype.kind == DtypeKind::Int || dtype.kind == DtypeKind::Uint;
}

}  // namespace

Array sin(const Array& x) { return call("sin", x); }
Array cos(const Array& x) { return call("cos", x); }
Array tan(const Array& x) { return call("tan", x); }
Array arcsin(const Array& x) { return call("arcsin", x); }
Array arccos(const Array& x) { return call("arccos", x); }
Array arctan(const Array& x) { return call("arctan", x); }
Array degrees(const Array& x) { return call("degrees", x); }
Array radians(const Array& x) { return call("radians", x); }
Array rad2deg(const Array& x) { return call("rad2deg", x); }
Array deg2rad(const Array& x) { return call("deg2rad", x); }
Array sinh(const Array& x) { return call("sinh", x); }
Array cosh(const Array& x) { return call("cosh", x); }
Array tanh(const Array& x) { return call("tanh", x); }
Array arcsinh(const Array& x) { return call("arcsinh", x); }
Array arccosh(const Array& x) { return call("arccosh", x); }
Array arctanh(const Array& x) { return call("arctanh", x); }
Array rint(const Array& x) { return call("rint", x); }
Array fix(const Array& x) { return call("fix", x); }
Array floor(const Array& x) { return call("floor", x); }
Array ceil(const Array& x) { return call("ceil", x); }
Array trunc(const Array& x) { return call("trunc", x); }
Array exp(const Array& x) { return call("exp", x); }
Array expm1(const Array& x) { return call("expm1", x); }
Array exp2(const Array& x) { return call("exp2", x); }
Array log(const Array& x) { return call("log", x); }
Array log10(const Array& x) { return call("log10", x); }
Array log2(const Array& x) { return call("log2", x); }
Array log1p(const Array& x) { return call("log1p", x); }
Array i0(const Array& x) { return call("i0", x); }
Array signbit(const Array& x) { return call("signbit", x); }
Array spacing(const Array& x) { return call("spacing", x); }
Array reciprocal(const Array& x) { return call("reciprocal", x); }
Array positive(const Array& x) { return call("positive", x); }
Array negative(const Array& x) { return call("negative", x); }
Array conj(const Array& x) { return call("conj", x); }
Array conjugate(const Array& x) { return call("conjugate", x); }
Array sqrt(const Array& x) { return call("sqrt", x); }
Array cbrt(const Array& x) { return call("cbrt", x); }
Array square(const Array& x) { return call("square", x); }
Array absolute(const Array& x) { return call("absolute", x); }
Array abs(const Array& x) { return call("abs", x); }
Array fabs(const Array& x) { return call("fabs", x); }
Array sign(const Array& x) { return call("sign", x); }
Array hypot(const Array& x1, const Array& x2) { return call("hypot", x1, x2); }
Array arctan2(const Array& x1, const Array& x2) { return call("arctan2", x1, x2); }
Array logaddexp(const Array& x1, const Array& x2) { return call("logaddexp", x1, x2); }
Array logaddexp2(const Array& x1, const Array& x2) { return call("logaddexp2", x1, x2); }
Array copysign(const Array& x1, const Array& x2) { return call("copysign", x1, x2); }
Array ldexp(const Array& x1, const Array& x2) { return call("ldexp", x1, x2); }
Array nextafter(const Array& x1, const Array& x2) { return call("nextafter", x1, x2); }
Array lcm(const Array& x1, const Array& x2) { return call("lcm", x1, x2); }
Array gcd(const Array& x1, const Array& x2) { return call("gcd", x1, x2); }
Array add(const Array& x1, const Array& x2) { return call("add", x1, x2); }
Array subtract(const Array& x1, const Array& x2) { return call("subtract", x1, x2); }
Array multiply(const Array& x1, const Array& x2) { return call("multiply", x1, x2); }
Array divide(const Array& x1, const Array& x2) { return call("divide", x1, x2); }
Array true_divide(const Array& x1, const Array& x2) { return call("true_divide", x1, x2); }
Array floor_divide(const Array& x1, const Array& x2) { return call("floor_divide", x1, x2); }
Array power(const Array& x1, const Array& x2) { return call("power", x1, x2); }
Array float_power(const Array& x1, const Array& x2) { return call("float_power", x1, x2); }
Array fmod(const Array& x1, const Array& x2) { return call("fmod", x1, x2); }
Array mod(const Array& x1, const Array& x2) { return call("mod", x1, x2); }
Array remainder(const Array& x1, const Array& x2) { return call("remainder", x1, x2); }
Array maximum(const Array& x1, const Array& x2) { return call("maximum", x1, x2); }
Array minimum(const Array& x1, const Array& x2) { return call("minimum", x1, x2); }
Array fmax(const Array& x1, const Array& x2) { return call("fmax", x1, x2); }
Array fmin(const Array& x1, const Array& x2) { return call("fmin", x1, x2); }
Array heaviside(const Array& x1, const Array& x2) { return call("heaviside", x1, x2); }

// NumPy's of an array without axes is never narrower than double.
Array sinc(const Array& x) {
  const bool is_wide = x.ndim() == 0 && !x.dtype().is_string();
  return call("sinc", is_wide ? x.astype(promote(x.dtype(), float64)) : x);
}

std::pair<Array, Array> frexp(const Array& x) {
  return {call("_mantissa", x), call("_exponent", x)};
}
std::pair<Array, Array> modf(const Array& x) { return {call("_fraction", x), call("_whole", x)}; }
std::pair<Array, Array> divmod(const Array& x1, const Array& x2) {
  return {floor_divide(x1, x2), remainder(x1, x2)};
}

Array around(const Array& a, std::int64_t decimals) {
  const Dtype dtype = a.dtype();
  if (is_integer(dtype) && decimals >= 0) return a;
  if (decimals == 0) return rint(a);
  const Array computed = is_integer(dtype) ? a.astype(float64) : a;
  const double scale = std::pow(10.0, static_cast<double>(std::abs(decimals)));
  // Of the dtype of the parts, whatever the scale is.
  const Dtype part = dtype == boolean || dtype == float16 ? float32 : real_dtype(computed.dtype());
  const Array result =
      call(decimals > 0 ? "_round_up" : "_round_down", computed, Array(scale).astype(part));
  return is_integer(dtype) ? result.astype(dtype) : result;
}

Array real(const Array& z) { return iscomplexobj(z) ? call("_real", z) : z; }
Array imag(const Array& z) {
  if (iscomplexobj(z)) return call("_imag", z);
  return Array(broadcast(Array(0).astype(z.dtype()).node(), z.shape()));
}
Array angle(const Array& z, bool deg) {
  const Array angles = iscomplexobj(z) ? arctan2(imag(z), real(z)) : arctan2(0, z);
  return deg ? (angles * (180 / std::numbers::pi)).astype(angles.dtype()) : angles;
}

Array real_if_close(const Array& a, double tol) {
  if (!iscomplexobj(a)) return a;
  const double epsilon = a.dtype() == complex64 ? std::numeric_limits<float>::epsilon()
                                                : std::numeric_limits<double>::epsilon();
  const double most = tol > 1 ? tol * epsilon : tol;
  return is_all_true(abs(imag(a)) < most) ? real(a) : a;
}

Array clip(const Array& a, const Limit& a_min, const Limit& a_max) {
  if (!a_min && !a_max) {
    throw Error(ErrorCode::Invalid, "clip", "has neither a_min nor a_max; give one of them");
  }
  if (!a_min) return minimum(a, *a_max);
  if (!a_max) return maximum(a, *a_min);
  const Dtype dtype = result_dtype({a.node(), a_min->node(), a_max->node()});
  return minimum(maximum(a.astype(dtype), a_min->astype(dtype)), a_max->astype(dtype));
}

Array nan_to_num(const Array& x, const Replacements& by) {
  const Dtype dtype = x.dtype();
  if (dtype.kind != DtypeKind::Float && dtype.kind != DtypeKind::Complex) return x;
  const Dtype part = real_dtype(dtype);
  const double most = part == float16   ? 65504.0
                      : part == float32 ? std::numeric_limits<float>::max()
                                        : std::numeric_limits<double>::max();
  const auto constant = [&](double number) { return Array(number).astype(part).node(); };
  return Array(
      apply(ufunc("_nan_to_num"), {x.node(), constant(by.nan), constant(by.posinf.value_or(most)),
                                   constant(by.neginf.value_or(-most))}));
}

}  // namespace sheaf::np
