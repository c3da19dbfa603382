// SPDX-License-Identifier: MIT
#include "core/array/shaping.hpp"

#include <algorithm>
#include <numeric>

#include "core/array/engine/ufunc.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/shaping/made.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

[[noreturn]] void refuse_shape(const Array& a, const std::string& why) {
  throw Error(ErrorCode::Invalid, "array", "of the shape " + to_string(a.shape()) + " " + why);
}

bool is_fortran(std::string_view order, const Array& a) {
  if (order == "C" || order == "A" || order == "K") return false;
  if (order == "F") return true;
  refuse_shape(a, "has the orders C and F, not '" + std::string(order) + "'");
}

std::vector<std::size_t> axes_of(const Shape& axes, std::size_t count) {
  std::vector<std::size_t> all;
  for (const std::int64_t axis : axes) {
    all.push_back(axis_of(axis, count));
    if (std::ranges::count(all, all.back()) < 2) continue;
    throw Error(ErrorCode::Invalid, "axes", to_string(axes) + " name one of them twice");
  }
  return all;
}

// The extent that is -1.
Shape with_missing_extent(const Array& a, Shape shape) {
  std::int64_t known = 1;
  std::int64_t* missing = nullptr;
  for (std::int64_t& extent : shape) {
    if (extent >= 0) {
      known *= extent;
    } else if (extent != -1 || missing != nullptr) {
      refuse_shape(a, "can't be reshaped to " + to_string(shape) + ": one extent can be -1");
    } else {
      missing = &extent;
    }
  }
  if (missing == nullptr) return shape;
  if (known == 0 || a.size() % known != 0) {
    refuse_shape(a, "can't be reshaped to " + to_string(shape) + ": elements are left over");
  }
  *missing = a.size() / known;
  return shape;
}

Shape counted(std::size_t count) {
  Shape all(count);
  std::iota(all.begin(), all.end(), 0);
  return all;
}

// Indices within the extent, as `mode` has it.
NodePtr bounded(const NodePtr& indices, std::int64_t extent, std::string_view mode) {
  const NodePtr whole = as_dtype(indices, int64);
  if (mode == "raise") return whole;
  const bool wraps = mode == "wrap";
  if (!wraps && mode != "clip") {
    throw Error(ErrorCode::Invalid, "take()", "has the modes raise, wrap and clip");
  }
  return made_node(int64, whole->shape(), {whole},
                   [whole, extent, wraps](const Box& box, Buffer& out, Pass& pass) {
                     whole->read(box, out, pass);
                     auto* index = out.as<std::int64_t>();
                     for (std::int64_t at = 0; at < out.count(); ++at) {
                       if (!wraps) {
                         index[at] = std::clamp<std::int64_t>(index[at], 0, extent - 1);
                       } else if (extent > 0) {
                         index[at] = (index[at] % extent + extent) % extent;
                       }
                     }
                   });
}

}  // namespace

std::int64_t size(const Array& a, Axis axis) {
  return axis ? a.shape()[axis_of(*axis, a.ndim())] : a.size();
}

Array along(const Array& a, std::size_t axis, const Index& index) {
  std::vector<Index> indices(axis, all);
  indices.push_back(index);
  return Array(select(a.node(), indices));
}

Array reshape(const Array& a, Shape newshape, std::string_view order) {
  newshape = with_missing_extent(a, std::move(newshape));
  if (!is_fortran(order, a)) return Array(reshaped(a.node(), newshape));
  std::ranges::reverse(newshape);
  return Array(reshaped(a.T().node(), newshape)).T();
}

Array ravel(const Array& a, std::string_view order) { return reshape(a, {a.size()}, order); }
Array flatten(const Array& a, std::string_view order) { return ravel(a, order); }

Array transpose(const Array& a, const Shape& axes) {
  if (axes.empty()) return a.T();
  if (axes.size() != a.ndim()) refuse_shape(a, "can't be transposed to axes " + to_string(axes));
  Shape order;
  for (const std::size_t axis : axes_of(axes, a.ndim())) {
    order.push_back(static_cast<std::int64_t>(axis));
  }
  return Array(transposed(a.node(), order));
}

