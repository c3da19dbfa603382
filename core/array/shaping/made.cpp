// SPDX-License-Identifier: MIT
#include "core/array/shaping/made.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/array/engine/graph.hpp"
#include "core/array/engine/strided.hpp"
#include "core/array/engine/view.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

class Made : public Node {
 public:
  Made(Dtype dtype, Shape shape, std::vector<NodePtr> inputs, Fill fill)
      : Node(dtype, std::move(shape)), inputs_(std::move(inputs)), fill_(std::move(fill)) {}

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    if (box.size() == 0) return out.reset(dtype(), 0);
    fill_(box, out, pass);
  }
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return inputs_; }

 private:
  std::vector<NodePtr> inputs_;
  Fill fill_;
};

constexpr std::int64_t most_unwanted = 4;         // so much more than wanted may be read …
constexpr std::int64_t small_flat_run = 1 << 16;  // … or so many elements

class Reshaped : public Node {
 public:
  Reshaped(NodePtr input, Shape shape)
      : Node(input->dtype(), std::move(shape)), input_(std::move(input)) {}

  [[nodiscard]] const NodePtr& input() const noexcept { return input_; }

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    out.reset(dtype(), box.size());
    if (box.size() > 0) read_part(box, box, out, pass);
  }
  void write(const Box& box, const Buffer& values) const override {
    if (box.size() > 0) write_part(box, box, values);
  }
  [[nodiscard]] bool is_writable() const noexcept override { return input_->is_writable(); }
  [[nodiscard]] bool writes_in_order() const noexcept override { return input_->writes_in_order(); }
  void begin_write() const override { input_->begin_write(); }
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return {input_}; }
  [[nodiscard]] const void* storage() const noexcept override { return input_->storage(); }
  // What lies one behind the other.
  [[nodiscard]] Shape grain() const override {
    return shape().empty() ? Shape{} : block_extents(shape(), {}, small_flat_run);
  }

 private:
  struct Flat {
    std::int64_t first = 0;
    std::int64_t count = 1;  // up to the last one
  };
  [[nodiscard]] Flat flat(const Box& box) const {
    const Shape strides = strides_of(shape());
    Flat all;
    for (std::size_t axis = 0; axis < strides.size(); ++axis) {
      all.first += box.first[axis] * strides[axis];
      all.count += (box.count[axis] - 1) * strides[axis];
    }
    return all;
  }

  static std::pair<Box, Box> halved(const Box& box) {
    std::size_t axis = 0;
    while (box.count[axis] < 2) ++axis;
    std::pair<Box, Box> two{box, box};
    two.first.count[axis] /= 2;
    two.second.first[axis] += two.first.count[axis];
    two.second.count[axis] -= two.first.count[axis];
    return two;
  }

  static Box inside(Box part, const Box& whole) {
    for (std::size_t at = 0; at < part.first.size(); ++at) part.first[at] -= whole.first[at];
    return part;
  }

  void read_part(const Box& part, const Box& whole, Buffer& out, Pass& pass) const {
    const Flat run = flat(part);
    const bool is_dense = run.count == part.size();
    if (is_dense && part == whole) {
      return read_flat(input_, run.first, run.first + run.count, out, pass);
    }
    if (!is_dense && run.count > small_flat_run && run.count / most_unwanted > part.size()) {
      const auto [one, other] = halved(part);
      read_part(one, whole, out, pass);
      return read_part(other, whole, out, pass);
    }
    const std::shared_ptr<Buffer> from = pass.scratch();
    read_flat(input_, run.first, run.first + run.count, *from, pass);
    const std::shared_ptr<Buffer> piece = pass.scratch();
    piece->reset(dtype(), part.size());
    gather(elements_of(*from), 0, strides_of(shape()), part.count, elements_of(*piece));
    copy_box_in(*piece, inside(part, whole), elements_of(out), whole.count);
  }

  void write_part(const Box& part, const Box& whole, const Buffer& values) const {
    const Flat run = flat(part);
    if (run.count != part.size()) {
      const auto [one, other] = halved(part);
      write_part(one, whole, values);
      return write_part(other, whole, values);
    }
    Buffer piece;
    piece.reset(dtype(), part.size());
    copy_box_out(elements_of(values), whole.count, inside(part, whole), piece);
    Buffer one;
    for_each_run(input_->shape(), run.first, run.first + run.count,
                 [&](const Box& box, std::int64_t at, std::int64_t size) {
                   one.reset(dtype(), size);
                   copy_elements(piece, at - run.first, one, 0, size);
                   input_->write(box, one);
                 });
  }

  NodePtr input_;
};

