// SPDX-License-Identifier: MIT
#include "core/read/transformed_output.hpp"

#include <algorithm>
#include <utility>

#include "core/codecs/buffer.hpp"
#include "core/error.hpp"
#include "core/read/feature_place.hpp"

namespace sheaf::read {
namespace {

using layout::Span;

constexpr std::int64_t block_bytes = std::int64_t{4} << 20U;

Shape behind_rows(const Shape& shape) { return {shape.begin() + 1, shape.end()}; }

std::size_t bytes_of(Dtype dtype, const Shape& item_shape) {
  return static_cast<std::size_t>(element_count(item_shape)) * dtype.size();
}

// What all shapes have in common: -1 where they differ.
Shape common(const std::map<Shape, std::vector<Shape>>& shapes, const std::string& object) {
  Shape all;
  bool is_first = true;
  for (const auto& [from, through] : shapes) {
    const Shape& shape = through.back();
    if (std::exchange(is_first, false)) all = shape;
    if (shape.size() != all.size()) {
      throw Error(ErrorCode::Unsupported, object,
                  "has sources of different numbers of axes, which no transform takes at once");
    }
    for (std::size_t axis = 0; axis < all.size(); ++axis) {
      if (shape[axis] != all[axis]) all[axis] = -1;
    }
  }
  return all;
}

std::int64_t rows_a_block(std::size_t row_bytes) {
  return std::max<std::int64_t>(
      1, block_bytes / std::max<std::int64_t>(1, static_cast<std::int64_t>(row_bytes)));
}

}  // namespace

TransformedOutput::TransformedOutput(const File& file, std::string path, OpenTransforms steps)
    : file_(file), from_(file.output(path)), path_(std::move(path)), open_(std::move(steps)) {
  renew();
}

void TransformedOutput::renew() {
  plans_.push_back(make_plan());
  plan_ = plans_.back().get();
}

std::unique_ptr<const TransformedOutput::Plan> TransformedOutput::make_plan() const {
  const Array& array = from_.array();
  const std::string object = file_.name() + ":/" + path_;
  array.require_readable();
  if (array.dtype().is_string()) {
    throw Error(ErrorCode::Unsupported, object, "holds strings, which no transform takes");
  }
  if (array.shape().empty()) {
    throw Error(ErrorCode::Invalid, object, "is a single value, which has no rows to transform");
  }
  auto plan = std::make_unique<Plan>();
  plan->is_ragged = from_.is_ragged();
  if (plan->is_ragged) {
    add_places(*plan);
  } else {
    const Shape item = behind_rows(array.shape());
    plan->shapes[item] = {item};
  }
  open_steps(*plan);
  if (!plan->is_ragged) {
    const Shape& item = plan->shapes.begin()->second.back();
    plan->shape = {array.shape()[0]};
    plan->shape.insert(plan->shape.end(), item.begin(), item.end());
    plan->row_bytes = bytes_of(plan->dtype, item);
    return plan;
  }
  std::int64_t next = 0;
  for (Place& place : plan->places) {
    const std::int64_t elements =
        place.rows * element_count(plan->shapes.at(place.item_shape).back());
    place.to = {next, next + elements};
    next += elements;
  }
  plan->shape = {next};
  plan->row_bytes = plan->dtype.size();
  return plan;
}

void TransformedOutput::add_places(Plan& plan) const {
  plan.place_of.assign(file_.ids().size(), -1);
  for (std::size_t source = 0; source < plan.place_of.size(); ++source) {
    const auto span = from_.span(source);
    const auto shape = from_.shape(source);
    if (!span || !shape || shape->empty()) continue;
    if (!has_elements(*shape, span->stop - span->start)) {
      throw Error(ErrorCode::Corrupt, file_.name() + ":/" + path_,
                  "has another shape than elements in source '" + file_.ids()[source] + "'");
    }
    plan.place_of[source] = static_cast<std::int64_t>(plan.places.size());
    Shape item = behind_rows(*shape);
    plan.shapes[item] = {item};
    plan.places.push_back({*span, {}, shape->front(), std::move(item)});
  }
}

void TransformedOutput::open_steps(Plan& plan) const {
  const std::string object = file_.name() + ":/" + path_;
  RowType type{from_.array().dtype(), {}, telling_attrs(file_, path_)};
  for (const OpenTransform& open : open_) {
    type.item_shape = common(plan.shapes, object);
    plan.steps.push_back(open(type));
    type.dtype = plan.steps.back()->dtype();
    for (auto& [from, through] : plan.shapes) {
      through.push_back(plan.steps.back()->item_shape(through.back()));
    }
  }
  plan.dtype = type.dtype;
}

std::optional<Span> TransformedOutput::span(std::size_t source) const {
  const Plan& now = plan();
  if (!now.is_ragged) return from_.span(source);
  if (source >= now.place_of.size() || now.place_of[source] < 0) return std::nullopt;
  return now.places[static_cast<std::size_t>(now.place_of[source])].to;
}

std::optional<Shape> TransformedOutput::shape(std::size_t source) const {
  const Plan& now = plan();
  std::optional<Shape> shape = from_.shape(source);
  if (!shape || shape->empty()) return shape;
  const auto found = now.shapes.find(behind_rows(*shape));
  if (found == now.shapes.end()) return std::nullopt;
  shape->resize(1);
  shape->insert(shape->end(), found->second.back().begin(), found->second.back().end());
  return shape;
}

std::optional<Value> TransformedOutput::get(std::size_t source) const {
  const auto rows = span(source);
  const auto extents = shape(source);
  if (!rows || !extents) return std::nullopt;
  Value value{plan().dtype, *extents, {}, {}};
  value.bytes.resize(static_cast<std::size_t>(rows->stop - rows->start) * plan().row_bytes);
  read(*rows, value.bytes);
  return value;
}

void TransformedOutput::check(Span rows, std::size_t bytes) const {
  const Plan& now = plan();
  const bool is_there = rows.start >= 0 && rows.start <= rows.stop && rows.stop <= now.shape[0] &&
                        static_cast<std::size_t>(rows.stop - rows.start) * now.row_bytes <= bytes;
  if (is_there) return;
  throw Error(ErrorCode::Invalid, file_.name() + ":/" + path_,
              "has no rows " + std::to_string(rows.start) + " to " + std::to_string(rows.stop) +
                  " of that size; there are " + std::to_string(now.shape[0]));
}

// Through all steps; two buffers take turns.
void TransformedOutput::apply(const Plan& plan, const Shape& item_shape, std::int64_t rows,
                              std::span<const std::byte> in, std::span<std::byte> out) const {
  const std::vector<Shape>& through = plan.shapes.at(item_shape);
  codecs::Buffer buffers[2];
  if (plan.steps.empty()) std::ranges::copy(in, out.begin());
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const RowTransform& step = *plan.steps[i];
    const bool is_last = i + 1 == plan.steps.size();
    const std::size_t bytes =
        static_cast<std::size_t>(rows) * bytes_of(step.dtype(), through[i + 1]);
    const std::span<std::byte> to = is_last ? out.first(bytes) : buffers[i % 2].claim(bytes);
    step.apply(through[i], rows, in, to);
    in = to;
  }
}

