// SPDX-License-Identifier: MIT
#include "core/loader/target.hpp"

#include <algorithm>
#include <optional>

#include "core/error.hpp"
#include "core/loader/window.hpp"

namespace sheaf::loader {
namespace {

[[noreturn]] void fail(const std::string& message) {
  throw Error(ErrorCode::Invalid, "target", message);
}

std::size_t bytes_of(Dtype dtype, const Shape& shape) {
  return static_cast<std::size_t>(element_count(shape)) * dtype.size();
}

// A sample's shape as rows; what a getter does to a source's rows, backwards.
Shape rows_of(const Getter& getter, const std::optional<Window>& window, Shape shape) {
  const auto* by_id = std::get_if<ById>(&getter);
  if (std::holds_alternative<ByRow>(getter) || (by_id != nullptr && by_id->squeeze)) {
    shape.insert(shape.begin(), 1);
  }
  if (const auto* framed = std::get_if<FramedSlice>(&getter)) {
    if (shape.size() < 2 || shape[0] != framed->length || shape[1] != framed->frame_size) {
      fail("samples of shape " + to_string(shape) + " aren't " + std::to_string(framed->length) +
           " frames of " + std::to_string(framed->frame_size));
    }
    shape[1] *= shape[0];
    shape.erase(shape.begin());
  }
  if (shape.empty()) fail("samples need an axis of rows");
  if (window && shape[0] != window->length) {
    fail("samples of shape " + to_string(shape) + " aren't " + std::to_string(window->length) +
         " rows");
  }
  return shape;
}

}  // namespace

Target::Target(const Loader& loader, const Getter& getter, Sink& sink)
    : getter_(getter), rows_a_step_(loader.rows_a_step()), sink_(sink) {
  const std::optional<Window> window = window_of(getter, "target");
  if (window && window->axis != 0) fail("rows are written back along axis 0 only");
  const auto* framed = std::get_if<FramedSlice>(&getter);
  if (framed != nullptr && (framed->center || framed->hop != framed->frame_size)) {
    fail("frames that overlap or are padded have no rows of their own; write back with a Slice");
  }
}

void Target::write(const Batch& batch, Dtype dtype, const Shape& shape,
                   std::span<const std::byte> predictions) {
  if (dtype.is_string()) fail("strings can't be written back");
  if (shape.empty() || shape[0] != static_cast<std::int64_t>(batch.size()) ||
      predictions.size() != bytes_of(dtype, shape)) {
    fail("predictions of shape " + to_string(shape) + " aren't one a sample, of " +
         std::to_string(batch.size()));
  }
  const std::optional<Window> window = window_of(getter_, "target");
  const Shape rows = rows_of(getter_, window, {shape.begin() + 1, shape.end()});
  const std::size_t bytes = bytes_of(dtype, rows);
  for (const Place& place : batch.places) {
    std::int64_t offset = -1;
    if (window) {
      offset = window->begin(place.step) + shifted(*window, place.jitter, rows_a_step_);
      if (offset < 0) fail("a sample's rows begin before its source does");
    }
    sink_.set({place.source, offset, dtype, rows, predictions.first(bytes)});
    predictions = predictions.subspan(bytes);
  }
}

void MemorySink::set(const SinkRows& rows) {
  Value& value = values_[rows.source];
  if (rows.offset < 0 || value.shape.empty()) {
    value = {rows.dtype, rows.shape, {}, {}};
    value.shape[0] = rows.offset < 0 ? rows.shape[0] : 0;
    value.bytes.resize(bytes_of(value.dtype, value.shape));
  }
  if (value.dtype != rows.dtype || !std::equal(value.shape.begin() + 1, value.shape.end(),
                                               rows.shape.begin() + 1, rows.shape.end())) {
    fail("rows of " + rows.dtype.name() + ' ' + to_string(rows.shape) + " don't go with those of " +
         value.dtype.name() + ' ' + to_string(value.shape));
  }
  const std::int64_t offset = std::max<std::int64_t>(rows.offset, 0);
  value.shape[0] = std::max(value.shape[0], offset + rows.shape[0]);
  value.bytes.resize(bytes_of(value.dtype, value.shape));
  Shape row = rows.shape;
  row[0] = 1;
  std::copy(rows.bytes.begin(), rows.bytes.end(),
            value.bytes.begin() + offset * static_cast<std::ptrdiff_t>(bytes_of(rows.dtype, row)));
}

const Value& MemorySink::rows(std::int64_t source) const {
  const auto found = values_.find(source);
  if (found != values_.end()) return found->second;
  throw Error(ErrorCode::NotFound, "target",
              "nothing was written to source " + std::to_string(source));
}

}  // namespace sheaf::loader
