// SPDX-License-Identifier: MIT
#include "core/array/sets.hpp"

#include <mutex>
#include <utility>

#include "core/array/creation.hpp"
#include "core/array/engine/cast.hpp"
#include "core/array/engine/ufunc.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/logic.hpp"
#include "core/array/searching.hpp"
#include "core/array/sorting/ranked.hpp"
#include "core/array/sorting/sorted.hpp"
#include "core/array/sorting/sought.hpp"
#include "core/array/statistics.hpp"
#include "core/array/statistics/reducing.hpp"

namespace sheaf::np {
namespace {

class Members : public Node {
 public:
  Members(NodePtr elements, NodePtr tests, bool invert)
      : Node(boolean, elements->shape()),
        elements_(std::move(elements)),
        tests_(std::move(tests)),
        invert_(invert) {}

  [[nodiscard]] std::vector<NodePtr> inputs() const override {
    const std::lock_guard lock(mutex_);
    if (sought_) return {elements_};
    return {elements_, tests_};
  }
  void prepare() const override {
    const std::lock_guard only_one(preparing_);
    if (inputs().size() == 1) return;
    std::shared_ptr<const Sought> found = Sought::of(grouped({tests_}).values);
    const std::lock_guard lock(mutex_);
    sought_ = std::move(found);
  }
  void read(const Box& box, Buffer& out, Pass& pass) const override {
    const Pass::BufferPtr block = pass.read(elements_, box);
    out.reset(boolean, box.size());
    sought_->contains(*block, out.as<bool>());
    if (!invert_) return;
    for (std::int64_t at = 0; at < box.size(); ++at) out.as<bool>()[at] = !out.as<bool>()[at];
  }

 private:
  NodePtr elements_;
  NodePtr tests_;
  bool invert_;
  mutable std::mutex preparing_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const Sought> sought_;
};

struct Both {
  Array one;
  Array other;
};
Both in_common(const Array& one, const Array& other) {
  const Dtype dtype = promote(one.dtype(), other.dtype());
  return {one.astype(dtype), other.astype(dtype)};
}
Both distinct(const Both& both, bool assume_unique) {
  if (assume_unique) return both;
  return {unique(both.one), unique(both.other)};
}

// Each slice's rank among them, in their elements' order; rows of the flattened slices.
Ranked ranked_rows(const Array& rows) {
  const std::int64_t count = rows.shape()[0];
  Ranked found{zeros({count}, int64), count > 0 ? 1 : 0};
  for (std::int64_t at = 0; at < rows.shape()[1] && found.count < count; ++at) {
    const Ranked next = ranked(rows(np::all, at));
    found = at == 0 ? next : ranked(combined(found, next));
  }
  return found;
}

// A row with a NaN differs from all others.
Ranked with_nans_apart(const Ranked& found, const Array& rows) {
  const DtypeKind kind = rows.dtype().kind;
  if (kind != DtypeKind::Float && kind != DtypeKind::Complex) return found;
  const std::int64_t count = rows.shape()[0];
  const Array numbers = where(any(isnan(rows), 1), arange(1, count + 1), 0);
  return {combined(found, {numbers, count + 1}), count};
}

UniqueParts unique_slices(const Array& ar, const Unique& how) {
  const auto axis = static_cast<std::int64_t>(axis_of(*how.axis, ar.ndim()));
  const Array slices = moveaxis(ar, axis, 0);
  const std::int64_t count = slices.shape()[0];
  const Array rows = reshape(slices, {count, count == 0 ? 0 : slices.size() / count});
  const Array ranks = with_nans_apart(ranked_rows(rows), rows).ranks;
  UniqueParts parts = unique(ranks, {.index = true, .inverse = how.inverse, .counts = how.counts});
  parts.values = moveaxis(slices(*parts.index), 0, axis);
  if (!how.index) parts.index.reset();
  return parts;
}

}  // namespace

Array unique(const Array& ar) { return Array(grouped({ar.node()}).values); }

UniqueParts unique(const Array& ar, const Unique& how) {
  if (how.axis && ar.ndim() != 1) return unique_slices(ar, how);
  if (how.axis) (void)axis_of(*how.axis, 1);
  const Groups groups = grouped({ar.node()}, {.first = how.index,
                                              .counts = how.counts,
                                              .inverse = how.inverse,
                                              .nans = how.equal_nan ? Nans::Equal : Nans::Apart});
  UniqueParts parts{Array(groups.values), {}, {}, {}};
  if (how.index) parts.index = Array(groups.first);
  if (how.inverse) parts.inverse = Array(groups.inverse);
  if (how.counts) parts.counts = Array(groups.counts);
  return parts;
}

Array isin(const Array& element, const Array& test_elements, bool invert) {
  const Both both = in_common(element, test_elements);
  return Array(std::make_shared<Members>(both.one.node(), both.other.node(), invert));
}

Array in1d(const Array& ar1, const Array& ar2, bool invert) {
  return isin(Array(flattened(ar1.node())), ar2, invert);
}

Array intersect1d(const Array& ar1, const Array& ar2, bool assume_unique) {
  const Both both = distinct(in_common(ar1, ar2), assume_unique);
  return Array(
      grouped({both.one.node(), both.other.node()}, {.nans = Nans::Apart, .of_size = 2}).values);
}

Intersection intersect1d_with_indices(const Array& ar1, const Array& ar2, bool assume_unique) {
  const Both both = in_common(ar1, ar2);
  const auto parts = [&](const Array& of, const Array& other) {
    const UniqueParts own = unique(of, {.index = true});
    const Array holds = in1d(own.values, other);
    return std::pair(extract(holds, own.values), extract(holds, *own.index));
  };
  (void)assume_unique;  // it finds the same, and saves nothing
  auto [values, index1] = parts(both.one, both.other);
  return {values, index1, parts(both.other, values).second};
}

Array union1d(const Array& ar1, const Array& ar2) {
  const Both both = in_common(ar1, ar2);
  return Array(grouped({both.one.node(), both.other.node()}).values);
}

Array setdiff1d(const Array& ar1, const Array& ar2, bool assume_unique) {
  const Array own = assume_unique ? Array(flattened(ar1.node())) : unique(ar1);
  return extract(in1d(own, ar2, true), own);
}

Array setxor1d(const Array& ar1, const Array& ar2, bool assume_unique) {
  const Both both = distinct(in_common(ar1, ar2), assume_unique);
  return Array(
      grouped({both.one.node(), both.other.node()}, {.nans = Nans::Apart, .of_size = 1}).values);
}

}  // namespace sheaf::np
