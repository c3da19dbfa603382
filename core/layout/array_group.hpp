// SPDX-License-Identifier: MIT
#pragma once
// One group of the file that holds an array and says which rows are whose.
//
//   <path>/__arr__   (N, …item)   the column
//   <path>/__span__  (S, 2)       one cell a source, as numbers …
//   <path>/__ref__   (S,)         … and as region references
//
// Model: cells are collected and written in blocks, once the array's dataset can be there:
// references need it. Failure: Error.

#include <memory>
#include <string>
#include <vector>

#include "core/layout/column.hpp"

namespace sheaf::layout {

class ArrayGroup {
 public:
  ArrayGroup(const hdf5::File& file, const std::string& path);

  [[nodiscard]] const hdf5::Group& group() const noexcept { return group_; }
  // Null until the item shape is known.
  [[nodiscard]] Column* column() const noexcept { return column_.get(); }
  [[nodiscard]] std::int64_t rows() const noexcept { return column_ ? column_->rows() : 0; }

  void set_column(std::unique_ptr<Column> column) { column_ = std::move(column); }
  // Takes the array out of the file again. No cell may hold rows of it.
  void remove_column();

  void add_cell(Span cell) {
    pending_.push_back(cell);
    if (pending_.size() >= block && column_) write_cells();
  }
  // Writes everything. There must be a column.
  void finish();

 private:
  static constexpr std::size_t block = 1024;
  void write_cells();

  hdf5::Group group_;
  std::unique_ptr<Column> column_;
  std::unique_ptr<FixedColumn> spans_;
  std::unique_ptr<FixedColumn> references_;
  std::vector<Span> pending_;
};

}  // namespace sheaf::layout
