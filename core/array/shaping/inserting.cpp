// SPDX-License-Identifier: MIT
// Rows taken out and put in between.
#include <algorithm>
#include <numeric>

#include "core/array/engine/evaluate.hpp"
#include "core/array/engine/ufunc.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/joining.hpp"
#include "core/array/shaping/made.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

[[noreturn]] void refuse_places(const std::string& function, const std::string& why) {
  throw Error(ErrorCode::Invalid, function + "()", why);
}

// Elements that a list or slice names, increasing, once each.
std::vector<std::int64_t> named_places(const std::string& function, const Index& obj,
                                       std::int64_t extent, bool may_be_end) {
  const NodePtr* list = std::get_if<NodePtr>(&obj);
  std::vector<std::int64_t> places;
  if (const auto* one = std::get_if<std::int64_t>(&obj)) {
    places.push_back(*one);
  } else if (list != nullptr && (*list)->size() > 0) {
    if ((*list)->dtype().kind == DtypeKind::Float) refuse_places(function, "takes integers");
    const Value value = np::load(reshaped(as_dtype(*list, int64), {(*list)->size()}));
    const auto* first = reinterpret_cast<const std::int64_t*>(value.bytes.data());
    places.assign(first, first + (*list)->size());
  }
  for (std::int64_t& place : places) {
    const std::int64_t given = place;
    if (place < 0) place += extent;
    if (place < 0 || place > extent - (may_be_end ? 0 : 1)) {
      refuse_places(function, "has no index " + std::to_string(given) + " on an axis of " +
                                  std::to_string(extent) + " elements");
    }
  }
  return places;
}

// True but at these places, in increasing order.
NodePtr mask_without(std::vector<std::int64_t> places, std::int64_t extent) {
  return made_node(boolean, {extent}, {},
                   [places = std::move(places)](const Box& box, Buffer& out, Pass&) {
                     out.reset(boolean, box.size());
                     std::fill_n(out.as<bool>(), box.size(), true);
                     const std::int64_t stop = box.first[0] + box.count[0];
                     for (auto at = std::ranges::lower_bound(places, box.first[0]);
                          at != places.end() && *at < stop; ++at) {
                       out.as<bool>()[*at - box.first[0]] = false;
                     }
                   });
}

NodePtr mask_without(std::int64_t first, std::int64_t step, std::int64_t count,
                     std::int64_t extent) {
  return made_node(boolean, {extent}, {}, [=](const Box& box, Buffer& out, Pass&) {
    out.reset(boolean, box.size());
    for (std::int64_t at = 0; at < box.size(); ++at) {
      const std::int64_t distance = box.first[0] + at - first;
      const bool is_named = distance % step == 0 && distance / step >= 0 && distance / step < count;
      out.as<bool>()[at] = !is_named;
    }
  });
}

// Of an array to which `new_places.size()` rows are joined at its end: where each row of the result
// comes from, `new_places` being the places of the joined ones in it, in increasing order.
NodePtr places_with_new(std::vector<std::int64_t> new_places, std::vector<std::int64_t> rows,
                        std::int64_t extent) {
  const auto count = static_cast<std::int64_t>(new_places.size());
  return made_node(int64, {extent + count}, {},
                   [=, new_places = std::move(new_places), rows = std::move(rows)](
                       const Box& box, Buffer& out, Pass&) {
                     out.reset(int64, box.size());
                     auto next = static_cast<std::size_t>(
                         std::ranges::lower_bound(new_places, box.first[0]) - new_places.begin());
                     for (std::int64_t at = 0; at < box.size(); ++at) {
                       const std::int64_t place = box.first[0] + at;
                       const bool is_new = next < new_places.size() && new_places[next] == place;
                       out.as<std::int64_t>()[at] =
                           is_new ? extent + rows[next] : place - static_cast<std::int64_t>(next);
                       if (is_new) ++next;
                     }
                   });
}

}  // namespace

Array delete_(const Array& a, const Index& obj, Axis axis) {
  const Array from = axis ? a : ravel(a);
  const std::size_t place = axis ? axis_of(*axis, a.ndim()) : 0;
  const std::int64_t extent = from.shape()[place];
  if (const auto* one = std::get_if<std::int64_t>(&obj)) {
    const std::int64_t at = named_places("delete", *one, extent, false).front();
    return concatenate({along(from, place, slice(0, at)), along(from, place, slice(at + 1, {}))},
                       static_cast<std::int64_t>(place));
  }
  NodePtr mask;
  if (const auto* range = std::get_if<Slice>(&obj)) {
    // Where the slice of a ramp starts says what it means.
    const Array named(select(ramp(extent), {*range}));
    if (named.size() == 0) return from;
    mask = mask_without(named(0).item<std::int64_t>(), range->step, named.size(), extent);
  } else {
    const NodePtr* list = std::get_if<NodePtr>(&obj);
    if (list == nullptr) refuse_places("delete", "takes an index, a slice, a list or a mask");
    if ((*list)->dtype() == boolean) {
      if ((*list)->shape() != Shape{extent}) {
        refuse_places("delete", "takes a mask of the axis's " + std::to_string(extent) +
                                    " elements, not of the shape " + to_string((*list)->shape()));
      }
      mask = (Array(*list) == Array(false)).node();
    } else {
      std::vector<std::int64_t> places = named_places("delete", obj, extent, false);
      std::ranges::sort(places);
      mask = mask_without(std::move(places), extent);
    }
  }
  const NodePtr places = counted_places(mask);
  return along(from, place, places);
}

Array insert(const Array& a, const Index& given, const Array& values, Axis axis) {
  const Array from = axis ? a : ravel(a);
  const std::size_t place = axis ? axis_of(*axis, a.ndim()) : 0;
  const std::int64_t extent = from.shape()[place];
  Index obj = given;
  if (const auto* range = std::get_if<Slice>(&given)) obj = select(ramp(extent), {*range});
  std::vector<std::int64_t> places = named_places("insert", obj, extent, true);
  const NodePtr* list = std::get_if<NodePtr>(&obj);
  const bool is_one = list == nullptr || (*list)->shape().empty();
  if (places.empty()) return from;
  Array rows = with_ndmin(values.astype(from.dtype()), from.ndim());
  if (is_one) rows = moveaxis(rows, 0, static_cast<std::int64_t>(place));
  Shape shape = from.shape();
  if (rows.ndim() != shape.size()) refuse_places("insert", "has values with too many axes");
  shape[place] =
      places.size() == 1 ? rows.shape()[place] : static_cast<std::int64_t>(places.size());
  rows = broadcast_to(rows, shape);
  const auto number = static_cast<std::int64_t>(place);
  if (places.size() == 1) {
    return concatenate(
        {along(from, place, slice(0, places[0])), rows, along(from, place, slice(places[0], {}))},
        number);
  }
  std::vector<std::int64_t> order(places.size());
  std::iota(order.begin(), order.end(), std::int64_t{0});
  std::ranges::stable_sort(order, {},
                           [&](std::int64_t at) { return places[static_cast<std::size_t>(at)]; });
  std::ranges::sort(places);
  for (std::size_t at = 0; at < places.size(); ++at) places[at] += static_cast<std::int64_t>(at);
  return along(concatenate({from, rows}, number), place,
               places_with_new(std::move(places), std::move(order), extent));
}

}  // namespace sheaf::np
