// SPDX-License-Identifier: MIT
// add, subtract, multiply, divide and their like.
#include <limits>

#include "core/array/engine/kernels.hpp"

namespace sheaf::np {
namespace {

using Shorts = Types<std::int16_t, std::uint16_t>;
using Bytes = Types<std::int8_t, std::uint8_t>;
using Longs = Types<std::int32_t, std::uint32_t, std::int64_t, std::uint64_t>;
constexpr auto complexes = Complexes{};

constexpr auto add = [](const auto& a, const auto& b) { return a + b; };
constexpr auto subtract = [](const auto& a, const auto& b) { return a - b; };
constexpr auto multiply = [](const auto& a, const auto& b) { return a * b; };
constexpr auto divide = [](const auto& a, const auto& b) { return a / b; };
constexpr auto square = [](const auto& a) { return xt::square(a); };

// A product of two unsigned 16 bits overflows int.
constexpr auto multiply_shorts = [](auto a, auto b) {
  return static_cast<std::uint32_t>(a) * static_cast<std::uint32_t>(b);
};
constexpr auto square_short = [](auto a) { return multiply_shorts(a, a); };

// As NumPy does them, by parts: std::complex rescues infinities.
constexpr auto multiply_complex = []<class T>(std::complex<T> a, std::complex<T> b) {
  return std::complex<T>(a.real() * b.real() - a.imag() * b.imag(),
                         a.real() * b.imag() + a.imag() * b.real());
};
constexpr auto square_complex = []<class T>(std::complex<T> a) { return multiply_complex(a, a); };

// Smith's division.
constexpr auto divide_complex = []<class T>(std::complex<T> a, std::complex<T> b) {
  const T real = std::abs(b.real());
  const T imag = std::abs(b.imag());
  if (real >= imag) {
    if (real == 0 && imag == 0) return std::complex<T>(a.real() / real, a.imag() / real);
    const T ratio = b.imag() / b.real();
    const T scale = T(1) / (b.real() + b.imag() * ratio);
    return std::complex<T>((a.real() + a.imag() * ratio) * scale,
                           (a.imag() - a.real() * ratio) * scale);
  }
  const T ratio = b.real() / b.imag();
  const T scale = T(1) / (b.imag() + b.real() * ratio);
  return std::complex<T>((a.real() * ratio + a.imag()) * scale,
                         (a.imag() * ratio - a.real()) * scale);
};

constexpr auto reciprocal_complex = []<class T>(std::complex<T> a) {
  if (std::abs(a.imag()) <= std::abs(a.real())) {
    const T ratio = a.imag() / a.real();
    const T size = a.real() + a.imag() * ratio;
    return std::complex<T>(1 / size, -ratio / size);
  }
  const T ratio = a.real() / a.imag();
  const T size = a.real() * ratio + a.imag();
  return std::complex<T>(ratio / size, -1 / size);
};
// Of zero what a conversion of infinity gives on x86.
constexpr auto reciprocal_whole = []<class T>(T a) -> T {
  if (a != 0) return static_cast<T>(1 / a);
  return std::signed_integral<T> && sizeof(T) >= 4 ? std::numeric_limits<T>::min() : T(0);
};

constexpr auto absolute_whole = []<class T>(T a) -> T {
  return a < 0 ? static_cast<T>(0U - static_cast<std::make_unsigned_t<T>>(a)) : a;
};
constexpr auto sign_real = []<class T>(T a) -> T {
  if constexpr (std::floating_point<T>) {
    if (a != a) return a;
  }
  return static_cast<T>((a > 0) - (a < 0));
};
constexpr auto sign_complex = []<class T>(std::complex<T> a) {
  constexpr std::complex<T> zero;
  if (is_less(zero, a)) return std::complex<T>(1);
  if (is_less(a, zero)) return std::complex<T>(-1);
  return std::complex<T>(a == zero ? T(0) : std::numeric_limits<T>::quiet_NaN());
};

constexpr auto absolute = [](const auto& a) { return xt::abs(a); };
constexpr auto same = [](auto a) { return a; };
constexpr auto negated = [](const auto& a) { return -a; };

template <class... T>
std::vector<Loop> multiply_short_loops(Types<T...>) {
  return {loop_of<T, T, T>(each_kernel<multiply_shorts, Bits<T>, Bits<T>, Bits<T>>)...};
}
template <class... T>
std::vector<Loop> square_short_loops(Types<T...>) {
  return {loop_of<T, T>(each_kernel<square_short, Bits<T>, Bits<T>>)...};
}

}  // namespace

std::vector<Ufunc> arithmetic_ufuncs() {
  constexpr const char* logical = "use logical_not, logical_xor, or astype(\"int8\")";
  return {
      {"add", binary_loops<[](const auto& a, const auto& b) { return a || b; }>(booleans) +
                  binary_bit_loops<add>(numbers)},
      {"subtract", no_booleans(2, logical) + binary_bit_loops<subtract>(numbers)},
      {"multiply", binary_loops<[](const auto& a, const auto& b) { return a && b; }>(booleans) +
                       binary_bit_loops<multiply>(Bytes{}) + multiply_short_loops(Shorts{}) +
                       binary_bit_loops<multiply>(Longs{} + floats) +
                       each_binary<multiply_complex>(complexes)},
      {"divide", whole_as_double(2, binary_kernel<double, double, double, divide>) +
                     binary_loops<divide>(floats) + each_binary<divide_complex>(complexes)},
      {"negative", no_booleans(1, logical) + unary_bit_loops<negated>(numbers)},
      {"positive", no_booleans(1, logical) + each_unary<same>(numbers)},
      {"reciprocal", each_unary<reciprocal_whole>(integers) +
                         unary_loops<[](const auto& a) { return 1 / a; }>(floats) +
                         each_unary<reciprocal_complex>(complexes)},
      {"square", unary_bit_loops<square>(Bytes{}) + square_short_loops(Shorts{}) +
                     unary_bit_loops<square>(Longs{} + floats) +
                     each_unary<square_complex>(complexes)},
      {"sqrt", unary_loops<[](const auto& a) { return xt::sqrt(a); }>(inexact)},
      {"cbrt", unary_loops<[](const auto& a) { return xt::cbrt(a); }>(floats)},
      {"absolute", each_unary<same>(booleans) + each_unary<absolute_whole>(integers) +
                       unary_loops<absolute>(floats) +
                       std::vector<Loop>{unary_loop<absolute, std::complex<float>, float>(),
                                         unary_loop<absolute, std::complex<double>, double>()}},
      {"fabs", unary_loops<absolute>(floats)},
      {"sign", no_booleans(1, logical) + each_unary<sign_real>(reals) +
                   each_unary<sign_complex>(complexes)},
  };
}

}  // namespace sheaf::np
