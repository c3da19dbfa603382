// SPDX-License-Identifier: MIT
// trapz.
#include "core/array/cumulative.hpp"
#include "core/array/differences.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/select.hpp"
#include "core/array/statistics.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

Array along(const Array& a, std::size_t axis, const Slice& part) {
  std::vector<Index> indices(axis, Slice{});
  indices.emplace_back(part);
  return Array(select(a.node(), indices));
}

// Of points on one axis, along the axis of so many.
Array turned(const Array& line, std::size_t axis, std::size_t axes) {
  std::vector<Index> indices{Slice{}};
  indices.insert(indices.end(), axes - 1 - axis, NewAxis{});
  return Array(select(line.node(), indices));
}

}  // namespace

Array trapz(const Array& y, const std::optional<Array>& x, const Array& dx, std::int64_t axis) {
  const std::size_t at = axis_of(axis, y.ndim());
  Array widths = dx;
  if (x && x->ndim() == 0) throw Error(ErrorCode::Invalid, "trapz", "has one point for `x`");
  if (x && x->ndim() == 1) widths = turned(diff(*x, 1, 0), at, y.ndim());
  if (x && x->ndim() > 1) widths = diff(*x, 1, axis);
  const Array both = along(y, at, slice(1, {})) + along(y, at, slice({}, -1));
  return sum(widths * both / 2.0, static_cast<std::int64_t>(at));
}

}  // namespace sheaf::np
