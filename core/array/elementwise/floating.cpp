// SPDX-License-Identifier: MIT
// What floats are made of: signs, exponents, neighbours; and what stands in for NaN and infinity.
#include <algorithm>
#include <bit>
#include <limits>

#include "core/array/engine/kernels.hpp"

namespace sheaf::np {
namespace {

using Wide = Types<float, double>;

constexpr auto copysign = [](auto a, auto b) { return std::copysign(a, b); };
constexpr auto heaviside = []<class T>(T a, T at_zero) -> T {
  if (a != a) return a;
  return a == 0 ? at_zero : static_cast<T>(a > 0);
};

constexpr auto mantissa = []<class T>(T a) -> T {
  int exponent = 0;
  return std::frexp(a, &exponent);
};
constexpr auto exponent = [](auto a) -> std::int32_t {
  int power = 0;
  (void)std::frexp(a, &power);
  return power;
};
constexpr auto ldexp = []<class T>(T a, auto power) -> T {
  constexpr std::int64_t most = 1 << 16;
  const auto fitting = std::clamp<std::int64_t>(static_cast<std::int64_t>(power), -most, most);
  return std::ldexp(a, static_cast<int>(fitting));
};
constexpr auto fraction = []<class T>(T a) -> T {
  T whole = 0;
  return std::modf(a, &whole);
};
constexpr auto whole = []<class T>(T a) -> T {
  T part = 0;
  (void)std::modf(a, &part);
  return part;
};

constexpr auto nextafter = [](auto a, auto b) { return std::nextafter(a, b); };
constexpr auto nextafter_half = [](Half a, Half towards) -> Half {
  if (a != a || towards != towards) return std::numeric_limits<float>::quiet_NaN();
  if (a == towards) return a;
  const auto bits = std::bit_cast<std::uint16_t>(a);
  if (a == Half(0)) {
    const bool is_down = towards < Half(0);
    return std::bit_cast<Half>(static_cast<std::uint16_t>(is_down ? 0x8001 : 0x0001));
  }
  const bool is_away = (towards > a) == (a > Half(0));
  return std::bit_cast<Half>(static_cast<std::uint16_t>(is_away ? bits + 1 : bits - 1));
};

// To the next number away from zero; from -0 up, as NumPy.
constexpr auto spacing = []<class T>(T a) -> T {
  if (!std::isfinite(a)) return std::numeric_limits<T>::quiet_NaN();
  constexpr T most = std::numeric_limits<T>::infinity();
  return std::nextafter(a, a < 0 ? -most : most) - a;
};
// NumPy's of float16 is never negative, and to the next greater one.
constexpr auto spacing_half = [](Half a) -> Half {
  const auto value = static_cast<float>(a);
  if (!std::isfinite(value)) return std::numeric_limits<float>::quiet_NaN();
  const Half next = nextafter_half(a, static_cast<Half>(std::numeric_limits<float>::infinity()));
  return static_cast<Half>(static_cast<float>(next) - value);
};

constexpr auto replaced = []<class T>(T a, T nan, T positive, T negative) -> T {
  if (a != a) return nan;
  if (!std::isinf(a)) return a;
  return a > 0 ? positive : negative;
};
constexpr auto replaced_parts = []<class T>(std::complex<T> a, T nan, T positive, T negative) {
  return std::complex<T>(replaced(a.real(), nan, positive, negative),
                         replaced(a.imag(), nan, positive, negative));
};
template <auto F, class T, class R>
Loop replacing() {
  return each_loop<F, T, T, R, R, R>();
}

}  // namespace

std::vector<Ufunc> floating_ufuncs() {
  const Loop next{{float16, float16}, float16, each_kernel<nextafter_half, Half, Half, Half>};
  const Loop space{{float16}, float16, each_kernel<spacing_half, Half, Half>};
  return {
      {"signbit", each_unary_test<[](auto a) { return std::signbit(a); }>(floats)},
      {"copysign", each_binary<copysign>(floats)},
      {"heaviside", each_binary<heaviside>(floats)},
      {"_mantissa", each_unary<mantissa>(floats)},
      {"_exponent",
       {each_loop<exponent, std::int32_t, Half>(), each_loop<exponent, std::int32_t, float>(),
        each_loop<exponent, std::int32_t, double>()}},
      {"ldexp",
       {each_loop<ldexp, Half, Half, std::int32_t>(),
        each_loop<ldexp, float, float, std::int32_t>(),
        each_loop<ldexp, Half, Half, std::int64_t>(),
        each_loop<ldexp, float, float, std::int64_t>(),
        each_loop<ldexp, double, double, std::int32_t>(),
        each_loop<ldexp, double, double, std::int64_t>()}},
      {"_fraction", each_unary<fraction>(floats)},
      {"_whole", each_unary<whole>(floats)},
      {"nextafter", std::vector<Loop>{next} + each_binary<nextafter>(Wide{})},
      {"spacing", std::vector<Loop>{space} + each_unary<spacing>(Wide{})},
      {"_nan_to_num",
       {replacing<replaced, Half, Half>(), replacing<replaced, float, float>(),
        replacing<replaced, double, double>(),
        replacing<replaced_parts, std::complex<float>, float>(),
        replacing<replaced_parts, std::complex<double>, double>()}},
  };
}

}  // namespace sheaf::np
