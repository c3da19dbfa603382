// SPDX-License-Identifier: MIT
// Elements by lists of their places.
#include <algorithm>
#include <mutex>
#include <numeric>
#include <span>
#include <utility>

#include "core/array/engine/evaluate.hpp"
#include "core/array/engine/graph.hpp"
#include "core/array/engine/lumps.hpp"
#include "core/array/engine/spill.hpp"
#include "core/array/shaping/made.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

constexpr std::int64_t small_gap = 2048;        // elements that are read rather than left out
constexpr std::int64_t most_in_hull = 1 << 16;  // elements of one read
constexpr std::int64_t few_places = 1 << 16;    // are checked at once, where they are there

class Taken : public Node {
 public:
  Taken(NodePtr base, std::vector<NodePtr> lists, Asked asked, Shape shape)
      : Node(base->dtype(), std::move(shape)),
        base_(std::move(base)),
        lists_(std::move(lists)),
        asked_(std::move(asked)),
        lead_(base_->shape().begin(),
              base_->shape().begin() + static_cast<std::ptrdiff_t>(lists_.size())),
        shared_(Graph({base_}).shared()) {}

  void check_now() const {
    Pass pass;
    const Box box = Box::whole(shape());
    (void)places_of(box, lists_, pass);
  }

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    out.reset(dtype(), box.size());
    if (box.size() == 0) return;
    Pass own(shared_);  // what one group needs is forgotten before the next one
    Buffer part;
    const std::vector<std::int64_t> places = places_of(box, lists_, pass);
    const std::int64_t row = box.size() / static_cast<std::int64_t>(places.size());
    for_each_piece(places, row, [&](const Box& lead, std::int64_t at, const Order& rows) {
      own.next_block();
      base_->read(box_in_base(lead, box), part, own);
      pick(part, at, places, rows, row, out);
    });
  }

  void write(const Box& box, const Buffer& values) const override {
    if (box.size() == 0) return;
    std::vector<NodePtr> lists = lists_;
    {
      const std::lock_guard lock(mutex_);
      if (!settled_.empty()) lists = settled_;
    }
    Pass pass;
    const std::vector<std::int64_t> places = places_of(box, lists, pass);
    const std::int64_t row = box.size() / static_cast<std::int64_t>(places.size());
    for_each_piece(places, row, [&](const Box& lead, std::int64_t at, const Order& rows) {
      write_rows(lead, at, box, values, places, rows, row);
    });
  }
  [[nodiscard]] bool is_writable() const noexcept override { return base_->is_writable(); }
  // The last of several values for one place stays.
  [[nodiscard]] bool writes_in_order() const noexcept override { return true; }
  // Lists that lie in what is written are read before.
  void begin_write() const override {
    base_->begin_write();
    if (std::ranges::none_of(
            lists_, [&](const NodePtr& list) { return reads_storage(list, base_->storage()); })) {
      return;
    }
    std::vector<NodePtr> copies;
    for (const NodePtr& list : lists_) copies.push_back(kept(list));
    const std::lock_guard lock(mutex_);
    settled_ = std::move(copies);
  }
  [[nodiscard]] std::vector<NodePtr> inputs() const override {
    std::vector<NodePtr> all = lists_;
    all.push_back(base_);
    return all;
  }
  [[nodiscard]] const void* storage() const noexcept override { return base_->storage(); }

 private:
  using Order = std::span<const std::size_t>;

  [[noreturn]] void refuse(std::int64_t index, std::size_t list) const {
    throw Error(ErrorCode::Invalid, "array",
                "of the shape " + to_string(asked_.shape) + " has no index " +
                    std::to_string(index) + " on axis " + std::to_string(asked_.axes[list]));
  }

  // In the flattened first axes, for each row of the box.
  [[nodiscard]] std::vector<std::int64_t> places_of(const Box& box,
                                                    const std::vector<NodePtr>& lists,
                                                    Pass& pass) const {
    const auto axes = static_cast<std::ptrdiff_t>(lists.front()->shape().size());
    const Box part{{box.first.begin(), box.first.begin() + axes},
                   {box.count.begin(), box.count.begin() + axes}};
    std::vector<std::int64_t> places(static_cast<std::size_t>(part.size()), 0);
    for (std::size_t list = 0; list < lists.size(); ++list) {
      const Pass::BufferPtr block = pass.read(lists[list], part);
      const auto* indices = block->as<std::int64_t>();
      const std::int64_t extent = lead_[list];
      for (std::size_t at = 0; at < places.size(); ++at) {
        const std::int64_t index = indices[at];
        if (index < -extent || index >= extent) refuse(index, list);
        places[at] = places[at] * extent + (index < 0 ? index + extent : index);
      }
    }
    return places;
  }

  [[nodiscard]] Box box_in_base(const Box& lead, const Box& box) const {
    Box all = lead;
    const auto axes = static_cast<std::ptrdiff_t>(lists_.front()->shape().size());
    all.first.insert(all.first.end(), box.first.begin() + axes, box.first.end());
    all.count.insert(all.count.end(), box.count.begin() + axes, box.count.end());
    return all;
  }

  // Calls each(first place, behind the last one, rows in order of places) for places that lie
  // close together.
  template <class Each>
  static void for_each_group(const std::vector<std::int64_t>& places, std::int64_t row, Each each) {
    std::vector<std::size_t> order(places.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (!std::ranges::is_sorted(places)) {
      std::ranges::stable_sort(order, {}, [&](std::size_t at) { return places[at]; });
    }
    const std::int64_t gap = 1 + small_gap / row;
    const std::int64_t most = std::max<std::int64_t>(1, most_in_hull / row);
    for (std::size_t at = 0; at < order.size();) {
      const std::int64_t first = places[order[at]];
      std::size_t end = at + 1;
      std::int64_t last = first;
      while (end < order.size()) {
        const std::int64_t place = places[order[end]];
        if (place - last > gap || place - first >= most) break;
        last = place;
        ++end;
      }
      each(first, last + 1, Order(order).subspan(at, end - at));
      at = end;
    }
  }

  // Calls each(box of the leading axes, its first place, the rows in it) for boxes that hold all
  // places.
  template <class Each>
  void for_each_piece(const std::vector<std::int64_t>& places, std::int64_t row, Each each) const {
    for_each_group(places, row, [&](std::int64_t first, std::int64_t stop, const Order& group) {
      std::size_t next = 0;
      for_each_run(lead_, first, stop, [&](const Box& lead, std::int64_t at, std::int64_t size) {
        std::size_t end = next;
        while (end < group.size() && places[group[end]] < at + size) ++end;
        each(lead, at, group.subspan(next, end - next));
        next = end;
      });
    });
  }

  static void pick(const Buffer& part, std::int64_t at, const std::vector<std::int64_t>& places,
                   Order group, std::int64_t row, Buffer& out) {
    with_lumps(part, out, [&](const auto* from, auto* to) {
      for (const std::size_t number : group) {
        const auto* source = from + (places[number] - at) * row;
        auto* target = to + static_cast<std::int64_t>(number) * row;
        if (row == 1) {
          *target = *source;
        } else {
          std::copy_n(source, row, target);
        }
      }
    });
  }
  static void put(const Buffer& values, std::int64_t at, const std::vector<std::int64_t>& places,
                  Order group, std::int64_t row, Buffer& part) {
    with_lumps(values, part, [&](const auto* from, auto* to) {
      for (const std::size_t number : group) {
        std::copy_n(from + static_cast<std::int64_t>(number) * row, row,
                    to + (places[number] - at) * row);
      }
    });
  }

  // Rows of one run; what lies between them is left as it is.
  void write_rows(const Box& lead, std::int64_t at, const Box& box, const Buffer& values,
                  const std::vector<std::int64_t>& places, Order group, std::int64_t row) const {
    if (group.empty()) return;
    const Box hull = box_in_base(lead, box);
    std::size_t distinct = 1;
    for (std::size_t one = 1; one < group.size(); ++one) {
      if (places[group[one]] != places[group[one - 1]]) ++distinct;
    }
    if (static_cast<std::int64_t>(distinct) == lead.size()) {
      Buffer part;
      part.reset(dtype(), hull.size());
      put(values, at, places, group, row, part);
      return base_->write(hull, part);
    }
    const bool is_done =
        base_->change(hull, [&](Buffer& part) { put(values, at, places, group, row, part); });
    if (is_done) return;
    // Runs of neighbours on their own.
    for (std::size_t first = 0; first < group.size();) {
      std::size_t end = first + 1;
      while (end < group.size() && places[group[end]] - places[group[end - 1]] <= 1) ++end;
      const std::int64_t start = places[group[first]];
      for_each_run(lead_, start, places[group[end - 1]] + 1,
                   [&](const Box& run, std::int64_t run_at, std::int64_t size) {
                     Buffer part;
                     part.reset(dtype(), size * row);
                     std::vector<std::size_t> rows;
                     for (std::size_t one = first; one < end; ++one) {
                       const std::int64_t place = places[group[one]];
                       if (place >= run_at && place < run_at + size) rows.push_back(group[one]);
                     }
                     put(values, run_at, places, rows, row, part);
                     base_->write(box_in_base(run, box), part);
                   });
      first = end;
    }
  }

  NodePtr base_;
  std::vector<NodePtr> lists_;
  Asked asked_;
  Shape lead_;
  std::vector<const Node*> shared_;
  mutable std::mutex mutex_;
  mutable std::vector<NodePtr> settled_;
};

}  // namespace

NodePtr taken(const NodePtr& base, const std::vector<NodePtr>& lists, Asked asked) {
  Shape shape = lists.front()->shape();
  shape.insert(shape.end(), base->shape().begin() + static_cast<std::ptrdiff_t>(lists.size()),
               base->shape().end());
  auto node = std::make_shared<Taken>(base, lists, std::move(asked), std::move(shape));
  const bool is_there = std::ranges::all_of(lists, [](const NodePtr& list) {
    const Graph below({list});
    return below.nodes().size() <= 4 && std::ranges::all_of(below.nodes(), [](const NodePtr& one) {
             return one->size() <= few_places;
           });
  });
  if (is_there) {
    prepare(lists);
    node->check_now();
  }
  return node;
}

}  // namespace sheaf::np
