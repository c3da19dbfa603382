// SPDX-License-Identifier: MIT
// trapz.
#include "core/array/cumulative.hpp"
#include "core/array/differences.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/shaping.hpp"
#include "core/array/statistics.hpp"
#include "core/error.hpp"

namespace sheaf::np {

Array trapz(const Array& y, const std::optional<Array>& x, const Array& dx, std::int64_t axis) {
  const std::size_t at = axis_of(axis, y.ndim());
  Array widths = dx;
  Shape line(y.ndim() - at, 1);  // of points along the axis
  line.front() = -1;
  if (x && x->ndim() == 0) throw Error(ErrorCode::Invalid, "trapz", "has one point for `x`");
  if (x && x->ndim() == 1) widths = reshape(diff(*x, 1, 0), line);
  if (x && x->ndim() > 1) widths = diff(*x, 1, axis);
  const Array both = along(y, at, slice(1, {})) + along(y, at, slice({}, -1));
  return sum(widths * both / 2.0, static_cast<std::int64_t>(at));
}

}  // namespace sheaf::np
