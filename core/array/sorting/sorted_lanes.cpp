// SPDX-License-Identifier: MIT
#include "core/array/sorting/sorted_lanes.hpp"

#include <mutex>
#include <numeric>
#include <utility>

#include "core/array/engine/evaluate.hpp"
#include "core/array/engine/graph.hpp"
#include "core/array/engine/spill.hpp"
#include "core/array/engine/view.hpp"
#include "core/array/select.hpp"
#include "core/array/sorting/sort_keys.hpp"
#include "core/array/sorting/sorted.hpp"

namespace sheaf::np {
namespace {

constexpr std::int64_t good_neighbours = 64;  // lines next to each other that are read at once

template <class T>
void sort_each(const Buffer& block, std::int64_t length, Buffer& out) {
  using Of = KeyOf<T>;
  std::vector<typename Of::Key> keys(static_cast<std::size_t>(length));
  for (std::int64_t at = 0; at < block.count(); at += length) {
    const T* from = block.as<T>() + at;
    std::transform(from, from + length, keys.begin(),
                   [](const T& x) { return Of::template key<true>(x); });
    sort_records(keys.data(), keys.data() + length);
    std::ranges::transform(keys, out.as<T>() + at, Of::element);
  }
}

template <class T>
void place_each(const Buffer& block, std::int64_t length, Buffer& out) {
  using Of = KeyOf<T>;
  using As = Records<typename Of::Key, true>;
  std::vector<typename As::Record> records(static_cast<std::size_t>(length));
  for (std::int64_t at = 0; at < block.count(); at += length) {
    for (std::int64_t i = 0; i < length; ++i) {
      records[static_cast<std::size_t>(i)] =
          As::make(Of::key(block.as<T>()[at + i]), static_cast<std::uint64_t>(i));
    }
    sort_records(records.data(), records.data() + length);
    std::ranges::transform(records, out.as<std::int64_t>() + at, As::place);
  }
}

void sort_text_line(const std::string* from, std::int64_t count, bool gives_places, Buffer& out,
                    std::int64_t at) {
  std::vector<std::int64_t> places(static_cast<std::size_t>(count));
  std::iota(places.begin(), places.end(), 0);
  std::ranges::stable_sort(places, {},
                           [&](std::int64_t place) -> const std::string& { return from[place]; });
  for (const std::int64_t place : places) {
    if (gives_places) {
      out.as<std::int64_t>()[at++] = place;
    } else {
      out.strings()[static_cast<std::size_t>(at++)] = from[place];
    }
  }
}

// Lines of a block whose last axis they lie along.
void sort_lines(const Buffer& block, std::int64_t length, bool gives_places, Buffer& out) {
  out.reset(gives_places ? int64 : block.dtype(), block.count());
  if (block.dtype().is_string()) {
    for (std::int64_t at = 0; at < block.count(); at += length) {
      sort_text_line(block.strings().data() + at, length, gives_places, out, at);
    }
    return;
  }
  with_type(block.dtype(), [&]<class T>(std::type_identity<T>) {
    gives_places ? place_each<T>(block, length, out) : sort_each<T>(block, length, out);
  });
}

class SortedLanes : public Node {
 public:
  SortedLanes(NodePtr input, std::size_t axis, bool gives_places)
      : Node(gives_places ? int64 : input->dtype(), input->shape()),
        input_(std::move(input)),
        axis_(axis),
        gives_places_(gives_places) {}

  // Once it is sorted, the input isn't read any more.
  [[nodiscard]] std::vector<NodePtr> inputs() const override {
    const std::lock_guard lock(mutex_);
    if (result_) return {};
    return {input_};
  }

  void prepare() const override {
    const std::lock_guard only_one(preparing_);
    if (!inputs().empty()) {
      NodePtr found = find();
      const std::lock_guard lock(mutex_);
      result_ = std::move(found);
    }
  }

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    result_->read(box, out, pass);
  }
  bool assign_to(const NodePtr& to) const override { return result_->assign_to(to); }

 private:
  [[nodiscard]] std::int64_t length() const { return shape()[axis_]; }
  [[nodiscard]] bool is_last() const { return axis_ + 1 == shape().size(); }

  // The axes with the sorted one last, and back.
  [[nodiscard]] Shape order() const {
    Shape axes(shape().size());
    std::iota(axes.begin(), axes.end(), 0);
    std::rotate(axes.begin() + static_cast<long>(axis_),
                axes.begin() + static_cast<long>(axis_) + 1, axes.end());
    return axes;
  }
  [[nodiscard]] Shape order_back() const {
    Shape axes(shape().size());
    std::iota(axes.begin(), axes.end(), 0);
    std::rotate(axes.begin() + static_cast<long>(axis_), axes.end() - 1, axes.end());
    return axes;
  }

