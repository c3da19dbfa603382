// SPDX-License-Identifier: MIT
#include "core/array/view.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "core/array/strided.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

constexpr std::int64_t most_waste = 4;    // so much more than wanted may be read …
constexpr std::int64_t little = 1 << 16;  // … or so many elements

Shape shape_of(const std::vector<ViewAxis>& axes) {
  Shape shape;
  for (const ViewAxis& axis : axes) shape.push_back(axis.count);
  return shape;
}

class View : public Node {
 public:
  View(NodePtr base, Shape offsets, std::vector<ViewAxis> axes)
      : Node(base->dtype(), shape_of(axes)),
        base_(std::move(base)),
        offsets_(std::move(offsets)),
        axes_(std::move(axes)) {}

  [[nodiscard]] const NodePtr& base() const noexcept { return base_; }
  [[nodiscard]] const Shape& offsets() const noexcept { return offsets_; }
  [[nodiscard]] const std::vector<ViewAxis>& axes() const noexcept { return axes_; }

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    out.reset(dtype(), box.size());
    if (box.size() > 0) read_part(box, box, out, pass);
  }

  void write(const Box& box, const Buffer& values) const override {
    if (box.size() == 0) return;
    const Box below = base_box(box);
    if (below.size() == box.size()) {
      Buffer turned;
      turned.reset(dtype(), box.size());
      const auto [at, steps] = steps_in(box, below);
      scatter(elements_of(values), box.count, elements_of(turned), at, steps);
      return base_->write(below, turned);
    }
    write_halves(box, values);
  }

  [[nodiscard]] bool is_writable() const noexcept override {
    const bool repeats = std::ranges::any_of(
        axes_, [](const ViewAxis& axis) { return axis.base_axis < 0 && axis.count > 1; });
    return !repeats && base_->is_writable();
  }
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return {base_}; }
  [[nodiscard]] const void* storage() const noexcept override { return base_->storage(); }
  [[nodiscard]] Shape grain() const override {
    Shape below = base_->grain();
    if (below.empty()) {
      if (is_in_order()) return {};
      below = block_extents(base_->shape(), {}, little);  // whole rows of the base
    }
    Shape grain;
    for (const ViewAxis& axis : axes_) {
      const std::int64_t size =
          axis.base_axis < 0 ? 1 : below[static_cast<std::size_t>(axis.base_axis)];
      grain.push_back(axis.step == 0 ? 1 : std::max<std::int64_t>(1, size / std::abs(axis.step)));
    }
    return grain;
  }

 private:
  // Whether what is one behind the other in the view is so in the base.
  [[nodiscard]] bool is_in_order() const {
    std::int64_t last = -1;
    for (const ViewAxis& axis : axes_) {
      if (axis.base_axis < 0 || axis.count == 1) continue;
      if (axis.base_axis < last) return false;
      last = axis.base_axis;
    }
    return true;
  }

  struct Steps {
    std::int64_t at = 0;
    Shape steps{};
  };

  [[nodiscard]] Box base_box(const Box& box) const {
    Shape first = offsets_;
    Shape last = offsets_;
    for (std::size_t at = 0; at < axes_.size(); ++at) {
      if (axes_[at].base_axis < 0) continue;
      const auto axis = static_cast<std::size_t>(axes_[at].base_axis);
      const std::int64_t one = axes_[at].step * box.first[at];
      const std::int64_t other = axes_[at].step * (box.first[at] + box.count[at] - 1);
      first[axis] += std::min(one, other);
      last[axis] += std::max(one, other);
    }
    for (std::size_t axis = 0; axis < last.size(); ++axis) last[axis] += 1 - first[axis];
    return {std::move(first), std::move(last)};
  }

  // Of the elements of `box` in a row-major copy of the base's box.
  [[nodiscard]] Steps steps_in(const Box& box, const Box& below) const {
    const Shape strides = strides_of(below.count);
    Steps result;
    for (std::size_t axis = 0; axis < strides.size(); ++axis) {
      result.at += (offsets_[axis] - below.first[axis]) * strides[axis];
    }
    for (std::size_t at = 0; at < axes_.size(); ++at) {
      const auto axis = static_cast<std::size_t>(axes_[at].base_axis);
      result.steps.push_back(axes_[at].base_axis < 0 ? 0 : axes_[at].step * strides[axis]);
      result.at += result.steps.back() * box.first[at];
    }
    return result;
  }

  // The axis along which most is left out; none: what lies between is little.
  [[nodiscard]] std::size_t axis_to_halve(const Box& box, const Box& below) const {
    if (below.size() <= little || below.size() / most_waste <= box.size()) return axes_.size();
    std::size_t widest = axes_.size();
    for (std::size_t at = 0; at < axes_.size(); ++at) {
      if (box.count[at] < 2 || axes_[at].base_axis < 0) continue;
      if (widest == axes_.size() || std::abs(axes_[at].step) > std::abs(axes_[widest].step)) {
        widest = at;
      }
    }
    return widest;
  }

  static std::pair<Box, Box> halves(const Box& box, std::size_t axis) {
    std::pair<Box, Box> two{box, box};
    two.first.count[axis] /= 2;
    two.second.first[axis] += two.first.count[axis];
    two.second.count[axis] -= two.first.count[axis];
    return two;
  }

  void read_part(const Box& part, const Box& whole, Buffer& out, Pass& pass) const {
    const Box below = base_box(part);
    const std::size_t axis = axis_to_halve(part, below);
    if (axis < axes_.size()) {
      const auto [one, other] = halves(part, axis);
      read_part(one, whole, out, pass);
      read_part(other, whole, out, pass);
      return;
    }
    const Pass::BufferPtr from = pass.read(base_, below);
    const auto [at, steps] = steps_in(part, below);
    if (part == whole) return gather(elements_of(*from), at, steps, part.count, elements_of(out));
    const std::shared_ptr<Buffer> piece = pass.scratch();
    piece->reset(dtype(), part.size());
    gather(elements_of(*from), at, steps, part.count, elements_of(*piece));
    Box within = part;
    for (std::size_t i = 0; i < within.first.size(); ++i) within.first[i] -= whole.first[i];
    copy_box_in(*piece, within, elements_of(out), whole.count);
  }

  // Elements between those of a view are nobody else's to write.
  void write_halves(const Box& box, const Buffer& values) const {
    std::size_t axis = 0;
    for (std::size_t at = 0; at < axes_.size(); ++at) {
      if (box.count[at] > 1 && std::abs(axes_[at].step) > 1) axis = at;
    }
    Box one = box;
    one.count[axis] = 1;
    Buffer piece;
    for (std::int64_t at = 0; at < box.count[axis]; ++at) {
      one.first[axis] = box.first[axis] + at;
      Box within{Shape(box.first.size(), 0), one.count};
      within.first[axis] = at;
      piece.reset(dtype(), one.size());
      copy_box_out(elements_of(values), box.count, within, piece);
      write(one, piece);
    }
  }

  NodePtr base_;
  Shape offsets_;
  std::vector<ViewAxis> axes_;
};

}  // namespace