void TransformedOutput::read_source(const Plan& plan, const Place& place,
                                    std::span<std::byte> out) const {
  const std::int64_t elements = element_count(place.item_shape);
  const std::size_t from_bytes = bytes_of(from_.array().dtype(), place.item_shape);
  const std::size_t to_bytes = bytes_of(plan.dtype, plan.shapes.at(place.item_shape).back());
  const std::int64_t most = rows_a_block(std::max(from_bytes, to_bytes));
  codecs::Buffer buffer;
  for (std::int64_t row = 0; row < place.rows; row += most) {
    const std::int64_t rows = std::min(most, place.rows - row);
    const auto in = buffer.claim(static_cast<std::size_t>(rows) * from_bytes);
    const std::int64_t start = place.from.start + row * elements;
    from_.array().read({start, start + rows * elements}, in);
    apply(plan, place.item_shape, rows, in, out.subspan(static_cast<std::size_t>(row) * to_bytes));
  }
}

void TransformedOutput::read_elements(const Plan& plan, Span elements,
                                      std::span<std::byte> out) const {
  const std::size_t size = plan.row_bytes;
  auto place = std::ranges::upper_bound(plan.places, elements.start, {},
                                        [](const Place& each) { return each.to.stop; });
  codecs::Buffer buffer;
  for (; place != plan.places.end() && place->to.start < elements.stop; ++place) {
    const auto all = static_cast<std::size_t>(place->to.stop - place->to.start) * size;
    const Span wanted{std::max(elements.start, place->to.start),
                      std::min(elements.stop, place->to.stop)};
    const auto bytes = static_cast<std::size_t>(wanted.stop - wanted.start) * size;
    const auto to = out.subspan(static_cast<std::size_t>(wanted.start - elements.start) * size);
    if (bytes == all) {
      read_source(plan, *place, to.first(all));
      continue;
    }
    const auto whole = buffer.claim(all);
    read_source(plan, *place, whole);
    const auto part =
        whole.subspan(static_cast<std::size_t>(wanted.start - place->to.start) * size, bytes);
    std::ranges::copy(part, to.begin());
  }
}

