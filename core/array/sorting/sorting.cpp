// SPDX-License-Identifier: MIT
#include "core/array/sorting.hpp"

#include <algorithm>

#include "core/array/engine/spill.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/sorting/ranked.hpp"
#include "core/array/sorting/sorted_lanes.hpp"
#include "core/array/statistics/reducing.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

void check_kind(std::string_view kind) {
  constexpr std::string_view kinds[] = {"quicksort", "mergesort", "heapsort", "stable"};
  if (std::ranges::find(kinds, kind) != std::end(kinds)) return;
  throw Error(ErrorCode::Invalid, "sort",
              "has no kind '" + std::string(kind) +
                  "'; there are quicksort, mergesort, heapsort and stable, all the same here");
}

Array sorted(const Array& a, std::optional<std::int64_t> axis, bool gives_places) {
  if (axis) {
    return Array(sorted_along(a.node(), axis_of(*axis, a.ndim()), gives_places));
  }
  return Array(sorted_along(flattened(a.node()), 0, gives_places));
}

void check_kth(const Array& a, const Shape& kth, std::optional<std::int64_t> axis) {
  const std::int64_t count = axis ? a.shape()[axis_of(*axis, a.ndim())] : a.size();
  for (const std::int64_t k : kth) {
    if (k >= -count && k < count) continue;
    throw Error(ErrorCode::Invalid, "partition",
                "has no kth " + std::to_string(k) + " of " + std::to_string(count) + " elements");
  }
}

}  // namespace

Array sort(const Array& a, std::optional<std::int64_t> axis, std::string_view kind) {
  check_kind(kind);
  return sorted(a, axis, false);
}

Array argsort(const Array& a, std::optional<std::int64_t> axis, std::string_view kind) {
  check_kind(kind);
  if (a.ndim() == 0) {  // NumPy's oddity: it has a place
    if (axis) (void)axis_of(*axis, 1);
    return Array(memory_node(Value::of(std::int64_t{0})));
  }
  return sorted(a, axis, true);
}

Array msort(const Array& a) { return sort(a, 0); }

Array lexsort(const std::vector<Array>& keys, std::int64_t axis) {
  if (keys.empty()) throw Error(ErrorCode::Invalid, "lexsort", "needs a key");
  for (const Array& key : keys) {
    if (key.shape() == keys.front().shape()) continue;
    throw Error(ErrorCode::Invalid, "lexsort",
                "needs keys of one shape, not " + to_string(keys.front().shape()) + " and " +
                    to_string(key.shape()));
  }
  if (keys.size() == 1 || keys.front().ndim() == 0) return argsort(keys.back(), axis);
  Ranked major = ranked(keys.back());
  for (std::size_t key = keys.size() - 1; key-- > 1;) {
    major = ranked(combined(major, ranked(keys[key])));
  }
  return argsort(combined(major, ranked(keys.front())), axis);
}

Array partition(const Array& a, const Shape& kth, std::optional<std::int64_t> axis) {
  check_kth(a, kth, axis);
  return sort(a, axis);
}

Array argpartition(const Array& a, const Shape& kth, std::optional<std::int64_t> axis) {
  if (a.ndim() > 0) check_kth(a, kth, axis);
  return argsort(a, axis);
}

Array sort_complex(const Array& a) {
  require_numbers(a, "sort_complex");
  if (a.dtype().kind == DtypeKind::Complex) return sort(a);
  const bool is_narrow = (a.dtype().kind == DtypeKind::Int || a.dtype().kind == DtypeKind::Uint) &&
                         a.dtype().bits <= 16;
  return sort(a).astype(is_narrow ? complex64 : complex128);
}

void sort_in_place(const Array& a, std::int64_t axis) { a.write(sort(a, axis)); }

}  // namespace sheaf::np
