// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

#include "core/hdf5/types.hpp"
#include "core/layout/column.hpp"

namespace sheaf::layout {

Shape Column::shape_of(std::int64_t rows) const {
  Shape shape{rows};
  shape.insert(shape.end(), item_shape().begin(), item_shape().end());
  return shape;
}

FixedColumn::FixedColumn(GrowingDataset file, hdf5::Datatype memory, Dtype dtype,
                         ChunkEncoder* encoder)
    : Column(std::move(file)),
      memory_(std::move(memory)),
      dtype_(dtype),
      row_bytes_(static_cast<std::size_t>(element_count(item_shape())) * hdf5::size_of(memory_)),
      is_direct_(file_.creation().filters.empty() && hdf5::equal(memory_, file_.type())) {
  if (file_.creation().filters.empty()) return;
  assert(encoder != nullptr);
  filtered_.emplace(*encoder, file_.creation(), memory_, file_.type());
}

void FixedColumn::append(const void* data, std::int64_t rows) {
  const auto* source = static_cast<const std::byte*>(data);
  const std::int64_t chunk = chunk_rows();
  while (rows > 0) {
    const std::int64_t buffered = rows_ - flushed_;
    const std::int64_t taken = std::min(rows, chunk - buffered);
    rows_ += taken;
    rows -= taken;
    if (taken == chunk) {
      write_chunk(source);
    } else {
      if (!buffer_) buffer_ = std::make_unique_for_overwrite<std::byte[]>(bytes_of(chunk));
      if (row_bytes_ != 0) {
        std::memcpy(buffer_.get() + bytes_of(buffered), source, bytes_of(taken));
      }
      if (buffered + taken == chunk) write_chunk(buffer_.get());
    }
    source += bytes_of(taken);
  }
}

void FixedColumn::write_chunk(const void* data) {
  file_.reserve(flushed_ + chunk_rows());
  if (row_bytes_ == 0) {
    // An axis of extent 0: rows count, but there are no bytes.
  } else if (is_direct_) {
    hdf5::write_chunk(file_.dataset(), flushed_, data, bytes_of(chunk_rows()));
  } else if (filtered_) {
    submit(flushed_, data, chunk_rows());
  } else {
    hdf5::write_rows(file_.dataset(), memory_, flushed_, shape_of(chunk_rows()), data);
  }
  flushed_ += chunk_rows();
}

void FixedColumn::submit(std::int64_t first, const void* data, std::int64_t rows) {
  filtered_->submit(file_.dataset(), first, data, rows);
  was_submitted_ = true;
}

void FixedColumn::prepare_reading() {
  if (!was_submitted_) return;
  filtered_->drain();
  file_.reopen();
  was_submitted_ = false;
}

void FixedColumn::truncate(std::int64_t rows) {
  const bool is_written = rows < flushed_;
  rows_ = rows;
  // The chunk that becomes the open one again comes back from the file.
  if (is_written) load_open_chunk();
}

void FixedColumn::load_open_chunk() {
  prepare_reading();
  flushed_ = rows_ / chunk_rows() * chunk_rows();
  if (!buffer_) buffer_ = std::make_unique_for_overwrite<std::byte[]>(bytes_of(chunk_rows()));
  hdf5::read_rows(file_.dataset(), memory_, flushed_, shape_of(rows_ - flushed_), buffer_.get());
}

void FixedColumn::replace(std::int64_t row, const void* data) {
  overwrite(row, {1, item_shape(), data, nullptr});
}

void FixedColumn::overwrite(std::int64_t start, const RowsView& rows) {
  assert(start >= 0 && start + rows.rows <= rows_);
  if (row_bytes_ == 0) return;
  const auto* data = static_cast<const std::byte*>(rows.data);
  const std::int64_t in_file = std::clamp<std::int64_t>(flushed_ - start, 0, rows.rows);
  if (in_file > 0) {
    prepare_reading();
    hdf5::write_rows(file_.dataset(), memory_, start, shape_of(in_file), data);
  }
  if (in_file == rows.rows) return;
  std::memcpy(buffer_.get() + bytes_of(start + in_file - flushed_), data + bytes_of(in_file),
              bytes_of(rows.rows - in_file));
}

void FixedColumn::resume() {
  rows_ = file_.extent();
  load_open_chunk();
}

Value FixedColumn::read(std::int64_t start, std::int64_t stop) {
  Value value{dtype_, shape_of(stop - start), std::vector<std::byte>(bytes_of(stop - start)), {}};
  const std::int64_t in_file = std::max(std::min(stop, flushed_) - start, std::int64_t{0});
  if (in_file > 0) {
    prepare_reading();
    hdf5::read_rows(file_.dataset(), memory_, start, shape_of(in_file), value.bytes.data());
  }
  const std::int64_t in_buffer = stop - start - in_file;
  if (in_buffer > 0 && row_bytes_ != 0) {
    std::memcpy(value.bytes.data() + bytes_of(in_file),
                buffer_.get() + bytes_of(start + in_file - flushed_), bytes_of(in_buffer));
  }
  return value;
}

void FixedColumn::flush() {
  file_.settle(rows_);
  write_open_chunk();
  if (filtered_) filtered_->drain();
}

void FixedColumn::write_open_chunk() {
  if (rows_ == flushed_ || row_bytes_ == 0) return;
  if (filtered_) {
    submit(flushed_, buffer_.get(), rows_ - flushed_);
  } else {
    // HDF5 fills what is left of the chunk with the fill value.
    hdf5::write_rows(file_.dataset(), memory_, flushed_, shape_of(rows_ - flushed_), buffer_.get());
  }
}

void FixedColumn::remove() {
  // What is on its way needs the dataset.
  if (filtered_) filtered_->drain();
  Column::remove();
}

}  // namespace sheaf::layout
