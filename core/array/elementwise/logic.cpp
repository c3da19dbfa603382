// SPDX-License-Identifier: MIT
// Elements as truth values: logical_and, isnan and their like.
#include "core/array/engine/kernels.hpp"

namespace sheaf::np {
namespace {

constexpr auto all = booleans + numbers;
constexpr auto complexes = Complexes{};

// Elements of all dtypes are converted to bool first.
template <class... T>
std::vector<Loop> truth(std::size_t inputs, Kernel kernel, Types<T...>) {
  return {{std::vector<Dtype>(inputs, dtype_in_memory<T>()), boolean, kernel,
           std::vector<Dtype>(inputs, boolean), boolean}...};
}

constexpr auto both = [](const auto& a, const auto& b) { return a && b; };
constexpr auto either = [](const auto& a, const auto& b) { return a || b; };
constexpr auto one_of = [](const auto& a, const auto& b) { return xt::not_equal(a, b); };
constexpr auto negated = [](const auto& a) { return !a; };

constexpr auto isposinf = [](auto a) { return a > 0 && std::isinf(a); };
constexpr auto isneginf = [](auto a) { return a < 0 && std::isinf(a); };
constexpr auto isnan_complex = [](const auto& a) { return is_nan(a); };
constexpr auto isinf_complex = [](const auto& a) {
  return std::isinf(a.real()) || std::isinf(a.imag());
};
constexpr auto isfinite_complex = [](const auto& a) {
  return std::isfinite(a.real()) && std::isfinite(a.imag());
};
constexpr auto iscomplex = [](const auto& a) { return a.imag() != 0; };

}  // namespace

std::vector<Ufunc> logic_ufuncs() {
  return {
      {"logical_and", truth(2, binary_kernel<bool, bool, bool, both>, all)},
      {"logical_or", truth(2, binary_kernel<bool, bool, bool, either>, all)},
      {"logical_xor", truth(2, binary_kernel<bool, bool, bool, one_of>, all)},
      {"logical_not", truth(1, unary_kernel<bool, bool, negated>, all)},
      {"isnan", unary_tests<[](const auto& a) { return xt::isnan(a); }>(floats) +
                    each_unary_test<isnan_complex>(complexes)},
      {"isinf", unary_tests<[](const auto& a) { return xt::isinf(a); }>(floats) +
                    each_unary_test<isinf_complex>(complexes)},
      {"isfinite", unary_tests<[](const auto& a) { return xt::isfinite(a); }>(floats) +
                       each_unary_test<isfinite_complex>(complexes)},
      {"isposinf", each_unary_test<isposinf>(floats)},
      {"isneginf", each_unary_test<isneginf>(floats)},
      {"_iscomplex", each_unary_test<iscomplex>(complexes)},
  };
}

}  // namespace sheaf::np