Array moveaxis(const Array& a, const Shape& source, const Shape& destination) {
  const std::vector<std::size_t> from = axes_of(source, a.ndim());
  const std::vector<std::size_t> to = axes_of(destination, a.ndim());
  if (from.size() != to.size()) {
    refuse_shape(a, "has as many axes to move as there are places for them");
  }
  Shape rest = counted(a.ndim());
  std::erase_if(rest, [&](std::int64_t axis) {
    return std::ranges::count(from, static_cast<std::size_t>(axis)) > 0;
  });
  Shape order(a.ndim(), -1);
  for (std::size_t at = 0; at < from.size(); ++at) {
    order[to[at]] = static_cast<std::int64_t>(from[at]);
  }
  auto next = rest.begin();
  for (std::int64_t& axis : order) {
    if (axis < 0) axis = *next++;
  }
  return Array(transposed(a.node(), order));
}

Array moveaxis(const Array& a, std::int64_t source, std::int64_t destination) {
  return moveaxis(a, Shape{source}, Shape{destination});
}

Array rollaxis(const Array& a, std::int64_t axis, std::int64_t start) {
  const auto count = static_cast<std::int64_t>(a.ndim());
  const auto from = static_cast<std::int64_t>(axis_of(axis, a.ndim()));
  if (start < -count || start > count) {
    refuse_shape(a, "has no place " + std::to_string(start) + " to roll an axis to");
  }
  std::int64_t to = start < 0 ? start + count : start;
  if (from < to) --to;
  return moveaxis(a, from, to);
}

Array swapaxes(const Array& a, std::int64_t axis1, std::int64_t axis2) {
  Shape order = counted(a.ndim());
  std::swap(order[axis_of(axis1, a.ndim())], order[axis_of(axis2, a.ndim())]);
  return Array(transposed(a.node(), order));
}

Array atleast_1d(const Array& a) { return a.ndim() > 0 ? a : a(newaxis); }
Array atleast_2d(const Array& a) {
  return a.ndim() > 1 ? a : a.ndim() == 1 ? a(newaxis) : a(newaxis, newaxis);
}
Array atleast_3d(const Array& a) {
  if (a.ndim() > 2) return a;
  return a.ndim() == 2 ? a(all, all, newaxis) : atleast_2d(a)(all, all, newaxis);
}

Array with_ndmin(const Array& a, std::size_t ndmin) {
  Shape shape = a.shape();
  if (shape.size() < ndmin) shape.insert(shape.begin(), ndmin - shape.size(), 1);
  return reshape(a, shape);
}

Array expand_dims(const Array& a, const Shape& axis) {
  const std::vector<std::size_t> places = axes_of(axis, a.ndim() + axis.size());
  std::vector<Index> indices;
  for (std::size_t at = 0; at < a.ndim() + axis.size(); ++at) {
    const bool is_new = std::ranges::count(places, at) > 0;
    indices.push_back(is_new ? Index(newaxis) : Index(all));
  }
  return Array(select(a.node(), indices));
}

Array squeeze(const Array& a, const std::optional<Shape>& axis) {
  std::vector<Index> indices(a.ndim(), all);
  if (axis) {
    const bool is_number = a.ndim() == 0;  // has an axis to be squeezed, as in NumPy
    for (const std::size_t one : axes_of(*axis, is_number ? 1 : a.ndim())) {
      if (is_number) return a;
      if (a.shape()[one] != 1) {
        refuse_shape(a, "has more than one element on axis " + std::to_string(one) +
                            ", which can't be squeezed");
      }
      indices[one] = std::int64_t{0};
    }
  } else {
    for (std::size_t one = 0; one < a.ndim(); ++one) {
      if (a.shape()[one] == 1) indices[one] = std::int64_t{0};
    }
  }
  return Array(select(a.node(), indices));
}

Array broadcast_to(const Array& a, const Shape& shape) { return Array(broadcast(a.node(), shape)); }

Shape broadcast_shapes(const std::vector<Shape>& shapes) { return broadcast_shape(shapes); }

std::vector<Array> broadcast_arrays(const std::vector<Array>& arrays) {
  std::vector<Shape> shapes;
  for (const Array& one : arrays) shapes.push_back(one.shape());
  const Shape together = broadcast_shape(shapes);
  std::vector<Array> result;
  for (const Array& one : arrays) result.push_back(broadcast_to(one, together));
  return result;
}

