// SPDX-License-Identifier: MIT
#include "core/array/engine/view.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "core/array/engine/strided.hpp"
#include "core/array/shaping/made.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

constexpr std::int64_t most_waste = 4;    // so much more than wanted may be read …
constexpr std::int64_t little = 1 << 16;  // … or so many elements
// Writing so many times as much beats writing them one by one, in pieces of so many elements.
constexpr std::int64_t most_between = 512;
constexpr std::int64_t most_changed = 1 << 18;

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
    if (!change_between(box, values)) write_halves(box, values);
  }
  [[nodiscard]] bool writes_in_order() const noexcept override { return base_->writes_in_order(); }
  void begin_write() const override { base_->begin_write(); }

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
      below = tile();
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

  // Of a base without chunks: long both in its rows and in those of the view.
  [[nodiscard]] Shape tile() const {
    constexpr std::int64_t side = 256;
    Shape extents(base_->shape().size(), 1);
    extents.back() = side;
    std::size_t last = extents.size() - 1;
    for (const ViewAxis& axis : axes_) {
      if (axis.base_axis >= 0 && axis.count > 1) last = static_cast<std::size_t>(axis.base_axis);
    }
    extents[last] = side;
    return block_extents(base_->shape(), extents, side * side);
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

  // Together with what lies between the elements, which stays as it is.
  bool change_between(const Box& box, const Buffer& values) const {
    const Box below = base_box(box);
    if (below.size() / most_between > box.size()) return false;
    if (below.size() > most_changed) {
      const auto [one, other] = halves(box, widest_axis(box));
      return write_piece(one, box, values), write_piece(other, box, values), true;
    }
    const auto [at, steps] = steps_in(box, below);
    return base_->change(below, [&, at = at, &steps = steps](Buffer& part) {
      scatter(elements_of(values), box.count, elements_of(part), at, steps);
    });
  }

  static std::size_t widest_axis(const Box& box) {
    return static_cast<std::size_t>(std::ranges::max_element(box.count) - box.count.begin());
  }

  void write_piece(const Box& part, const Box& whole, const Buffer& values) const {
    Box within = part;
    for (std::size_t at = 0; at < within.first.size(); ++at) within.first[at] -= whole.first[at];
    Buffer piece;
    piece.reset(dtype(), part.size());
    copy_box_out(elements_of(values), whole.count, within, piece);
    write(part, piece);
  }

  // Element by element along the axis.
  void write_halves(const Box& box, const Buffer& values) const {
    std::size_t axis = 0;
    for (std::size_t at = 0; at < axes_.size(); ++at) {
      if (box.count[at] > 1 && std::abs(axes_[at].step) > 1) axis = at;
    }
    Box one = box;
    one.count[axis] = 1;
    for (std::int64_t at = 0; at < box.count[axis]; ++at) {
      one.first[axis] = box.first[axis] + at;
      write_piece(one, box, values);
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
  if (below == nullptr) {
    bool is_same = axes.size() == base->shape().size();
    for (std::size_t axis = 0; is_same && axis < axes.size(); ++axis) {
      is_same = axes[axis].base_axis == static_cast<std::int64_t>(axis) && axes[axis].step == 1 &&
                axes[axis].count == base->shape()[axis];
    }
    // A number stays one; others that are views of all are the base itself.
    if (is_same) return base;
    return std::make_shared<View>(base, offsets, axes);
  }
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

NodePtr repeated_element(const NodePtr& node) {
  const auto* view = dynamic_cast<const View*>(node.get());
  const bool moves = view == nullptr || node->size() == 0 ||
                     std::ranges::any_of(view->axes(), [](const ViewAxis& axis) {
                       return axis.base_axis >= 0 && axis.count > 1;
                     });
  if (!moves) return view_of(view->base(), view->offsets(), {});
  return node->size() == 1 ? reshaped(node, {}) : nullptr;
}

Shape broadcast_shape(const std::vector<Shape>& shapes, const std::string& function) {
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
      if (!function.empty()) {
        throw Error(ErrorCode::Invalid, function + "()",
                    "has parameters of the shapes " + text + ", which don't fit together");
      }
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
