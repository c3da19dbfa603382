// SPDX-License-Identifier: MIT
#include "core/array/statistics/reducing.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <utility>

#include "core/array/engine/cast.hpp"
#include "core/array/engine/ufunc.hpp"
#include "core/array/engine/view.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

class Masked : public Node {
 public:
  Masked(NodePtr input, NodePtr where, std::vector<std::byte> filler)
      : Node(input->dtype(), input->shape()),
        input_(std::move(input)),
        where_(std::move(where)),
        filler_(std::move(filler)) {}

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    input_->read(box, out, pass);
    const Pass::BufferPtr where = pass.read(where_, box);
    const bool* holds = where->as<bool>();
    for (std::int64_t at = 0; at < out.count(); ++at) {
      if (holds[at]) continue;
      std::memcpy(out.bytes() + static_cast<std::size_t>(at) * filler_.size(), filler_.data(),
                  filler_.size());
    }
  }
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return {input_, where_}; }
  [[nodiscard]] bool is_elementwise() const noexcept override { return true; }

 private:
  NodePtr input_;
  NodePtr where_;
  std::vector<std::byte> filler_;
};

class Flattened : public Node {
 public:
  explicit Flattened(NodePtr input)
      : Node(input->dtype(), {input->size()}), input_(std::move(input)) {}

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    read_flat(input_, box.first[0], box.first[0] + box.count[0], out, pass);
  }
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return {input_}; }

 private:
  NodePtr input_;
};

}  // namespace

std::vector<double> doubles_of(const Array& a) {
  const Value value = a.astype(float64).load();
  std::vector<double> doubles(value.bytes.size() / sizeof(double));
  if (!doubles.empty()) std::memcpy(doubles.data(), value.bytes.data(), value.bytes.size());
  return doubles;
}

Shape axes_of(const Along& along, std::size_t count) {
  Shape axes;
  if (along.is_whole) {
    axes.resize(count);
    std::iota(axes.begin(), axes.end(), 0);
    return axes;
  }
  for (const std::int64_t axis : along.axes) {
    axes.push_back(static_cast<std::int64_t>(axis_of(axis, count)));
  }
  std::ranges::sort(axes);
  if (std::ranges::adjacent_find(axes) != axes.end()) {
    throw Error(ErrorCode::Invalid, "axis", "holds an axis twice");
  }
  return axes;
}

void require_numbers(const Array& a, std::string_view function) {
  if (!a.dtype().is_string()) return;
  throw Error(ErrorCode::Invalid, std::string(function),
              "isn't there for text; convert it (astype)");
}

Array reduced(const Array& a, const Along& along, Reducer reducer, double parameter) {
  Shape axes = axes_of(along, a.ndim());
  return Array(std::make_shared<Reduction>(a.node(), std::move(axes), along.keepdims,
                                           std::move(reducer), parameter));
}

Array for_means(const Array& a, std::optional<Dtype> dtype, std::string_view function) {
  require_numbers(a, function);
  if (dtype) return a.astype(*dtype);
  return is_whole(a.dtype()) && a.dtype().bits == 64 ? a.astype(float64) : a;
}

std::vector<std::byte> element_of(const Array& scalar, Dtype dtype) {
  if (scalar.size() != 1 || scalar.dtype().is_string()) {
    throw Error(ErrorCode::Invalid, "initial", "must be one number");
  }
  return scalar.astype(dtype).load().bytes;
}

Array masked(const Array& a, const Array& where, const Array& filler) {
  const Shape shape = broadcast_shape({a.shape(), where.shape()});
  return Array(std::make_shared<Masked>(broadcast(a.node(), shape),
                                        broadcast(as_dtype(where.node(), boolean), shape),
                                        element_of(filler, a.dtype())));
}

NodePtr flattened(const NodePtr& node) {
  return node->shape().size() == 1 ? node : std::make_shared<Flattened>(node);
}

Array with_kept_axes(const Array& a, const Shape& places) {
  std::vector<ViewAxis> axes;
  std::size_t next = 0;
  for (std::size_t axis = 0; axis < a.ndim() + places.size(); ++axis) {
    if (std::ranges::count(places, static_cast<std::int64_t>(axis)) > 0) {
      axes.push_back({1, -1, 0});
    } else {
      axes.push_back({a.shape()[next], static_cast<std::int64_t>(next), 1});
      ++next;
    }
  }
  return Array(view_of(a.node(), Shape(a.ndim(), 0), axes));
}

}  // namespace sheaf::np