void TransformedOutput::read(Span rows, std::span<std::byte> out) const {
  check(rows, out.size());
  const Plan& now = plan();
  if (now.is_ragged) return read_elements(now, rows, out);
  gather(std::span(&rows, 1), out);
}

void TransformedOutput::gather(std::span<const std::int64_t> rows, std::span<std::byte> out) const {
  std::vector<Span> spans;
  spans.reserve(rows.size());
  for (const std::int64_t row : rows) {
    if (!spans.empty() && spans.back().stop == row) {
      ++spans.back().stop;
    } else {
      spans.push_back({row, row + 1});
    }
  }
  gather(std::span<const Span>(spans), out);
}

void TransformedOutput::gather(std::span<const Span> spans, std::span<std::byte> out) const {
  const Plan& now = plan();
  const Array& array = from_.array();
  const Shape item = now.is_ragged ? Shape() : behind_rows(array.shape());
  const std::int64_t most = rows_a_block(std::max(now.row_bytes, array.row_bytes()));
  codecs::Buffer buffer;
  std::vector<Span> block;
  std::int64_t in_block = 0;
  const auto flush = [&] {
    if (in_block == 0) return;
    const auto in = buffer.claim(static_cast<std::size_t>(in_block) * array.row_bytes());
    array.gather(std::span<const Span>(block), in);
    apply(now, item, in_block, in, out);
    out = out.subspan(static_cast<std::size_t>(in_block) * now.row_bytes);
    block.clear();
    in_block = 0;
  };
  for (Span span : spans) {
    check(span, static_cast<std::size_t>(-1));
    if (now.is_ragged) {
      const auto bytes = static_cast<std::size_t>(span.stop - span.start) * now.row_bytes;
      read_elements(now, span, out.first(bytes));
      out = out.subspan(bytes);
    }
    while (!now.is_ragged && span.start < span.stop) {
      const std::int64_t taken = std::min(span.stop - span.start, most - in_block);
      block.push_back({span.start, span.start + taken});
      span.start += taken;
      in_block += taken;
      if (in_block == most) flush();
    }
  }
  flush();
}

Value TransformedOutput::rows(std::int64_t start, std::int64_t stop) const {
  const Plan& now = plan();
  const std::int64_t count = now.shape[0];
  const auto clamped = [count](std::int64_t row) {
    return std::clamp<std::int64_t>(row < 0 ? row + count : row, 0, count);
  };
  start = clamped(start);
  const Span span{start, std::max(start, clamped(stop))};
  Value value{now.dtype, now.shape, {}, {}};
  value.shape[0] = span.stop - span.start;
  value.bytes.resize(static_cast<std::size_t>(value.shape[0]) * now.row_bytes);
  read(span, value.bytes);
  return value;
}

}  // namespace sheaf::read
