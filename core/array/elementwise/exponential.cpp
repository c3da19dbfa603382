// SPDX-License-Identifier: MIT
// exp, log and their like; i0 and sinc.
#include <limits>
#include <numbers>

#include "core/array/engine/kernels.hpp"

namespace sheaf::np {
namespace {

constexpr auto complexes = Complexes{};

constexpr auto expm1_complex = []<class T>(std::complex<T> a) {
  const T half = std::sin(a.imag() / 2);
  return std::complex<T>(std::expm1(a.real()) * std::cos(a.imag()) - 2 * half * half,
                         std::exp(a.real()) * std::sin(a.imag()));
};
constexpr auto exp2_complex = []<class T>(std::complex<T> a) {
  return std::exp(
      std::complex<T>(a.real() * std::numbers::ln2_v<T>, a.imag() * std::numbers::ln2_v<T>));
};
constexpr auto log2_complex = []<class T>(std::complex<T> a) {
  const std::complex<T> natural = std::log(a);
  return std::complex<T>(natural.real() * std::numbers::log2e_v<T>,
                         natural.imag() * std::numbers::log2e_v<T>);
};
constexpr auto log10_complex = []<class T>(std::complex<T> a) {
  const std::complex<T> natural = std::log(a);
  return std::complex<T>(natural.real() * std::numbers::log10e_v<T>,
                         natural.imag() * std::numbers::log10e_v<T>);
};
constexpr auto log1p_complex = []<class T>(std::complex<T> a) {
  return std::complex<T>(std::log(std::hypot(a.real() + 1, a.imag())),
                         std::atan2(a.imag(), a.real() + 1));
};

constexpr auto logaddexp = []<class T>(T a, T b) -> T {
  if (a == b) return a + std::numbers::ln2_v<T>;  // infinities of one sign too
  const T between = a - b;
  if (between > 0) return a + std::log1p(std::exp(-between));
  return between <= 0 ? b + std::log1p(std::exp(between)) : between;
};
constexpr auto logaddexp2 = []<class T>(T a, T b) -> T {
  if (a == b) return a + 1;
  const T between = a - b;
  constexpr T scale = std::numbers::log2e_v<T>;
  if (between > 0) return a + scale * std::log1p(std::exp2(-between));
  return between <= 0 ? b + scale * std::log1p(std::exp2(between)) : between;
};

constexpr auto i0 = []<class T>(T a) -> T {
  const auto size = static_cast<double>(std::abs(a));
  constexpr double most = 709.782712893384;  // of exp
  if (size > most && !std::isinf(size)) return std::numeric_limits<T>::infinity();
  if (!(size <= most)) return std::numeric_limits<T>::quiet_NaN();  // NumPy's of infinity too
  return static_cast<T>(std::cyl_bessel_i(0.0, size));
};
constexpr auto sinc = []<class T>(T a) -> T {
  using Real = decltype(std::abs(a));
  const T angle = std::numbers::pi_v<Real> * (a == T(0) ? T(Real(1.0e-20)) : a);
  return std::sin(angle) / angle;
};

}  // namespace

std::vector<Ufunc> exponential_ufuncs() {
  return {
      {"exp", unary_loops<[](const auto& a) { return xt::exp(a); }>(inexact)},
      {"exp2", unary_loops<[](const auto& a) { return xt::exp2(a); }>(floats) +
                   each_unary<exp2_complex>(complexes)},
      {"expm1", unary_loops<[](const auto& a) { return xt::expm1(a); }>(floats) +
                    each_unary<expm1_complex>(complexes)},
      {"log", unary_loops<[](const auto& a) { return xt::log(a); }>(inexact)},
      {"log2", unary_loops<[](const auto& a) { return xt::log2(a); }>(floats) +
                   each_unary<log2_complex>(complexes)},
      {"log10", unary_loops<[](const auto& a) { return xt::log10(a); }>(floats) +
                    each_unary<log10_complex>(complexes)},
      {"log1p", unary_loops<[](const auto& a) { return xt::log1p(a); }>(floats) +
                    each_unary<log1p_complex>(complexes)},
      {"logaddexp", each_binary<logaddexp>(floats)},
      {"logaddexp2", each_binary<logaddexp2>(floats)},
      {"i0", whole_as_double(1, each_kernel<i0, double, double>) + each_unary<i0>(floats)},
      {"sinc", whole_as_double(1, each_kernel<sinc, double, double>) + each_unary<sinc>(inexact)},
  };
}

}  // namespace sheaf::np
