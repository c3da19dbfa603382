// SPDX-License-Identifier: MIT
// maximum, minimum: NaN where one is NaN; fmax, fmin: the other one there.
#include "core/array/engine/kernels.hpp"

namespace sheaf::np {
namespace {

constexpr auto whole = booleans + integers;

constexpr auto larger = [](const auto& a, const auto& b) { return xt::maximum(a, b); };
constexpr auto smaller = [](const auto& a, const auto& b) { return xt::minimum(a, b); };

constexpr auto maximum = []<class T>(T a, T b) -> T {
  return is_nan(a) || is_at_most(b, a) ? a : b;
};
constexpr auto minimum = []<class T>(T a, T b) -> T {
  return is_nan(a) || is_at_most(a, b) ? a : b;
};
constexpr auto fmax = []<class T>(T a, T b) -> T { return is_nan(b) || is_at_most(b, a) ? a : b; };
constexpr auto fmin = []<class T>(T a, T b) -> T { return is_nan(b) || is_at_most(a, b) ? a : b; };

}  // namespace

std::vector<Ufunc> extremum_ufuncs() {
  return {
      {"maximum", binary_loops<larger>(whole) + each_binary<maximum>(inexact)},
      {"minimum", binary_loops<smaller>(whole) + each_binary<minimum>(inexact)},
      {"fmax", binary_loops<larger>(whole) + each_binary<fmax>(inexact)},
      {"fmin", binary_loops<smaller>(whole) + each_binary<fmin>(inexact)},
  };
}

}  // namespace sheaf::np
