// SPDX-License-Identifier: MIT
// Quotients and remainders as NumPy has them, and powers.
#include <limits>

#include "core/array/engine/kernels.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

constexpr auto complexes = Complexes{};

template <std::integral T>
bool overflows(T a, T b) {
  return std::signed_integral<T> && a == std::numeric_limits<T>::min() && b == static_cast<T>(-1);
}

// Integers: of a division by zero, 0.
constexpr auto floor_divide_whole = []<class T>(T a, T b) -> T {
  if (b == 0) return 0;
  if (overflows(a, b)) return a;
  const T quotient = static_cast<T>(a / b);
  return a % b != 0 && (a < 0) != (b < 0) ? static_cast<T>(quotient - 1) : quotient;
};
constexpr auto fmod_whole = []<class T>(T a, T b) -> T {
  return b == 0 || overflows(a, b) ? T(0) : static_cast<T>(a % b);
};
constexpr auto remainder_whole = []<class T>(T a, T b) -> T {
  const T rest = fmod_whole(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? static_cast<T>(rest + b) : rest;
};

constexpr auto remainder_real = []<class T>(T a, T b) -> T {
  const T rest = std::fmod(a, b);
  if (b == 0) return rest;
  if (rest == 0) return std::copysign(T(0), b);
  return rest != rest || (b < 0) == (rest < 0) ? rest : rest + b;
};
constexpr auto floor_divide_real = []<class T>(T a, T b) -> T {
  if (b == 0) return a / b;
  const T rest = std::fmod(a, b);
  T quotient = (a - rest) / b;
  if (rest != 0 && (b < 0) != (rest < 0)) quotient -= 1;
  if (quotient == 0) return std::copysign(T(0), a / b);
  // Nearly whole: to the nearest one.
  const T whole = std::floor(quotient);
  return quotient - whole > T(0.5) ? whole + 1 : whole;
};

constexpr auto power_whole = []<class T>(T a, T b) -> T {
  if (b < 0) {
    throw Error(ErrorCode::Invalid, "power",
                "raises integers to a negative power; use float_power, or astype(\"float64\")");
  }
  std::uint64_t product = 1;
  auto base = static_cast<std::uint64_t>(a);
  for (auto left = static_cast<std::uint64_t>(b); left != 0; left >>= 1U) {
    if ((left & 1U) != 0) product *= base;
    base *= base;
  }
  return static_cast<T>(product);
};

template <class T>
std::complex<T> product(std::complex<T> a, std::complex<T> b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

// Small whole powers are products, as in NumPy.
template <class T>
std::complex<T> whole_power(std::complex<T> a, int power) {
  std::complex<T> all(1);
  std::complex<T> base = a;
  for (int left = std::abs(power); left != 0; left >>= 1) {
    if ((left & 1) != 0) all = product(all, base);
    base = product(base, base);
  }
  return power < 0 ? std::complex<T>(1) / all : all;
}
constexpr auto power_complex = []<class T>(std::complex<T> a, std::complex<T> b) {
  constexpr T nan = std::numeric_limits<T>::quiet_NaN();
  constexpr std::complex<T> zero;
  if (b == zero) return std::complex<T>(1);
  if (a == zero) return b.real() > 0 && b.imag() == 0 ? zero : std::complex<T>(nan, nan);
  if (b.imag() == 0 && std::abs(b.real()) < 100 && b.real() == std::trunc(b.real())) {
    return whole_power(a, static_cast<int>(b.real()));
  }
  return std::pow(a, b);
};

constexpr auto power = [](const auto& a, const auto& b) { return xt::pow(a, b); };
constexpr auto fmod = [](const auto& a, const auto& b) { return xt::fmod(a, b); };

}  // namespace

std::vector<Ufunc> division_ufuncs() {
  return {
      {"floor_divide",
       each_binary<floor_divide_whole>(integers) + each_binary<floor_divide_real>(floats)},
      {"remainder", each_binary<remainder_whole>(integers) + each_binary<remainder_real>(floats)},
      {"fmod", each_binary<fmod_whole>(integers) + binary_loops<fmod>(floats)},
      {"power", each_binary<power_whole>(integers) + binary_loops<power>(floats) +
                    each_binary<power_complex>(complexes)},
      {"float_power", binary_loops<power>(Types<double>{}) +
                          each_binary<power_complex>(Types<std::complex<double>>{})},
  };
}

}  // namespace sheaf::np
