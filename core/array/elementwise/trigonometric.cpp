// SPDX-License-Identifier: MIT
// sin, arctan2, degrees and their like.
#include <numbers>

#include "core/array/engine/kernels.hpp"

namespace sheaf::np {
namespace {

constexpr auto arctan2 = [](const auto& a, const auto& b) { return xt::atan2(a, b); };
constexpr auto hypot = [](const auto& a, const auto& b) { return xt::hypot(a, b); };
// xtensor's rad2deg and deg2rad overflow for large numbers.
template <class A>
using Angle = typename A::value_type;
constexpr auto degrees = []<class A>(const A& a) {
  return a * (180 / std::numbers::pi_v<Angle<A>>);
};
constexpr auto radians = []<class A>(const A& a) {
  return a * (std::numbers::pi_v<Angle<A>> / 180);
};

}  // namespace

std::vector<Ufunc> trigonometric_ufuncs() {
  return {
      {"sin", unary_loops<[](const auto& a) { return xt::sin(a); }>(inexact)},
      {"cos", unary_loops<[](const auto& a) { return xt::cos(a); }>(inexact)},
      {"tan", unary_loops<[](const auto& a) { return xt::tan(a); }>(inexact)},
      {"arcsin", unary_loops<[](const auto& a) { return xt::asin(a); }>(inexact)},
      {"arccos", unary_loops<[](const auto& a) { return xt::acos(a); }>(inexact)},
      {"arctan", unary_loops<[](const auto& a) { return xt::atan(a); }>(inexact)},
      {"sinh", unary_loops<[](const auto& a) { return xt::sinh(a); }>(inexact)},
      {"cosh", unary_loops<[](const auto& a) { return xt::cosh(a); }>(inexact)},
      {"tanh", unary_loops<[](const auto& a) { return xt::tanh(a); }>(inexact)},
      {"arcsinh", unary_loops<[](const auto& a) { return xt::asinh(a); }>(inexact)},
      {"arccosh", unary_loops<[](const auto& a) { return xt::acosh(a); }>(inexact)},
      {"arctanh", unary_loops<[](const auto& a) { return xt::atanh(a); }>(inexact)},
      {"arctan2", binary_loops<arctan2>(floats)},
      {"hypot", binary_loops<hypot>(floats)},
      {"degrees", unary_loops<degrees>(floats)},
      {"radians", unary_loops<radians>(floats)},
  };
}

}  // namespace sheaf::np
