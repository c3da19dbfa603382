// SPDX-License-Identifier: MIT
#include "core/array/joining.hpp"

#include <algorithm>
#include <numeric>

#include "core/array/engine/evaluate.hpp"
#include "core/array/engine/ufunc.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/shaping/made.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

[[noreturn]] void refuse_join(const std::string& function, const std::string& why) {
  throw Error(ErrorCode::Invalid, function + "()", why);
}

std::vector<Array> each(const std::vector<Array>& arrays, Array (*f)(const Array&)) {
  std::vector<Array> changed;
  for (const Array& one : arrays) changed.push_back(f(one));
  return changed;
}

struct Depths {
  std::size_t lists = 0;
  std::size_t axes = 0;
};

Depths depths_of(const Block& blocks) {
  const auto* list = std::get_if<std::vector<Block>>(&blocks.held);
  if (list == nullptr) return {0, std::get<Array>(blocks.held).ndim()};
  if (list->empty()) refuse_join("block", "has an empty list");
  Depths depths = depths_of(list->front());
  for (const Block& one : *list) {
    const Depths other = depths_of(one);
    if (other.lists != depths.lists) refuse_join("block", "has lists of several depths");
    depths.axes = std::max(depths.axes, other.axes);
  }
  return {depths.lists + 1, depths.axes};
}

Array join_blocks(const Block& blocks, std::size_t lists, std::size_t axes) {
  const auto* list = std::get_if<std::vector<Block>>(&blocks.held);
  if (list == nullptr) return with_ndmin(std::get<Array>(blocks.held), axes);
  std::vector<Array> parts;
  for (const Block& one : *list) parts.push_back(join_blocks(one, lists - 1, axes));
  return concatenate(parts, -static_cast<std::int64_t>(lists));
}

template <class Parts>
std::vector<Array> split_rows(const char* name, const Array& a, const Parts& parts,
                              std::int64_t axis) {
  if (static_cast<std::int64_t>(a.ndim()) <= axis) {
    refuse_join(name, "needs " + std::to_string(axis + 1) + " axes; the array has " +
                          std::to_string(a.ndim()));
  }
  return split(a, parts, axis);
}

}  // namespace

Array concatenate(const std::vector<Array>& arrays, Axis axis) {
  if (arrays.empty()) refuse_join("concatenate", "needs at least one array");
  std::vector<NodePtr> nodes;
  for (const Array& one : arrays) {
    nodes.push_back(axis ? one.node() : ravel(one).node());
    if (nodes.back()->shape().empty()) {
      refuse_join("concatenate", "takes arrays with axes, not numbers alone");
    }
  }
  const Dtype dtype = result_dtype(nodes);
  for (NodePtr& node : nodes) node = as_dtype(node, dtype);
  return Array(joined(nodes, axis_of(axis.value_or(0), nodes.front()->shape().size())));
}

Array stack(const std::vector<Array>& arrays, std::int64_t axis) {
  if (arrays.empty()) refuse_join("stack", "needs at least one array");
  std::vector<Array> parts;
  for (const Array& one : arrays) {
    if (one.shape() != arrays.front().shape()) {
      refuse_join("stack", "takes arrays of one shape, not " + to_string(arrays.front().shape()) +
                               " and " + to_string(one.shape()));
    }
    parts.push_back(expand_dims(one, {axis}));
  }
  return concatenate(parts, axis);
}

Array vstack(const std::vector<Array>& arrays) { return concatenate(each(arrays, atleast_2d), 0); }
Array row_stack(const std::vector<Array>& arrays) { return vstack(arrays); }
Array hstack(const std::vector<Array>& arrays) {
  const std::vector<Array> parts = each(arrays, atleast_1d);
  return concatenate(parts, !parts.empty() && parts.front().ndim() == 1 ? 0 : 1);
}
Array dstack(const std::vector<Array>& arrays) { return concatenate(each(arrays, atleast_3d), 2); }
Array column_stack(const std::vector<Array>& arrays) {
  return concatenate(
      each(arrays, [](const Array& one) { return one.ndim() < 2 ? atleast_2d(one).T() : one; }), 1);
}

