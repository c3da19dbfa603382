// SPDX-License-Identifier: MIT
// rint, floor, ceil, trunc; and the steps of around.
#include "core/array/engine/kernels.hpp"

namespace sheaf::np {
namespace {

constexpr auto complexes = Complexes{};

constexpr auto rint_complex = []<class T>(std::complex<T> a) {
  return std::complex<T>(std::rint(a.real()), std::rint(a.imag()));
};

// Each step is rounded to the dtype, of which Half has little.
constexpr auto round_up = []<class T, class S>(T a, S scale) -> T {
  const auto whole = static_cast<T>(std::rint(static_cast<Computed<T>>(static_cast<T>(a * scale))));
  return static_cast<T>(whole / scale);
};
constexpr auto round_down = []<class T, class S>(T a, S scale) -> T {
  const auto whole = static_cast<T>(std::rint(static_cast<Computed<T>>(static_cast<T>(a / scale))));
  return static_cast<T>(whole * scale);
};
constexpr auto round_up_complex = []<class T>(std::complex<T> a, T scale) {
  return std::complex<T>(round_up(a.real(), scale), round_up(a.imag(), scale));
};
constexpr auto round_down_complex = []<class T>(std::complex<T> a, T scale) {
  return std::complex<T>(round_down(a.real(), scale), round_down(a.imag(), scale));
};

template <auto F, auto Parts>
std::vector<Loop> rounds() {
  return {{{float16, float32}, float16, each_kernel<F, Half, Half, float>},
          each_loop<F, float, float, float>(),
          each_loop<F, double, double, double>(),
          each_loop<Parts, std::complex<float>, std::complex<float>, float>(),
          each_loop<Parts, std::complex<double>, std::complex<double>, double>()};
}

}  // namespace

std::vector<Ufunc> rounding_ufuncs() {
  return {
      // Half to even.
      {"rint", unary_loops<[](const auto& a) { return xt::rint(a); }>(floats) +
                   each_unary<rint_complex>(complexes)},
      {"floor", unary_loops<[](const auto& a) { return xt::floor(a); }>(floats)},
      {"ceil", unary_loops<[](const auto& a) { return xt::ceil(a); }>(floats)},
      {"trunc", unary_loops<[](const auto& a) { return xt::trunc(a); }>(floats)},
      {"_round_up", rounds<round_up, round_up_complex>()},
      {"_round_down", rounds<round_down, round_down_complex>()},
  };
}

}  // namespace sheaf::np