// A view of a view is one of its base.
NodePtr view_of(const NodePtr& base, const Shape& offsets, const std::vector<ViewAxis>& axes) {
  const auto* below = dynamic_cast<const View*>(base.get());
  if (below == nullptr) return std::make_shared<View>(base, offsets, axes);
  Shape total = below->offsets();
  std::vector<ViewAxis> through = axes;
  for (std::size_t axis = 0; axis < offsets.size(); ++axis) {
    const ViewAxis& middle = below->axes()[axis];
    if (middle.base_axis >= 0) {
      total[static_cast<std::size_t>(middle.base_axis)] += offsets[axis] * middle.step;
    }
  }
  for (ViewAxis& axis : through) {
    if (axis.base_axis < 0) continue;
    const ViewAxis& middle = below->axes()[static_cast<std::size_t>(axis.base_axis)];
    axis.base_axis = middle.base_axis;
    axis.step = middle.base_axis < 0 ? 0 : axis.step * middle.step;
  }
  return std::make_shared<View>(below->base(), total, through);
}

NodePtr transposed(const NodePtr& node, const Shape& axes) {
  std::vector<ViewAxis> view;
  for (const std::int64_t axis : axes) {
    view.push_back({node->shape()[static_cast<std::size_t>(axis)], axis, 1});
  }
  return view_of(node, Shape(axes.size(), 0), view);
}

NodePtr broadcast(const NodePtr& node, const Shape& shape) {
  const Shape& own = node->shape();
  if (own == shape) return node;
  bool fits = own.size() <= shape.size();
  std::vector<ViewAxis> view;
  for (std::size_t at = 0; fits && at < shape.size(); ++at) {
    const std::size_t left = shape.size() - at;
    if (left > own.size()) {
      view.push_back({shape[at], -1, 0});
      continue;
    }
    const std::size_t axis = own.size() - left;
    fits = own[axis] == shape[at] || own[axis] == 1;
    const bool moves = own[axis] == shape[at];
    view.push_back({shape[at], moves ? static_cast<std::int64_t>(axis) : -1, moves ? 1 : 0});
  }
  if (fits) return view_of(node, Shape(own.size(), 0), view);
  throw Error(ErrorCode::Invalid, "array",
              "of the shape " + to_string(own) + " can't be broadcast to " + to_string(shape));
}

Shape broadcast_shape(const std::vector<Shape>& shapes) {
  Shape all;
  for (const Shape& shape : shapes) {
    if (shape.size() > all.size()) all.insert(all.begin(), shape.size() - all.size(), 1);
    for (std::size_t back = 1; back <= shape.size(); ++back) {
      std::int64_t& extent = all[all.size() - back];
      const std::int64_t other = shape[shape.size() - back];
      if (extent == 1) extent = other;
      if (other == 1 || other == extent) continue;
      std::string text;
      for (const Shape& one : shapes) text += (text.empty() ? "" : " and ") + to_string(one);
      throw Error(ErrorCode::Invalid, "arrays", "of the shapes " + text + " don't fit together");
    }
  }
  return all;
}

std::size_t axis_of(std::int64_t axis, std::size_t axes) {
  const auto count = static_cast<std::int64_t>(axes);
  if (axis >= -count && axis < count)
    return static_cast<std::size_t>(axis < 0 ? axis + count : axis);
  throw Error(
      ErrorCode::Invalid, "array",
      "has " + std::to_string(axes) + " axes, none with the number " + std::to_string(axis));
}

}  // namespace sheaf::np