Array block(const Block& blocks) {
  const Depths depths = depths_of(blocks);
  return join_blocks(blocks, depths.lists, std::max(depths.lists, depths.axes));
}

std::vector<Array> split(const Array& a, const Shape& indices, std::int64_t axis) {
  const std::size_t place = axis_of(axis, a.ndim());
  std::vector<Array> parts;
  Bound start = 0;
  for (const std::int64_t index : indices) {
    parts.push_back(along(a, place, slice(start, index)));
    start = index;
  }
  parts.push_back(along(a, place, slice(start, {})));
  return parts;
}

std::vector<Array> array_split(const Array& a, std::int64_t sections, std::int64_t axis) {
  if (sections < 1) refuse_join("array_split", "makes one part at least");
  const std::int64_t extent = a.shape()[axis_of(axis, a.ndim())];
  Shape indices;
  for (std::int64_t at = 1; at < sections; ++at) {
    indices.push_back(at * (extent / sections) + std::min(at, extent % sections));
  }
  return split(a, indices, axis);
}

std::vector<Array> split(const Array& a, std::int64_t sections, std::int64_t axis) {
  const std::int64_t extent = a.shape()[axis_of(axis, a.ndim())];
  if (sections < 1 || extent % sections != 0) {
    refuse_join("split", std::to_string(extent) + " elements don't make " +
                             std::to_string(sections) + " equal parts; array_split() makes others");
  }
  return array_split(a, sections, axis);
}

std::vector<Array> vsplit(const Array& a, std::int64_t sections) {
  if (a.ndim() < 2) refuse_join("vsplit", "needs two axes");
  return split_rows("vsplit", a, sections, 0);
}
std::vector<Array> vsplit(const Array& a, const Shape& indices) {
  if (a.ndim() < 2) refuse_join("vsplit", "needs two axes");
  return split_rows("vsplit", a, indices, 0);
}
std::vector<Array> hsplit(const Array& a, std::int64_t sections) {
  return split_rows("hsplit", a, sections, a.ndim() > 1 ? 1 : 0);
}
std::vector<Array> hsplit(const Array& a, const Shape& indices) {
  return split_rows("hsplit", a, indices, a.ndim() > 1 ? 1 : 0);
}
std::vector<Array> dsplit(const Array& a, std::int64_t sections) {
  return split_rows("dsplit", a, sections, 2);
}
std::vector<Array> dsplit(const Array& a, const Shape& indices) {
  return split_rows("dsplit", a, indices, 2);
}

// (2, 3) twice and thrice is (1, 2, 1, 3) broadcast to (2, 2, 3, 3) under another shape.
Array tile(const Array& a, const Shape& reps) {
  const std::size_t axes = std::max(a.ndim(), reps.size());
  Shape times = reps;
  times.insert(times.begin(), axes - times.size(), 1);
  const Array base = with_ndmin(a, axes);
  Shape apart;
  Shape wide;
  Shape result;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const std::int64_t extent = base.shape()[axis];
    if (times[axis] < 0) refuse_join("tile", "repeats 0 times at least");
    apart.insert(apart.end(), {1, extent});
    wide.insert(wide.end(), {times[axis], extent});
    result.push_back(times[axis] * extent);
  }
  return reshape(broadcast_to(reshape(base, apart), wide), result);
}