Array flip(const Array& m, const std::optional<Shape>& axis) {
  std::vector<Index> indices(m.ndim(), all);
  const Shape chosen = axis.value_or(counted(m.ndim()));
  for (const std::size_t one : axes_of(chosen, m.ndim())) indices[one] = slice({}, {}, -1);
  return Array(select(m.node(), indices));
}
Array fliplr(const Array& m) { return flip(m, Shape{1}); }
Array flipud(const Array& m) { return flip(m, Shape{0}); }

Array rot90(const Array& m, std::int64_t k, const Shape& axes) {
  if (axes.size() != 2) throw Error(ErrorCode::Invalid, "rot90()", "turns in a plane of two axes");
  (void)axes_of(axes, m.ndim());
  switch ((k % 4 + 4) % 4) {
    case 0:
      return m;
    case 1:
      return swapaxes(flip(m, Shape{axes[1]}), axes[0], axes[1]);
    case 2:
      return flip(m, axes);
    default:
      return flip(swapaxes(m, axes[0], axes[1]), Shape{axes[1]});
  }
}

Array diagonal(const Array& a, std::int64_t offset, std::int64_t axis1, std::int64_t axis2) {
  if (a.ndim() < 2) refuse_shape(a, "has no diagonal: it takes two axes");
  const Array last = moveaxis(a, {axis1, axis2}, {-2, -1});
  const std::int64_t rows = last.shape()[a.ndim() - 2];
  const std::int64_t columns = last.shape()[a.ndim() - 1];
  const std::int64_t below = std::max<std::int64_t>(0, -offset);
  const std::int64_t right = std::max<std::int64_t>(0, offset);
  const std::int64_t count = std::max<std::int64_t>(0, std::min(rows - below, columns - right));
  Shape flat(last.shape().begin(), last.shape().end() - 2);
  flat.push_back(rows * columns);
  const std::int64_t first = below * columns + right;
  const std::int64_t stop = count == 0 ? first : first + (count - 1) * (columns + 1) + 1;
  return reshape(last, flat)(ellipsis, slice(first, stop, columns + 1));
}

Array take(const Array& a, const Array& indices, Axis axis, std::string_view mode) {
  const Array from = axis ? atleast_1d(a) : ravel(a);
  const std::size_t place = axis ? axis_of(*axis, from.ndim()) : 0;
  if (indices.size() == 0)
    return along(from, place, as_dtype(indices.node(), int64));  // a list: []
  if (indices.dtype().kind == DtypeKind::Float || indices.dtype().kind == DtypeKind::Complex) {
    throw Error(ErrorCode::Invalid, "take()",
                "takes indices of integers, not of " + indices.dtype().name());
  }
  return along(from, place, bounded(indices.node(), from.shape()[place], mode));
}

Array take_along_axis(const Array& a, const Array& indices, Axis axis) {
  const Array from = axis ? a : ravel(a);
  const std::size_t place = axis ? axis_of(*axis, a.ndim()) : 0;
  if (indices.ndim() != from.ndim()) {
    refuse_shape(from,
                 "takes indices with as many axes, not of the shape " + to_string(indices.shape()));
  }
  std::vector<Index> lists;
  for (std::size_t one = 0; one < from.ndim(); ++one) {
    if (one == place) {
      lists.emplace_back(indices.node());
      continue;
    }
    const std::int64_t extent = from.shape()[one];
    Shape wide(from.ndim(), 1);
    wide[one] = extent;
    lists.emplace_back(reshaped(ramp(extent), wide));
  }
  return Array(select(from.node(), lists));
}

Array compress(const Array& condition, const Array& a, Axis axis) {
  const Array from = axis ? atleast_1d(a) : ravel(a);
  const std::size_t place = axis ? axis_of(*axis, from.ndim()) : 0;
  const Array mask = condition.astype(boolean);
  if (mask.ndim() != 1) throw Error(ErrorCode::Invalid, "compress()", "takes a mask of one axis");
  const NodePtr places = counted_places(mask.node());
  return along(from, place, places);
}

void copyto(const Array& dst, const Array& src, const std::optional<Array>& where) {
  if (!where) return dst.write(src);
  if (where->dtype() != boolean) {
    throw Error(
        ErrorCode::Invalid, "copyto()",
        "takes a `where` of bool, not of " + where->dtype().name() + "; convert it (astype)");
  }
  const Array mask = broadcast_to(*where, dst.shape());
  const Array values = src.size() == 1 ? src : broadcast_to(src, dst.shape())(mask);
  dst(mask).write(values);
}

}  // namespace sheaf::np
