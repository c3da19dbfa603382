// SPDX-License-Identifier: MIT
// Parts of complex numbers.
#include <xtensor/xcomplex.hpp>

#include "core/array/engine/kernels.hpp"

namespace sheaf::np {
namespace {

constexpr auto complexes = Complexes{};

constexpr auto real = [](const auto& a) { return a.real(); };
constexpr auto imag = [](const auto& a) { return a.imag(); };

template <auto F>
std::vector<Loop> part() {
  return {each_loop<F, float, std::complex<float>>(), each_loop<F, double, std::complex<double>>()};
}

}  // namespace

std::vector<Ufunc> complex_ufuncs() {
  return {
      {"_real", part<real>()},
      {"_imag", part<imag>()},
      {"conjugate", each_unary<[](auto a) { return a; }>(reals) +
                        unary_loops<[](const auto& a) { return xt::conj(a); }>(complexes)},
  };
}

}  // namespace sheaf::np
