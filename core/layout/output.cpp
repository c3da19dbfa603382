// SPDX-License-Identifier: MIT
#include "core/layout/output.hpp"

#include <cstring>
#include <string_view>
#include <utility>

#include "core/hdf5/attribute.hpp"
#include "core/hdf5/group.hpp"
#include "core/layout/column_factory.hpp"
#include "core/layout/names.hpp"
#include "core/utf8.hpp"

namespace sheaf::layout {
namespace {

std::string below(const std::string& path, const char* name) { return path + "/" + name; }

std::optional<std::string> refuse_strings(const RowsView& rows) {
  const std::int64_t count = rows.rows * element_count(rows.item_shape);
  const auto* bytes = static_cast<const char*>(rows.data);
  for (std::int64_t index = 0; index < count; ++index) {
    const auto length = static_cast<std::size_t>(rows.offsets[index + 1] - rows.offsets[index]);
    const std::string_view text(bytes + rows.offsets[index], length);
    if (text.find('\0') != std::string_view::npos) {
      return "a string has a NUL byte, which HDF5's strings can't hold";
    }
    if (!is_utf8(text)) return "a string isn't valid UTF-8";
  }
  return std::nullopt;
}

}  // namespace

Output::Output(const hdf5::File& file, const std::string& path, OutputSpec spec,
               ChunkEncoder& encoder)
    : path_(path),
      spec_(std::move(spec)),
      encoder_(&encoder),
      rule_(spec_.item_shape),
      array_(file, spec_.ragged ? below(path, names::flat) : path) {
  if (!spec_.ragged) return;
  shapes_.emplace(file, below(path, names::shapes));
  OutputSpec shape_spec;
  shape_spec.dtype = int64;
  array_.set_column(make_array_column(array_.group().get(), spec_, {}, encoder));
  shapes_->set_column(make_array_column(shapes_->group().get(), shape_spec, {}, encoder));
  hdf5::write_attribute(hdf5::open_group(file.get(), path).get(), names::ragged_attr,
                        Value::of(std::int8_t{1}));
}

std::optional<std::string> Output::append(const RowsView& rows, const std::string& source) {
  // No rows say nothing about their shape, unless the shape itself is stored.
  if (rows.rows == 0 && !spec_.ragged) return std::nullopt;
  if (auto reason = refuse(rows)) return reason;
  if (!rule_.is_fixed()) {
    rule_.fix(rows.item_shape, source);
    is_provisional_ = true;
    if (!spec_.ragged) {
      array_.set_column(make_array_column(array_.group().get(), spec_, rows.item_shape, *encoder_));
    }
  }
  source_rows_ += rows.rows;
  if (!spec_.ragged) {
    array_.column()->append(rows);
  } else {
    const std::int64_t elements = rows.rows * element_count(rows.item_shape);
    array_.column()->append({elements, {}, rows.data, rows.offsets});
  }
  return std::nullopt;
}

std::optional<std::string> Output::refuse(const RowsView& rows) const {
  if (auto reason = rule_.check(rows.item_shape)) return reason;
  if (!rule_.is_fixed() && !spec_.ragged &&
      stored_row_bytes(spec_, rows.item_shape) > largest_chunk_bytes) {
    return "a row of shape " + to_string(rows.item_shape) +
           " is larger than 4 GiB, HDF5's largest chunk; store it ragged";
  }
  return spec_.dtype.is_string() ? refuse_strings(rows) : std::nullopt;
}

void Output::forget_provisional() {
  if (is_provisional_) rule_.forget();
  is_provisional_ = false;
}

void Output::drop() {
  source_rows_ = 0;
  if (is_provisional_ && !spec_.ragged) {
    array_.remove_column();
  } else if (array_.rows() != start_) {
    array_.column()->truncate(start_);
  }
  forget_provisional();
}

void Output::end(bool is_present) {
  const Span cell = is_present ? Span{start_, rows()} : Span{};
  start_ = rows();
  array_.add_cell(cell);
  if (spec_.ragged) end_ragged(is_present);
  source_rows_ = 0;
  is_provisional_ = false;
}

void Output::end_ragged(bool is_present) {
  if (!is_present) {
    shapes_->add_cell({});
    return;
  }
  Shape shape{source_rows_};
  shape.insert(shape.end(), rule_.shape().begin(), rule_.shape().end());
  const auto count = static_cast<std::int64_t>(shape.size());
  const std::int64_t begin = shapes_->rows();
  shapes_->column()->append({count, {}, shape.data(), nullptr});
  shapes_->add_cell({begin, begin + count});
  rule_.forget();
}

void Output::finish() {
  if (array_.column() == nullptr) {
    array_.set_column(make_array_column(array_.group().get(), spec_, rule_.shape(), *encoder_));
  }
  array_.finish();
  if (shapes_) shapes_->finish();
}

Value Output::read(std::int64_t start, std::int64_t stop) const {
  if (array_.column() != nullptr) return array_.column()->read(start, stop);
  Shape shape{0};
  shape.insert(shape.end(), rule_.shape().begin(), rule_.shape().end());
  return {spec_.dtype, std::move(shape), {}, {}};
}

std::vector<std::string> Output::keys() const {
  if (!spec_.ragged) return {path_};
  return {below(path_, names::flat), below(path_, names::shapes)};
}

}  // namespace sheaf::layout
