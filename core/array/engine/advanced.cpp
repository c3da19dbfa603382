// SPDX-License-Identifier: MIT
// Index lists and masks in brackets.
#include <algorithm>
#include <numeric>

#include "core/array/engine/ufunc.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/select.hpp"
#include "core/array/shaping/made.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

// What chooses elements, and the axes of the view that it does so on.
struct Chooser {
  NodePtr list;  // int64, or bool for a mask
  std::vector<std::size_t> view_axes{};
  std::size_t base_axis = 0;  // the first one, as the user counts
};

struct Parsed {
  std::vector<Index> basic;  // slices and new axes; all of an axis that is chosen from
  std::vector<Chooser> choosers;
  std::vector<std::size_t> kept;  // other axes of the view
  bool is_together = true;        // all choosers are neighbours
  std::size_t place = 0;          // kept axes in front of the first one
};

[[noreturn]] void refuse_mask(const Shape& mask, const Shape& shape, std::size_t axis) {
  throw Error(ErrorCode::Invalid, "array",
              "of the shape " + to_string(shape) + " can't take a mask of the shape " +
                  to_string(mask) + " on axis " + std::to_string(axis) +
                  "; a mask has the extents of the axes that it stands for");
}

[[noreturn]] void refuse_index(std::int64_t index, const Shape& shape, std::size_t axis) {
  throw Error(ErrorCode::Invalid, "array",
              "of the shape " + to_string(shape) + " has no index " + std::to_string(index) +
                  " on axis " + std::to_string(axis));
}

Chooser chooser_of(const Index& index, const Shape& shape, std::size_t axis) {
  if (const auto* number = std::get_if<std::int64_t>(&index)) {
    // Here, as with an empty list beside it nothing is read.
    if (*number < -shape[axis] || *number >= shape[axis]) refuse_index(*number, shape, axis);
    return {constant_node(Value::of(*number)), {}, axis};
  }
  const NodePtr& list = std::get<NodePtr>(index);
  if (list->dtype() == boolean) {
    for (std::size_t at = 0; at < list->shape().size(); ++at) {
      if (list->shape()[at] != shape[axis + at]) refuse_mask(list->shape(), shape, axis);
    }
    return {list, {}, axis};
  }
  const bool is_whole = list->dtype().kind == DtypeKind::Int ||
                        list->dtype().kind == DtypeKind::Uint ||
                        (list->size() == 0 && list->inputs().empty());  // a([])
  if (is_whole) return {as_dtype(list, int64), {}, axis};
  throw Error(
      ErrorCode::Invalid, "array",
      "is indexed by integers and masks, not by " + list->dtype().name() + "; convert it (astype)");
}

Parsed parse(const Shape& shape, const std::vector<Index>& indices) {
  Parsed all;
  std::size_t axis = 0;       // of the array
  std::size_t view_axis = 0;  // of the view that `basic` makes
  bool is_after_gap = false;
  for (const Index& index : indices) {
    const bool chooses =
        std::holds_alternative<std::int64_t>(index) || std::holds_alternative<NodePtr>(index);
    if (!chooses) {
      is_after_gap = !all.choosers.empty();
      if (std::holds_alternative<Ellipsis>(index)) continue;
      all.basic.push_back(index);
      all.kept.push_back(view_axis++);
      axis += std::holds_alternative<Slice>(index) ? 1 : 0;
      continue;
    }
    Chooser chooser = chooser_of(index, shape, axis);
    const bool is_mask = chooser.list->dtype() == boolean;
    const std::size_t axes = is_mask ? chooser.list->shape().size() : 1;
    if (axes == 0) all.basic.emplace_back(NewAxis{});  // a(true): an axis of one, or of none
    for (std::size_t at = 0; at < axes; ++at) all.basic.emplace_back(np::all);
    for (std::size_t at = 0; at < std::max<std::size_t>(axes, 1); ++at) {
      chooser.view_axes.push_back(view_axis++);
    }
    axis += axes;
    if (all.choosers.empty()) all.place = all.kept.size();
    if (is_after_gap) all.is_together = false;
    all.choosers.push_back(std::move(chooser));
  }
  return all;
}

// The view's axes with those that are chosen from in front, those of a mask as one.
struct Chosen {
  Shape order{};
  Shape merged{};  // extents
  std::vector<NodePtr> lists{};
  Asked asked{};
};

Chosen choose_first(const Parsed& parsed, const Shape& view, const Shape& shape) {
  Chosen all{.asked = {shape, {}}};
  std::vector<Shape> shapes;
  for (const Chooser& chooser : parsed.choosers) {
    std::int64_t extent = 1;
    for (const std::size_t axis : chooser.view_axes) {
      all.order.push_back(static_cast<std::int64_t>(axis));
      extent *= view[axis];
    }
    all.merged.push_back(extent);
    all.asked.axes.push_back(chooser.base_axis);
    const bool counts = chooser.list->dtype() == boolean;
    all.lists.push_back(counts ? counted_places(chooser.list) : chooser.list);
    shapes.push_back(all.lists.back()->shape());
  }
  for (const std::size_t axis : parsed.kept) {
    all.order.push_back(static_cast<std::int64_t>(axis));
    all.merged.push_back(view[axis]);
  }
  const Shape together = broadcast_shape(shapes);
  for (NodePtr& list : all.lists) list = broadcast(list, together);
  return all;
}

}  // namespace

NodePtr select_elements(const NodePtr& node, const std::vector<Index>& indices) {
  const Parsed parsed = parse(node->shape(), indices);
  const NodePtr view = select(node, parsed.basic);
  const Chooser& first = parsed.choosers.front();
  const bool is_mask = first.list->dtype() == boolean;
  if (is_mask && parsed.choosers.size() == 1 && parsed.kept.empty()) {
    return masked(view, reshaped(first.list, view->shape()));
  }
  const Chosen chosen = choose_first(parsed, view->shape(), node->shape());
  const NodePtr result =
      taken(reshaped(transposed(view, chosen.order), chosen.merged), chosen.lists, chosen.asked);
  const auto count = static_cast<std::int64_t>(chosen.lists.front()->shape().size());
  const auto place = static_cast<std::int64_t>(parsed.place);
  if (!parsed.is_together || place == 0) return result;
  // The chosen axes go where they come from.
  Shape back(result->shape().size());
  std::iota(back.begin(), back.begin() + place, count);
  std::iota(back.begin() + place, back.begin() + place + count, 0);
  std::iota(back.begin() + place + count, back.end(), count + place);
  return transposed(result, back);
}

}  // namespace sheaf::np
