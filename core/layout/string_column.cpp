// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>

#include "core/hdf5/strings.hpp"
#include "core/layout/column.hpp"

namespace sheaf::layout {
namespace {

constexpr std::size_t most_buffered_bytes = 4U << 20U;

}  // namespace

StringColumn::StringColumn(GrowingDataset file)
    : Column(std::move(file)),
      row_elements_(static_cast<std::size_t>(element_count(item_shape()))) {}

void StringColumn::append(const RowsView& rows) {
  const auto* bytes = static_cast<const char*>(rows.data);
  const std::int64_t* offset = rows.offsets;
  for (std::int64_t row = 0; row < rows.rows; ++row) {
    for (std::size_t element = 0; element < row_elements_; ++element, ++offset) {
      add({bytes + offset[0], static_cast<std::size_t>(offset[1] - offset[0])});
    }
    end_row();
  }
}

void StringColumn::append(std::string_view text) {
  add(text);
  end_row();
}

void StringColumn::add(std::string_view text) {
  begins_.push_back(texts_.size());
  texts_ += text;
  texts_ += '\0';
}

void StringColumn::end_row() {
  ++rows_;
  if (rows_ % chunk_rows() == 0 || texts_.size() >= most_buffered_bytes) write();
}

void StringColumn::write() {
  if (rows_ == flushed_) return;
  std::vector<const char*> pointers;
  pointers.reserve(begins_.size());
  for (const std::size_t begin : begins_) pointers.push_back(texts_.data() + begin);
  file_.reserve(rows_);
  hdf5::write_strings(file_.dataset(), flushed_, shape_of(rows_ - flushed_), pointers.data());
  flushed_ = rows_;
  texts_.clear();
  begins_.clear();
}

void StringColumn::replace(std::int64_t row, const std::string& text) {
  write();
  const char* pointer = text.c_str();
  hdf5::write_strings(file_.dataset(), row, shape_of(1), &pointer);
}

void StringColumn::overwrite(std::int64_t start, const RowsView& rows) {
  if (rows.rows == 0 || row_elements_ == 0) return;
  write();
  const auto count = static_cast<std::size_t>(rows.rows) * row_elements_;
  std::vector<std::string> texts;
  std::vector<const char*> pointers;
  texts.reserve(count);
  for (std::size_t element = 0; element < count; ++element) {
    const auto* begin = static_cast<const char*>(rows.data) + rows.offsets[element];
    texts.emplace_back(begin,
                       static_cast<std::size_t>(rows.offsets[element + 1] - rows.offsets[element]));
    pointers.push_back(texts.back().c_str());
  }
  hdf5::write_strings(file_.dataset(), start, shape_of(rows.rows), pointers.data());
}

void StringColumn::truncate(std::int64_t rows) {
  // Rows in the file are simply written again; their old text stays in the file's heap.
  flushed_ = std::min(flushed_, rows);
  rows_ = rows;
  const std::size_t elements = static_cast<std::size_t>(rows_ - flushed_) * row_elements_;
  if (elements >= begins_.size()) return;
  texts_.resize(begins_[elements]);
  begins_.resize(elements);
}

Value StringColumn::read(std::int64_t start, std::int64_t stop) {
  write();
  return {utf8,
          shape_of(stop - start),
          {},
          hdf5::read_strings(file_.dataset(), start, shape_of(stop - start))};
}

void StringColumn::flush() {
  write();
  file_.settle(rows_);
}

void StringColumn::resume() { rows_ = flushed_ = file_.extent(); }

}  // namespace sheaf::layout
