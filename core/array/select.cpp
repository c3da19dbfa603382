// SPDX-License-Identifier: MIT
#include "core/array/select.hpp"

#include <algorithm>
#include <string>

#include "core/array/engine/view.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

// The axes that an index takes of the array.
std::size_t taken(const Index& index) {
  if (std::holds_alternative<Ellipsis>(index) || std::holds_alternative<NewAxis>(index)) return 0;
  const auto* list = std::get_if<NodePtr>(&index);
  return list != nullptr && (*list)->dtype() == boolean ? (*list)->shape().size() : 1;
}

struct Range {
  std::int64_t first = 0;
  std::int64_t count = 0;
};

// As Python's slice.indices().
Range range_of(const Slice& slice, std::int64_t extent) {
  if (slice.step == 0) throw Error(ErrorCode::Invalid, "slice", "has a step of 0");
  const bool is_back = slice.step < 0;
  const std::int64_t low = is_back ? -1 : 0;
  const std::int64_t high = is_back ? extent - 1 : extent;
  const auto bound = [&](const Bound& given, std::int64_t otherwise) {
    if (!given) return otherwise;
    return std::clamp(*given < 0 ? *given + extent : *given, low, high);
  };
  const std::int64_t start = bound(slice.start, is_back ? high : low);
  const std::int64_t stop = bound(slice.stop, is_back ? low : high);
  const std::int64_t distance = is_back ? start - stop : stop - start;
  const std::int64_t step = is_back ? -slice.step : slice.step;
  return {start, distance <= 0 ? 0 : (distance - 1) / step + 1};
}

}  // namespace

NodePtr select(const NodePtr& node, const std::vector<Index>& given) {
  const Shape& shape = node->shape();
  std::size_t axes = 0;
  for (const Index& index : given) axes += taken(index);
  if (axes > shape.size()) {
    throw Error(ErrorCode::Invalid, "array",
                "of the shape " + to_string(shape) + " has no " + std::to_string(axes) + " axes");
  }
  // One ellipsis, at the end where there is none.
  std::vector<Index> indices;
  bool is_open = false;
  for (const Index& index : given) {
    if (!std::holds_alternative<Ellipsis>(index)) {
      indices.push_back(index);
      continue;
    }
    if (is_open) throw Error(ErrorCode::Invalid, "array", "can have one ellipsis in its brackets");
    is_open = true;
    if (axes == shape.size())
      indices.emplace_back(Ellipsis{});  // stands between lists all the same
    indices.insert(indices.end(), shape.size() - axes, all);
  }
  if (!is_open) indices.insert(indices.end(), shape.size() - axes, all);
  if (std::ranges::any_of(
          indices, [](const Index& index) { return std::holds_alternative<NodePtr>(index); })) {
    return select_elements(node, indices);
  }
  Shape offsets(shape.size(), 0);
  std::vector<ViewAxis> view;
  std::size_t axis = 0;
  for (const Index& index : indices) {
    if (std::holds_alternative<Ellipsis>(index)) continue;
    if (std::holds_alternative<NewAxis>(index)) {
      view.push_back({1, -1, 0});
      continue;
    }
    if (const auto* slice = std::get_if<Slice>(&index)) {
      const Range range = range_of(*slice, shape[axis]);
      offsets[axis] = range.first;
      view.push_back({range.count, static_cast<std::int64_t>(axis), slice->step});
    } else {
      const std::int64_t number = std::get<std::int64_t>(index);
      offsets[axis] = number < 0 ? number + shape[axis] : number;
      if (offsets[axis] < 0 || offsets[axis] >= shape[axis]) {
        throw Error(ErrorCode::Invalid, "array",
                    "of the shape " + to_string(shape) + " has no index " + std::to_string(number) +
                        " on axis " + std::to_string(axis));
      }
    }
    ++axis;
  }
  return view_of(node, offsets, view);
}

}  // namespace sheaf::np