class Joined : public Node {
 public:
  Joined(std::vector<NodePtr> parts, std::size_t axis, Shape shape, Shape starts)
      : Node(parts.front()->dtype(), std::move(shape)),
        parts_(std::move(parts)),
        axis_(axis),
        starts_(std::move(starts)),
        grain_(grain_of(parts_.front())) {}

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    const std::int64_t first = box.first[axis_];
    const std::int64_t stop = first + box.count[axis_];
    if (box.size() == 0) return out.reset(dtype(), 0);
    auto number =
        static_cast<std::size_t>(std::ranges::upper_bound(starts_, first) - starts_.begin() - 1);
    if (starts_[number + 1] >= stop) {
      Box within = box;
      within.first[axis_] -= starts_[number];
      return parts_[number]->read(within, out, pass);
    }
    out.reset(dtype(), box.size());
    for (; number < parts_.size() && starts_[number] < stop; ++number) {
      const std::int64_t from = std::max(first, starts_[number]);
      const std::int64_t to = std::min(stop, starts_[number + 1]);
      if (from >= to) continue;
      Box within = box;
      within.first[axis_] = from - starts_[number];
      within.count[axis_] = to - from;
      const Pass::BufferPtr part = pass.read(parts_[number], within);
      Box place{Shape(box.first.size(), 0), within.count};
      place.first[axis_] = from - first;
      copy_box_in(*part, place, elements_of(out), box.count);
    }
  }
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return parts_; }
  [[nodiscard]] Shape grain() const override { return grain_; }

 private:
  std::vector<NodePtr> parts_;
  std::size_t axis_;
  Shape starts_;  // of parts, and the end
  Shape grain_;
};

// The same but for axes of one element.
NodePtr with_other_ones(const NodePtr& node, const Shape& shape) {
  std::vector<std::int64_t> from;
  for (std::size_t axis = 0; axis < node->shape().size(); ++axis) {
    if (node->shape()[axis] != 1) from.push_back(static_cast<std::int64_t>(axis));
  }
  std::vector<ViewAxis> axes;
  std::size_t next = 0;
  for (const std::int64_t extent : shape) {
    if (extent == 1) {
      axes.push_back({1, -1, 0});
      continue;
    }
    if (next == from.size() || node->shape()[static_cast<std::size_t>(from[next])] != extent) {
      return nullptr;
    }
    axes.push_back({extent, from[next++], 1});
  }
  if (next != from.size()) return nullptr;
  return view_of(node, Shape(node->shape().size(), 0), axes);
}

}  // namespace

NodePtr made_node(Dtype dtype, Shape shape, std::vector<NodePtr> inputs, Fill fill) {
  return std::make_shared<Made>(dtype, std::move(shape), std::move(inputs), std::move(fill));
}

NodePtr ramp(std::int64_t extent) {
  return made_node(int64, {extent}, {}, [](const Box& box, Buffer& out, Pass&) {
    out.reset(int64, box.size());
    std::iota(out.as<std::int64_t>(), out.as<std::int64_t>() + box.size(), box.first[0]);
  });
}

NodePtr reshaped(const NodePtr& node, const Shape& shape) {
  if (node->shape() == shape) return node;
  if (element_count(shape) != node->size()) {
    throw Error(ErrorCode::Invalid, "array",
                "of the shape " + to_string(node->shape()) + " can't be reshaped to " +
                    to_string(shape) + ": it has other elements");
  }
  if (NodePtr view = with_other_ones(node, shape)) return view;
  if (const auto* below = dynamic_cast<const Reshaped*>(node.get())) {
    return reshaped(below->input(), shape);
  }
  return std::make_shared<Reshaped>(node, shape);
}

NodePtr joined(std::vector<NodePtr> parts, std::size_t axis) {
  if (parts.size() == 1) return parts.front();
  Shape shape = parts.front()->shape();
  Shape starts{0};
  for (const NodePtr& part : parts) {
    Shape other = part->shape();
    if (other.size() == shape.size()) other[axis] = shape[axis];
    if (other != shape) {
      throw Error(ErrorCode::Invalid, "arrays",
                  "of the shapes " + to_string(parts.front()->shape()) + " and " +
                      to_string(part->shape()) + " don't fit together along axis " +
                      std::to_string(axis));
    }
    starts.push_back(starts.back() + part->shape()[axis]);
  }
  shape[axis] = starts.back();
  return std::make_shared<Joined>(std::move(parts), axis, std::move(shape), std::move(starts));
}

}  // namespace sheaf::np
