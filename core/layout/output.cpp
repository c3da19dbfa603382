// SPDX-License-Identifier: MIT
#include "core/layout/output.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/error.hpp"
#include "core/hdf5/attribute.hpp"
#include "core/hdf5/group.hpp"
#include "core/layout/column_factory.hpp"
#include "core/layout/names.hpp"
#include "core/layout/paths.hpp"
#include "core/utf8.hpp"

namespace sheaf::layout {
namespace {

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

OutputSpec shape_spec() {
  OutputSpec spec;
  spec.dtype = int64;
  return spec;
}

}  // namespace

Output::Output(const hdf5::File& file, std::string path, OutputSpec spec, ChunkEncoder& encoder,
               ArrayGroup array)
    : file_(&file),
      path_(std::move(path)),
      spec_(std::move(spec)),
      encoder_(&encoder),
      rule_(spec_.item_shape),
      array_(std::move(array)) {}

Output Output::create(const hdf5::File& file, const std::string& path, OutputSpec spec,
                      ChunkEncoder& encoder, std::int64_t sources) {
  const bool is_ragged = spec.ragged == Ragged::Always;
  Output output(file, path, std::move(spec), encoder, ArrayGroup::create(file, path));
  if (is_ragged) output.make_pair(0);
  for (std::int64_t source = 0; source < sources; ++source) output.end(false);
  return output;
}

Output Output::open(const hdf5::File& file, const std::string& path, OutputSpec spec,
                    ChunkEncoder& encoder, std::int64_t sources) {
  const std::string flat = below(path, names::flat);
  const bool is_pair = hdf5::exists(file.get(), below(flat, names::array));
  if (is_pair && spec.ragged == Ragged::Never) {
    throw Error(ErrorCode::Invalid, hdf5::describe(file.get(), path),
                "is stored ragged, and rows of one shape are to be added; give the feature another "
                "place, or build the file anew");
  }
  Output output(file, path, std::move(spec), encoder,
                ArrayGroup::open(file, is_pair ? flat : path, sources));
  if (is_pair) output.shapes_ = ArrayGroup::open(file, below(path, names::shapes), sources);
  output.resume();
  return output;
}

void Output::resume() {
  const hid_t group = array_.group().get();
  if (!hdf5::exists(group, names::array)) {
    if (spec_.ragged == Ragged::Always) make_pair(array_.cell_count());
    return;
  }
  array_.set_column(open_array_column(group, spec_, *encoder_));
  if (shapes_)
    shapes_->set_column(open_array_column(shapes_->group().get(), shape_spec(), *encoder_));
  check_rows();
  start_ = rows();
  if (shapes_) return;
  const Shape stored = array_.column()->shape();
  const Shape item(stored.begin() + 1, stored.end());
  if (auto reason = rule_.check(item)) {
    throw Error(ErrorCode::Invalid, hdf5::describe(group, names::array), *reason);
  }
  rule_.fix(item, "the sources stored already");
}

// Something else that appends rows leaves some behind the last span.
void Output::check_rows() const {
  std::int64_t last = 0;
  for (const Span& cell : array_.cells(0, array_.cell_count())) last = std::max(last, cell.stop);
  if (last == rows()) return;
  throw Error(ErrorCode::Unsupported, hdf5::describe(array_.group().get()),
              "has rows that no span reaches: something else wrote to it; `sheaf pack` brings it "
              "into order");
}

void Output::make_pair(std::int64_t sources) {
  ArrayGroup flat = ArrayGroup::create(*file_, below(path_, names::flat));
  shapes_ = ArrayGroup::create(*file_, below(path_, names::shapes));
  flat.set_column(make_array_column(flat.group().get(), spec_, {}, *encoder_));
  shapes_->set_column(make_array_column(shapes_->group().get(), shape_spec(), {}, *encoder_));
  array_ = std::move(flat);
  hdf5::write_attribute(hdf5::open_group(file_->get(), path_).get(), names::ragged_attr,
                        Value::of(std::int8_t{1}));
  for (std::int64_t source = 0; source < sources; ++source) {
    array_.add_cell({});
    shapes_->add_cell({});
  }
}

std::optional<std::string> Output::append(const RowsView& rows, const std::string& source) {
  // No rows say nothing about their shape, unless the shape itself is stored.
  if (rows.rows == 0 && !shapes_) return std::nullopt;
  if (needs_pair(rows)) become_ragged();
  if (auto reason = refuse(rows)) return reason;
  if (!rule_.is_fixed()) {
    rule_.fix(rows.item_shape, source);
    is_provisional_ = true;
    if (!shapes_) {
      array_.set_column(make_array_column(array_.group().get(), spec_, rows.item_shape, *encoder_));
    }
  }
  source_rows_ += rows.rows;
  if (!shapes_) {
    array_.column()->append(rows);
  } else {
    const std::int64_t elements = rows.rows * element_count(rows.item_shape);
    array_.column()->append({elements, {}, rows.data, rows.offsets});
  }
  return std::nullopt;
}

std::optional<std::string> Output::refuse(const RowsView& rows) const {
  if (auto reason = rule_.check(rows.item_shape)) return reason;
  if (!rule_.is_fixed() && !shapes_ && is_too_large(rows.item_shape)) {
    return "a row of shape " + to_string(rows.item_shape) +
           " is larger than 4 GiB, HDF5's largest chunk; store it ragged";
  }
  return spec_.dtype.is_string() ? refuse_strings(rows) : std::nullopt;
}

bool Output::is_too_large(const Shape& item) const {
  return stored_row_bytes(spec_, item) > largest_chunk_bytes;
}

bool Output::needs_pair(const RowsView& rows) const {
  // A source has one shape, however it is stored.
  if (shapes_ || spec_.ragged == Ragged::Never || source_rows_ > 0) return false;
  if (!rule_.admits(rows.item_shape)) return false;
  return rule_.is_fixed() ? rows.item_shape != rule_.shape() : is_too_large(rows.item_shape);
}

void Output::become_ragged() {
  array_.flush();
  ArrayGroup old = std::move(array_);
  const Shape item = rule_.shape();
  make_pair(0);
  if (old.column() != nullptr) copy_rows(*old.column());
  const std::int64_t elements = element_count(item);
  constexpr std::int64_t block = 16384;
  for (std::int64_t source = 0; source < old.cell_count(); source += block) {
    for (const Span& cell : old.cells(source, std::min(source + block, old.cell_count()))) {
      const bool is_present = cell != Span{};
      array_.add_cell(is_present ? Span{cell.start * elements, cell.stop * elements} : Span{});
      shapes_->add_cell(is_present ? add_shape(cell.stop - cell.start, item) : Span{});
    }
  }
  old.remove();
  rule_.forget();
  start_ = rows();
}

void Output::copy_rows(Column& from) {
  constexpr std::int64_t block_bytes = std::int64_t{4} << 20U;
  Shape item = from.shape();
  item.erase(item.begin());
  const std::int64_t elements = element_count(item);
  const std::int64_t row_bytes = elements * static_cast<std::int64_t>(spec_.dtype.size());
  const std::int64_t block =
      std::max<std::int64_t>(block_bytes / std::max<std::int64_t>(row_bytes, 1), 1);
  for (std::int64_t row = 0; row < from.rows(); row += block) {
    const std::int64_t stop = std::min(row + block, from.rows());
    const Value rows = from.read(row, stop);
    array_.column()->append({(stop - row) * elements, {}, rows.bytes.data(), nullptr});
  }
}

void Output::forget_provisional() {
  if (is_provisional_) rule_.forget();
  is_provisional_ = false;
}

void Output::drop() {
  source_rows_ = 0;
  if (is_provisional_ && !shapes_) {
    array_.remove_column();
  } else if (array_.rows() != start_) {
    array_.column()->truncate(start_);
  }
  forget_provisional();
}

void Output::end(bool is_present) {
  array_.add_cell(is_present ? Span{start_, rows()} : Span{});
  if (shapes_) shapes_->add_cell(is_present ? add_shape(source_rows_, rule_.shape()) : Span{});
  next_source();
}

void Output::replace(std::int64_t source, bool is_present) {
  array_.replace_cell(source, is_present ? Span{start_, rows()} : Span{});
  if (shapes_) {
    shapes_->replace_cell(source, is_present ? add_shape(source_rows_, rule_.shape()) : Span{});
  }
  next_source();
}

void Output::next_source() {
  if (shapes_) rule_.forget();
  start_ = rows();
  source_rows_ = 0;
  is_provisional_ = false;
}

Span Output::add_shape(std::int64_t rows, const Shape& item) {
  Shape shape{rows};
  shape.insert(shape.end(), item.begin(), item.end());
  const auto count = static_cast<std::int64_t>(shape.size());
  const std::int64_t begin = shapes_->rows();
  shapes_->column()->append({count, {}, shape.data(), nullptr});
  return {begin, begin + count};
}

void Output::keep(const std::vector<std::int64_t>& sources) {
  array_.keep_cells(sources);
  if (shapes_) shapes_->keep_cells(sources);
  start_ = rows();
}

void Output::flush() {
  array_.flush();
  if (shapes_) shapes_->flush();
}

void Output::settle() {
  if (array_.column() != nullptr) return;
  array_.set_column(make_array_column(array_.group().get(), spec_, rule_.shape(), *encoder_));
  if (!rule_.is_fixed()) rule_.fix(rule_.shape(), "its first source, which has no rows");
}

void Output::close() {
  array_.close();
  if (shapes_) shapes_->close();
}

Value Output::read(std::int64_t start, std::int64_t stop) const {
  if (array_.column() != nullptr) return array_.column()->read(start, stop);
  return {spec_.dtype, shape(), {}, {}};
}

Shape Output::shape() const {
  if (array_.column() != nullptr) return array_.column()->shape();
  Shape shape{0};
  shape.insert(shape.end(), rule_.shape().begin(), rule_.shape().end());
  return shape;
}

std::optional<std::string> Output::overwrite(std::int64_t start, const RowsView& rows) {
  const Shape stored = shape();
  if (!std::equal(stored.begin() + 1, stored.end(), rows.item_shape.begin(),
                  rows.item_shape.end())) {
    return "rows of shape " + to_string(rows.item_shape) + " are to go into an array of shape " +
           to_string(stored);
  }
  if (start < 0 || rows.rows > stored[0] - start) {
    return "rows " + std::to_string(start) + " to " + std::to_string(start + rows.rows) +
           " are to be overwritten, and there are " + std::to_string(stored[0]);
  }
  if (spec_.dtype.is_string()) {
    if (auto reason = refuse_strings(rows)) return reason;
  }
  if (rows.rows > 0) array_.column()->overwrite(start, rows);
  return std::nullopt;
}

std::optional<Shape> Output::shape(std::int64_t source) const {
  const Span cell = spans(source, source + 1)[0];
  if (cell == Span{}) return std::nullopt;
  Shape own = shape();
  own[0] = cell.stop - cell.start;
  if (!shapes_) return own;
  const Span extents = shapes_->cells(source, source + 1)[0];
  const Value value = shapes_->column()->read(extents.start, extents.stop);
  const auto* begin = reinterpret_cast<const std::int64_t*>(value.bytes.data());
  return Shape(begin, begin + value.bytes.size() / sizeof(std::int64_t));
}

std::optional<Value> Output::get(std::int64_t source) const {
  auto own = shape(source);
  if (!own) return std::nullopt;
  const Span cell = spans(source, source + 1)[0];
  Value value = read(cell.start, cell.stop);
  value.shape = std::move(*own);
  return value;
}

std::vector<std::string> Output::keys() const {
  if (shapes_) return {below(path_, names::flat), below(path_, names::shapes)};
  if (array_.column() == nullptr) return {};
  return {path_};
}

}  // namespace sheaf::layout
