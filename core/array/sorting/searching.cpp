// SPDX-License-Identifier: MIT
#include "core/array/searching.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "core/array/engine/cast.hpp"
#include "core/array/engine/spill.hpp"
#include "core/array/engine/ufunc.hpp"
#include "core/array/shaping/made.hpp"
#include "core/array/sorting/sought.hpp"
#include "core/array/statistics.hpp"
#include "core/array/statistics/reducing.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

Array truth_of(const Array& a) {
  return a.dtype().is_string() ? a != Array(Value::of(std::string_view())) : a.astype(boolean);
}

// In the flattened array, as they are now.
NodePtr nonzero_places(const Array& a) {
  return kept(counted_places(flattened(truth_of(a).node())));
}

// Rows of indices for places in the flattened array.
class Unraveled : public Node {
 public:
  Unraveled(NodePtr places, Shape shape)
      : Node(int64, {places->size(), static_cast<std::int64_t>(shape.size())}),
        places_(std::move(places)),
        of_(std::move(shape)),
        strides_(strides_of(of_)) {}

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    const Pass::BufferPtr places = pass.read(places_, {{box.first[0]}, {box.count[0]}});
    out.reset(int64, box.size());
    auto* to = out.as<std::int64_t>();
    for (std::int64_t row = 0; row < box.count[0]; ++row) {
      for (std::int64_t column = 0; column < box.count[1]; ++column) {
        const auto axis = static_cast<std::size_t>(box.first[1] + column);
        *to++ = places->as<std::int64_t>()[row] / strides_[axis] % of_[axis];
      }
    }
  }
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return {places_}; }

 private:
  NodePtr places_;
  Shape of_;
  Shape strides_;
};

class SearchSorted : public Node {
 public:
  SearchSorted(NodePtr sorted, NodePtr wanted, Side side, bool is_scattered)
      : Node(int64, wanted->shape()),
        sorted_(std::move(sorted)),
        wanted_(std::move(wanted)),
        side_(side),
        is_scattered_(is_scattered) {}

  [[nodiscard]] std::vector<NodePtr> inputs() const override { return {sorted_, wanted_}; }
  void prepare() const override {
    const std::lock_guard lock(mutex_);
    if (!sought_) sought_ = Sought::of(is_scattered_ ? kept(sorted_) : sorted_);
  }
  void read(const Box& box, Buffer& out, Pass& pass) const override {
    const Pass::BufferPtr wanted = pass.read(wanted_, box);
    out.reset(int64, box.size());
    sought_->find(*wanted, side_, out.as<std::int64_t>());
  }

 private:
  NodePtr sorted_;
  NodePtr wanted_;
  Side side_;
  bool is_scattered_;  // in its file, by a list: read once
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const Sought> sought_;
};

Side side_named(std::string_view side) {
  if (side == "left") return Side::Left;
  if (side == "right") return Side::Right;
  throw Error(ErrorCode::Invalid, "searchsorted",
              "has no side '" + std::string(side) + "'; there are left and right");
}

Array put_in_order(const Array& a, const Array& sorter) {
  if (sorter.shape() != a.shape()) {
    throw Error(ErrorCode::Invalid, "searchsorted",
                "needs a sorter of the shape " + to_string(a.shape()) + ", not " +
                    to_string(sorter.shape()));
  }
  if (sorter.dtype() == boolean) {
    throw Error(ErrorCode::Invalid, "searchsorted", "has a sorter of integers, not a mask");
  }
  return a(sorter);
}

}  // namespace

Array flatnonzero(const Array& a) { return Array(nonzero_places(a)); }

Array argwhere(const Array& a) {
  return Array(std::make_shared<Unraveled>(nonzero_places(a), a.shape()));
}

std::vector<Array> nonzero(const Array& a) {
  const NodePtr places = nonzero_places(a);
  if (a.ndim() <= 1) return {Array(places)};
  const Array rows(std::make_shared<Unraveled>(places, a.shape()));
  std::vector<Array> places_of_axes;
  for (std::size_t axis = 0; axis < a.ndim(); ++axis) {
    places_of_axes.push_back(rows(np::all, static_cast<std::int64_t>(axis)));
  }
  return places_of_axes;
}

std::vector<Array> where(const Array& condition) { return nonzero(condition); }

Array extract(const Array& condition, const Array& arr) {
  if (condition.shape() == arr.shape())
    return Array(masked(arr.node(), truth_of(condition).node()));
  const Array truth(flattened(truth_of(condition).node()));
  const Array values(flattened(arr.node()));
  if (truth.size() > values.size() && any(truth(slice(values.size(), {}))).item<bool>()) {
    throw Error(ErrorCode::Invalid, "extract",
                "has a condition that holds behind the end of the array (shapes " +
                    to_string(condition.shape()) + " and " + to_string(arr.shape()) + ")");
  }
  const Slice both = slice(std::min(truth.size(), values.size()));
  return Array(masked(values(both).node(), truth(both).node()));
}

Array searchsorted(const Array& a, const Array& v, std::string_view side,
                   const std::optional<Array>& sorter) {
  const Side wanted = side_named(side);
  if (a.ndim() != 1) {
    throw Error(ErrorCode::Invalid, "searchsorted",
                "looks in an array of one axis, not of the shape " + to_string(a.shape()));
  }
  const Dtype dtype = promote(a.dtype(), v.dtype());
  const Array sorted = sorter ? put_in_order(a, *sorter) : a;
  return Array(std::make_shared<SearchSorted>(sorted.astype(dtype).node(), v.astype(dtype).node(),
                                              wanted, sorter.has_value()));
}

}  // namespace sheaf::np
