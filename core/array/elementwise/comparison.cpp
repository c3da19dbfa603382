// SPDX-License-Identifier: MIT
// equal, less and their like.
#include "core/array/engine/kernels.hpp"

namespace sheaf::np {
namespace {

constexpr auto equal = [](const auto& a, const auto& b) { return xt::equal(a, b); };
constexpr auto not_equal = [](const auto& a, const auto& b) { return xt::not_equal(a, b); };
constexpr auto less = [](const auto& a, const auto& b) { return a < b; };
constexpr auto less_equal = [](const auto& a, const auto& b) { return a <= b; };
constexpr auto less_complex = [](const auto& a, const auto& b) { return is_less(a, b); };
constexpr auto less_equal_complex = [](const auto& a, const auto& b) { return is_at_most(a, b); };

template <auto F, class... T>
std::vector<Loop> swapped_tests(Types<T...>) {
  return {loop_of<bool, T, T>(swapped<binary_kernel<Computed<T>, Computed<T>, bool, F>>)...};
}
template <auto F, class... T>
std::vector<Loop> swapped_each(Types<T...>) {
  return {loop_of<bool, T, T>(swapped<each_kernel<F, bool, T, T>>)...};
}

constexpr auto ordered = booleans + reals;
constexpr auto complexes = Complexes{};

}  // namespace

std::vector<Ufunc> comparison_ufuncs() {
  return {
      {"equal", binary_bit_tests<equal>(booleans + numbers)},
      {"not_equal", binary_bit_tests<not_equal>(booleans + numbers)},
      {"less", binary_tests<less>(ordered) + each_binary_test<less_complex>(complexes)},
      {"less_equal",
       binary_tests<less_equal>(ordered) + each_binary_test<less_equal_complex>(complexes)},
      {"greater", swapped_tests<less>(ordered) + swapped_each<less_complex>(complexes)},
      {"greater_equal",
       swapped_tests<less_equal>(ordered) + swapped_each<less_equal_complex>(complexes)},
  };
}

}  // namespace sheaf::np
