// SPDX-License-Identifier: MIT
// equal, less and their like.
#include "core/array/kernels.hpp"

namespace sheaf::np {
namespace {

struct Equal {
  template <class A, class B>
  auto operator()(const A& a, const B& b) const {
    return xt::equal(a, b);
  }
};
struct NotEqual {
  template <class A, class B>
  auto operator()(const A& a, const B& b) const {
    return xt::not_equal(a, b);
  }
};
struct Less {
  template <class A, class B>
  auto operator()(const A& a, const B& b) const {
    return a < b;
  }
};
struct LessEqual {
  template <class A, class B>
  auto operator()(const A& a, const B& b) const {
    return a <= b;
  }
};
struct Greater {
  template <class A, class B>
  auto operator()(const A& a, const B& b) const {
    return a > b;
  }
};
struct GreaterEqual {
  template <class A, class B>
  auto operator()(const A& a, const B& b) const {
    return a >= b;
  }
};

constexpr auto ordered = booleans + reals;

}  // namespace

std::vector<Ufunc> comparison_ufuncs() {
  return {
      {"equal", binary_tests<Equal>(ordered + Complexes{})},
      {"not_equal", binary_tests<NotEqual>(ordered + Complexes{})},
      {"less", binary_tests<Less>(ordered)},
      {"less_equal", binary_tests<LessEqual>(ordered)},
      {"greater", binary_tests<Greater>(ordered)},
      {"greater_equal", binary_tests<GreaterEqual>(ordered)},
  };
}

}  // namespace sheaf::np