Array repeat(const Array& a, const Array& repeats, Axis axis) {
  const Array from = axis ? atleast_1d(a) : ravel(a);
  const std::size_t place = axis ? axis_of(*axis, from.ndim()) : 0;
  const Array counts = ravel(repeats);
  if (counts.dtype().kind == DtypeKind::Float || counts.dtype().kind == DtypeKind::Complex) {
    refuse_join("repeat", "takes counts of integers, not of " + counts.dtype().name());
  }
  const std::int64_t extent = from.shape()[place];
  if (counts.size() != 1) {
    if (counts.size() != extent) {
      refuse_join("repeat", "takes one count, or " + std::to_string(extent) +
                                " for the axis, not " + std::to_string(counts.size()));
    }
    const NodePtr places = counted_places(as_dtype(counts.node(), int64));
    return along(from, place, places);
  }
  const auto times = counts.astype(int64)(0).item<std::int64_t>();
  if (times < 0) refuse_join("repeat", "repeats 0 times at least");
  const Array apart = expand_dims(from, {static_cast<std::int64_t>(place) + 1});
  Shape wide = apart.shape();
  wide[place + 1] = times;
  Shape result = from.shape();
  result[place] *= times;
  return reshape(broadcast_to(apart, wide), result);
}

Array append(const Array& a, const Array& values, Axis axis) {
  return concatenate({a, values}, axis);
}

Array resize(const Array& a, const Shape& new_shape) {
  const std::int64_t wanted = element_count(new_shape);
  if (std::ranges::any_of(new_shape, [](std::int64_t extent) { return extent < 0; })) {
    refuse_join("resize", "has no negative extents");
  }
  if (a.size() == 0) {
    const Array zero = Array(std::int64_t{0}).astype(a.dtype());
    return broadcast_to(zero, new_shape);
  }
  const std::int64_t times = (wanted + a.size() - 1) / a.size();
  return reshape(tile(ravel(a), {times})(slice(wanted)), new_shape);
}

Array roll(const Array& a, const Shape& shift, const std::optional<Shape>& axis) {
  if (!axis) return reshape(roll(ravel(a), shift, Shape(shift.size(), 0)), a.shape());
  const std::size_t count = std::max(shift.size(), axis->size());
  if ((shift.size() != 1 && shift.size() != count) ||
      (axis->size() != 1 && axis->size() != count)) {
    refuse_join("roll", "takes a shift for each axis");
  }
  Array result = a;
  for (std::size_t at = 0; at < count; ++at) {
    const std::size_t place = axis_of((*axis)[axis->size() == 1 ? 0 : at], a.ndim());
    const std::int64_t extent = a.shape()[place];
    if (extent == 0) return a;
    const std::int64_t by = (shift[shift.size() == 1 ? 0 : at] % extent + extent) % extent;
    if (by == 0) continue;
    result = concatenate(
        {along(result, place, slice(extent - by, {})), along(result, place, slice(extent - by))},
        static_cast<std::int64_t>(place));
  }
  return result;
}

Array trim_zeros(const Array& filt, std::string_view trim) {
  if (filt.ndim() != 1) refuse_join("trim_zeros", "takes an array of one axis");
  const NodePtr mask = filt.dtype() == boolean ? filt.node() : (filt != Array(0)).node();
  prepare({mask});
  const std::int64_t step = budget_for({mask}).block_elements;
  Pass pass;
  std::int64_t first = 0;
  std::int64_t stop = filt.size();
  const auto block = [&](std::int64_t from, std::int64_t to) {
    pass.next_block();
    return pass.read(mask, {{from}, {to - from}});
  };
  for (bool goes_on = trim.find_first_of("fF") != std::string_view::npos;
       goes_on && first < stop;) {
    const auto flags = block(first, std::min(first + step, stop));
    std::int64_t at = 0;
    while (at < flags->count() && !flags->as<bool>()[at]) ++at;
    goes_on = at == flags->count();
    first += at;
  }
  for (bool goes_on = trim.find_first_of("bB") != std::string_view::npos;
       goes_on && first < stop;) {
    const auto flags = block(std::max(stop - step, first), stop);
    std::int64_t at = flags->count();
    while (at > 0 && !flags->as<bool>()[at - 1]) --at;
    goes_on = at == 0;
    stop -= flags->count() - at;
  }
  return filt(slice(first, stop));
}

}  // namespace sheaf::np
