// SPDX-License-Identifier: MIT
#pragma once
// Appends rows to one dataset, a whole chunk at a time.
//
//   rows   0 ──────────── flushed ──── rows()        flushed is a multiple of the chunk
//          └ in the file ────┘└ buffer ┘
//
// Model: the open chunk is in memory, all others are in the file, or with an encoder on their way
// to it. flush() brings the open chunk to the file as well, and keeps it: it is written again when
// it is full. Rows can be taken off the end, also when they are in the file already. FixedColumn
// holds elements of fixed size, StringColumn variable-length strings. Failure: Error.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/layout/filtered_chunks.hpp"
#include "core/layout/growing_dataset.hpp"
#include "core/layout/spec.hpp"

namespace sheaf::layout {

class Column {
 public:
  explicit Column(GrowingDataset file) : file_(std::move(file)) {}
  virtual ~Column() = default;

  [[nodiscard]] std::int64_t rows() const noexcept { return rows_; }
  // (rows, …item)
  [[nodiscard]] Shape shape() const { return shape_of(rows_); }
  [[nodiscard]] const hdf5::Dataset& dataset() { return file_.dataset(); }

  // The item shape must be the column's.
  virtual void append(const RowsView& rows) = 0;
  virtual void truncate(std::int64_t rows) = 0;
  [[nodiscard]] virtual Value read(std::int64_t start, std::int64_t stop) = 0;
  // Rows that are there, from `start` on, get other elements. The item shape must be the column's.
  // Strings leave their old text in the file's heap.
  virtual void overwrite(std::int64_t start, const RowsView& rows) = 0;
  // Writes what is still in memory and makes the extent exact; appending may go on.
  virtual void flush() = 0;
  // Goes on with the rows that the dataset has.
  virtual void resume() = 0;

  void close() { file_.close(); }
  virtual void remove() { file_.remove(); }

 protected:
  [[nodiscard]] const Shape& item_shape() const noexcept { return file_.creation().item_shape; }
  [[nodiscard]] std::int64_t chunk_rows() const noexcept { return file_.creation().chunk_rows; }
  [[nodiscard]] Shape shape_of(std::int64_t rows) const;

  GrowingDataset file_;
  std::int64_t rows_ = 0;
  std::int64_t flushed_ = 0;
};

class FixedColumn final : public Column {
 public:
  // `dtype` is only what read() calls the elements.
  // `encoder` is needed, and must outlive this, if the dataset has filters.
  FixedColumn(GrowingDataset file, hdf5::Datatype memory, Dtype dtype,
              ChunkEncoder* encoder = nullptr);

  void append(const RowsView& rows) override { append(rows.data, rows.rows); }
  void append(const void* data, std::int64_t rows);
  void truncate(std::int64_t rows) override;
  [[nodiscard]] Value read(std::int64_t start, std::int64_t stop) override;
  void overwrite(std::int64_t start, const RowsView& rows) override;
  // Overwrites one row.
  void replace(std::int64_t row, const void* data);
  void flush() override;
  void resume() override;
  void remove() override;

 private:
  void load_open_chunk();
  [[nodiscard]] std::size_t bytes_of(std::int64_t rows) const noexcept {
    return static_cast<std::size_t>(rows) * row_bytes_;
  }
  void write_chunk(const void* data);
  void write_open_chunk();
  void submit(std::int64_t first, const void* data, std::int64_t rows);
  void prepare_reading();

  hdf5::Datatype memory_;
  Dtype dtype_;
  std::size_t row_bytes_;
  bool is_direct_;  // no filter and no conversion: HDF5 may take the chunk as it is
  std::optional<FilteredChunks> filtered_;
  bool was_submitted_ = false;  // since HDF5 opened the dataset, which it must do anew to read that
  std::unique_ptr<std::byte[]> buffer_;
};

class StringColumn final : public Column {
 public:
  explicit StringColumn(GrowingDataset file);

  void append(const RowsView& rows) override;
  // One row of one string. It must not contain a NUL byte.
  void append(std::string_view text);
  void overwrite(std::int64_t start, const RowsView& rows) override;
  // Overwrites one row of one string.
  void replace(std::int64_t row, const std::string& text);
  void truncate(std::int64_t rows) override;
  [[nodiscard]] Value read(std::int64_t start, std::int64_t stop) override;
  void flush() override;
  void resume() override;

 private:
  void add(std::string_view text);
  void end_row();
  void write();

  std::size_t row_elements_;
  std::string texts_;                // of the buffered rows, each followed by a NUL byte
  std::vector<std::size_t> begins_;  // of each in texts_
};

}  // namespace sheaf::layout
