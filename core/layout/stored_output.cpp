// SPDX-License-Identifier: MIT
#include "core/layout/stored_output.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

#include "core/error.hpp"
#include "core/hdf5/attribute.hpp"
#include "core/hdf5/group.hpp"
#include "core/hdf5/memory.hpp"

namespace sheaf::layout {
namespace {

std::vector<std::int64_t> all_extents(const StoredArray& shapes) {
  auto extents =
      hdf5::memory_for<std::int64_t>(shapes.shape(), 1, hdf5::describe(shapes.dataset().get()));
  hdf5::read_rows(shapes.dataset(), hdf5::memory_type(int64), 0, shapes.shape(), extents.data());
  return extents;
}

}  // namespace

StoredOutput::StoredOutput(std::string path, StoredArray array)
    : path_(std::move(path)), array_(std::move(array)) {}

StoredOutput::StoredOutput(std::string path, StoredArray flat, StoredArray shapes)
    : path_(std::move(path)), array_(std::move(flat)), shapes_(std::move(shapes)) {}

std::optional<Span> StoredOutput::span(std::size_t source) {
  assert(source < array_.cells().size());
  const Span cell = array_.cells()[source];
  if (cell == Span{}) return std::nullopt;
  return cell;
}

std::optional<Shape> StoredOutput::shape(std::size_t source) {
  const auto cell = span(source);
  if (!cell) return std::nullopt;
  if (shapes_) return ragged_shape(source, cell->stop - cell->start);
  Shape shape = array_.shape();
  shape[0] = cell->stop - cell->start;
  return shape;
}

Shape StoredOutput::ragged_shape(std::size_t source, std::int64_t elements) {
  if (!extents_) extents_ = all_extents(*shapes_);
  const Span cell = shapes_->cells()[source];
  Shape shape;
  if (cell != Span{}) shape.assign(extents_->begin() + cell.start, extents_->begin() + cell.stop);
  if (cell == Span{} || !has_elements(shape, elements)) {
    throw Error(ErrorCode::Corrupt, hdf5::describe(shapes_->dataset().get()),
                "source " + std::to_string(source) + " has the shape " + to_string(shape) +
                    ", but " + std::to_string(elements) + " elements");
  }
  return shape;
}

std::optional<Value> StoredOutput::get(std::size_t source) {
  auto shape_of_source = shape(source);
  if (!shape_of_source) return std::nullopt;
  const Span cell = *span(source);
  Value value = array_.rows(cell.start, cell.stop);
  value.shape = std::move(*shape_of_source);
  return value;
}

Value StoredOutput::rows(std::int64_t start, std::int64_t stop) const {
  const std::int64_t count = array_.shape()[0];
  const auto clamped = [count](std::int64_t row) {
    return std::clamp<std::int64_t>(row < 0 ? row + count : row, 0, count);
  };
  start = clamped(start);
  return array_.rows(start, std::max(start, clamped(stop)));
}

OutputInfo StoredOutput::info(const hdf5::File& file) {
  OutputInfo info;
  info.path = path_;
  info.ragged = shapes_.has_value();
  info.dtype = array_.type().dtype;
  info.dtype_name = array_.type().text;
  info.shape = array_.shape();
  info.chunks = hdf5::chunks_of(array_.dataset());
  info.filters = hdf5::filters_of(array_.dataset());
  info.stored_bytes = hdf5::stored_bytes(array_.dataset());
  const bool is_string = info.dtype && info.dtype->is_string();
  const auto item_bytes = static_cast<std::int64_t>(hdf5::size_of(hdf5::type_of(array_.dataset())));
  Shape bytes = info.shape;
  bytes.push_back(item_bytes);
  info.logical_bytes = is_string ? info.stored_bytes : element_count(bytes);
  info.sources = std::count_if(array_.cells().begin(), array_.cells().end(),
                               [](const Span& cell) { return cell != Span{}; });
  info.attrs = hdf5::read_attributes(hdf5::open_group(file.get(), path_).get());
  return info;
}

}  // namespace sheaf::layout
