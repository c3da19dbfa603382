// SPDX-License-Identifier: MIT
#include <algorithm>
#include <atomic>

#include "core/array/elementwise/call.hpp"
#include "core/array/engine/cast.hpp"
#include "core/array/engine/evaluate.hpp"
#include "core/array/engine/graph.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/logic.hpp"
#include "core/array/math.hpp"
#include "core/error.hpp"

namespace sheaf::np {

Array isfinite(const Array& x) { return call("isfinite", x); }
Array isinf(const Array& x) { return call("isinf", x); }
Array isnan(const Array& x) { return call("isnan", x); }
Array isneginf(const Array& x) { return call("isneginf", x); }
Array isposinf(const Array& x) { return call("isposinf", x); }
Array logical_not(const Array& x) { return call("logical_not", x); }
Array invert(const Array& x) { return call("invert", x); }
Array logical_and(const Array& x1, const Array& x2) { return call("logical_and", x1, x2); }
Array logical_or(const Array& x1, const Array& x2) { return call("logical_or", x1, x2); }
Array logical_xor(const Array& x1, const Array& x2) { return call("logical_xor", x1, x2); }
Array greater(const Array& x1, const Array& x2) { return call("greater", x1, x2); }
Array greater_equal(const Array& x1, const Array& x2) { return call("greater_equal", x1, x2); }
Array less(const Array& x1, const Array& x2) { return call("less", x1, x2); }
Array less_equal(const Array& x1, const Array& x2) { return call("less_equal", x1, x2); }
Array equal(const Array& x1, const Array& x2) { return call("equal", x1, x2); }
Array not_equal(const Array& x1, const Array& x2) { return call("not_equal", x1, x2); }
Array bitwise_and(const Array& x1, const Array& x2) { return call("bitwise_and", x1, x2); }
Array bitwise_or(const Array& x1, const Array& x2) { return call("bitwise_or", x1, x2); }
Array bitwise_xor(const Array& x1, const Array& x2) { return call("bitwise_xor", x1, x2); }
Array left_shift(const Array& x1, const Array& x2) { return call("left_shift", x1, x2); }
Array right_shift(const Array& x1, const Array& x2) { return call("right_shift", x1, x2); }

bool iscomplexobj(const Array& x) { return x.dtype().kind == DtypeKind::Complex; }
bool isrealobj(const Array& x) { return !iscomplexobj(x); }
bool isfortran(const Array&) { return false; }
bool isscalar(const Array& element) { return element.node()->constant() != nullptr; }

Array iscomplex(const Array& x) {
  if (iscomplexobj(x)) return call("_iscomplex", x);
  return Array(broadcast(Array(false).node(), x.shape()));
}
Array isreal(const Array& x) { return logical_not(iscomplex(x)); }

bool is_all_true(const Array& a) {
  const NodePtr node = as_dtype(a.node(), boolean);
  prepare({node});
  const Budget budget = budget_for({node});
  const Blocks blocks(node->shape(),
                      block_extents(node->shape(), grain_of(node), budget.block_elements));
  std::atomic<bool> holds{true};
  run_tasks(blocks.count(), budget.threads, {node}, [&](std::int64_t number, Pass& pass) {
    if (!holds) return;  // decided
    const Pass::BufferPtr block = pass.read(node, blocks.at(number));
    const bool* begin = block->as<bool>();
    if (!std::all_of(begin, begin + block->count(), [](bool one) { return one; })) holds = false;
  });
  return holds;
}

Array isclose(const Array& a, const Array& b, const Tolerance& within) {
  // As NumPy: b in floats, so that abs() of the least integer doesn't overflow.
  const Array y = b.astype(b.ndim() == 0 ? promote(b.dtype(), float64)
                                         : result_dtype({b.node(), Array(1.0).node()}));
  const Array is_near = less_equal(abs(a - y), abs(y) * within.rtol + within.atol);
  const Array are_finite = logical_and(isfinite(a), isfinite(y));
  const Array close = where(are_finite, is_near, equal(a, y));
  return within.equal_nan ? logical_or(close, logical_and(isnan(a), isnan(y))) : close;
}

bool allclose(const Array& a, const Array& b, const Tolerance& within) {
  return is_all_true(isclose(a, b, within));
}

bool array_equal(const Array& a1, const Array& a2, bool equal_nan) {
  if (a1.shape() != a2.shape() || a1.dtype().is_string() != a2.dtype().is_string()) return false;
  if (!equal_nan || a1.dtype().is_string()) return is_all_true(equal(a1, a2));
  return is_all_true(logical_or(equal(a1, a2), logical_and(isnan(a1), isnan(a2))));
}

bool array_equiv(const Array& a1, const Array& a2) {
  if (a1.dtype().is_string() != a2.dtype().is_string()) return false;
  std::optional<Array> same;
  try {
    same = equal(a1, a2);
  } catch (const Error&) {
    return false;  // the shapes don't fit together
  }
  return is_all_true(*same);
}

}  // namespace sheaf::np