  [[nodiscard]] NodePtr find() const {
    if (shape().size() == 1) return gives_places_ ? sorted_places(input_) : sorted_values(input_);
    const NodePtr result = kept_array(dtype(), shape());
    if (size() == 0) return result;
    const NodePtr turned = transposed(input_, order());
    const std::int64_t fitting = fitting_lines();
    if (fitting >= wanted_lines()) {
      sort_blocks(turned, transposed(result, order()), fitting);
      return result;
    }
    NodePtr lines = turned;
    if (!is_last()) {
      lines = kept_array(input_->dtype(), turned->shape());
      copy(input_, transposed(lines, order_back()));
    }
    const NodePtr to = is_last() ? result : kept_array(dtype(), turned->shape());
    if (fitting >= 1) {
      sort_blocks(lines, to, fitting);
    } else {
      sort_one_by_one(lines, to);
    }
    if (!is_last()) copy(transposed(to, order_back()), result);
    return result;
  }

  [[nodiscard]] std::int64_t room() const {
    return static_cast<std::int64_t>(options().max_memory / budget_for({}).threads / 4);
  }
  // With its records and its outcome.
  [[nodiscard]] std::int64_t fitting_lines() const {
    const auto size = static_cast<std::int64_t>(std::max<std::size_t>(input_->dtype().size(), 8));
    return room() / (length() * size * (gives_places_ ? 4 : 2));
  }
  // So that what is read at once isn't read for a few elements of it.
  [[nodiscard]] std::int64_t wanted_lines() const {
    if (is_last()) return 1;
    const Shape grain = grain_of(input_);
    const std::int64_t near = grain.size() == shape().size() ? grain.back() : 1;
    return std::min(shape().back(), std::max(near, good_neighbours));
  }

  void sort_blocks(const NodePtr& lines, const NodePtr& to, std::int64_t fitting) const {
    Shape counts = lines->shape();
    counts.pop_back();
    Shape grain = grain_of(lines);
    if (!grain.empty()) grain.pop_back();
    const Budget budget = budget_for({lines});
    const std::int64_t in_cache = std::max<std::int64_t>(1, budget.block_elements / length());
    const std::int64_t most = is_last() ? std::min(fitting, in_cache) : fitting;
    const Blocks blocks(counts, block_extents(counts, grain, most));
    run_tasks(blocks.count(), budget.threads, {lines}, [&](std::int64_t number, Pass& pass) {
      Box box = blocks.at(number);
      box.first.push_back(0);
      box.count.push_back(length());
      const Pass::BufferPtr block = pass.read(lines, box);
      const std::shared_ptr<Buffer> sorted = pass.scratch();
      sort_lines(*block, length(), gives_places_, *sorted);
      to->write(box, *sorted);
    });
  }

  void sort_one_by_one(const NodePtr& lines, const NodePtr& to) const {
    Shape counts = lines->shape();
    counts.back() = 1;
    const Blocks blocks(counts, Shape(counts.size(), 1));
    for (std::int64_t number = 0; number < blocks.count(); ++number) {
      Box box = blocks.at(number);
      const std::vector<ViewAxis> along{
          {length(), static_cast<std::int64_t>(box.first.size()) - 1, 1}};
      const NodePtr line = view_of(lines, box.first, along);
      const NodePtr sorted = gives_places_ ? sorted_places(line) : sorted_values(line);
      for_each_block(sorted, {}, [&](const Box& part, const Buffer& block) {
        Box place = box;
        place.first.back() = part.first[0];
        place.count.back() = part.count[0];
        to->write(place, block);
      });
    }
  }

  // In blocks as large as may be, between two orders of axes.
  void copy(const NodePtr& from, const NodePtr& to) const {
    const Budget budget = budget_for({from});
    const auto size = static_cast<std::int64_t>(std::max<std::size_t>(from->dtype().size(), 8));
    const std::int64_t most = std::max<std::int64_t>(1, room() / size / 2);
    const Blocks blocks(shape(), block_extents(shape(), grain_of(input_), most));
    run_tasks(blocks.count(), budget.threads, {from}, [&](std::int64_t number, Pass& pass) {
      const Box box = blocks.at(number);
      to->write(box, *pass.read(from, box));
    });
  }

  NodePtr input_;
  std::size_t axis_;
  bool gives_places_;
  mutable std::mutex preparing_;
  mutable std::mutex mutex_;
  mutable NodePtr result_;
};

}  // namespace

NodePtr sorted_along(const NodePtr& input, std::size_t axis, bool gives_places) {
  return std::make_shared<SortedLanes>(input, axis, gives_places);
}

}  // namespace sheaf::np
