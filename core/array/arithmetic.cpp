// SPDX-License-Identifier: MIT
// add, subtract, multiply, divide, power and their like.
#include "core/array/kernels.hpp"

namespace sheaf::np {
namespace {

struct Add {
  template <class A, class B>
  auto operator()(const A& a, const B& b) const {
    return a + b;
  }
};
struct Subtract {
  template <class A, class B>
  auto operator()(const A& a, const B& b) const {
    return a - b;
  }
};
struct Multiply {
  template <class A, class B>
  auto operator()(const A& a, const B& b) const {
    return a * b;
  }
};
struct Divide {
  template <class A, class B>
  auto operator()(const A& a, const B& b) const {
    return a / b;
  }
};
struct Or {
  template <class A, class B>
  auto operator()(const A& a, const B& b) const {
    return a || b;
  }
};
struct And {
  template <class A, class B>
  auto operator()(const A& a, const B& b) const {
    return a && b;
  }
};
struct Negative {
  template <class A>
  auto operator()(const A& a) const {
    return -a;
  }
};
struct Sqrt {
  template <class A>
  auto operator()(const A& a) const {
    return xt::sqrt(a);
  }
};

// Of integers, whatever their width, float64.
template <class F>
std::vector<Loop> whole() {
  Loop loop = binary_loop<F, double>();
  loop.inputs = {int64, int64};
  Loop natural = loop;
  natural.inputs = {uint64, uint64};
  return {loop, natural};
}

}  // namespace

std::vector<Ufunc> arithmetic_ufuncs() {
  return {
      {"add", binary_loops<Or>(booleans) + binary_loops<Add>(numbers)},
      {"subtract", binary_loops<Subtract>(numbers)},
      {"multiply", binary_loops<And>(booleans) + binary_loops<Multiply>(numbers)},
      {"divide", whole<Divide>() + binary_loops<Divide>(inexact)},
      {"negative", unary_loops<Negative>(numbers)},
      {"sqrt", unary_loops<Sqrt>(inexact)},
  };
}

}  // namespace sheaf::np
