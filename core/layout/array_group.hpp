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

#include "core/hdf5/region.hpp"
#include "core/layout/column.hpp"

namespace sheaf::layout {

class ArrayGroup {
 public:
  [[nodiscard]] static ArrayGroup create(const hdf5::File& file, const std::string& path);
  // The one that is there, without its column; `sources` is the number of its cells.
  // Without a column it takes cells of absent sources.
  [[nodiscard]] static ArrayGroup open(const hdf5::File& file, const std::string& path,
                                       std::int64_t sources);

  [[nodiscard]] const hdf5::Group& group() const noexcept { return group_; }
  // Null until the item shape is known.
  [[nodiscard]] Column* column() const noexcept { return column_.get(); }
  [[nodiscard]] std::int64_t rows() const noexcept { return column_ ? column_->rows() : 0; }

  void set_column(std::unique_ptr<Column> column) { column_ = std::move(column); }
  // Takes the array out of the file again. No cell may hold rows of it.
  void remove_column();
  // Takes all three datasets out of the file.
  void remove();

  [[nodiscard]] std::int64_t cell_count() const noexcept {
    return spans_->rows() + static_cast<std::int64_t>(pending_.size());
  }
  [[nodiscard]] std::vector<Span> cells(std::int64_t start, std::int64_t stop) const;
  void add_cell(Span cell) {
    pending_.push_back(cell);
    if (pending_.size() >= block && can_write()) write_cells();
  }
  // Rows at the end that no cell holds any more are cut off.
  void replace_cell(std::int64_t source, Span cell);
  // Keeps the cells of those sources only, in that order.
  void keep_cells(const std::vector<std::int64_t>& sources);
  // Writes everything, but for a group that was created and has no column yet: its cells wait.
  void flush();
  void close();

 private:
  static constexpr std::size_t block = 1024;
  ArrayGroup(hdf5::Group group, std::unique_ptr<FixedColumn> spans,
             std::unique_ptr<FixedColumn> references);
  [[nodiscard]] bool can_write() const noexcept { return column_ || is_stored_; }
  void cut_behind_last();
  void keep_written(const std::vector<Span>& kept, const std::vector<std::int64_t>& sources);
  [[nodiscard]] std::vector<hdf5::RegionReference> references_to(const std::vector<Span>& cells);
  void write_cells();

  hdf5::Group group_;
  bool is_stored_ = false;  // there is an array, whether or not as a column here
  std::unique_ptr<Column> column_;
  std::unique_ptr<FixedColumn> spans_;
  std::unique_ptr<FixedColumn> references_;
  std::vector<Span> pending_;
};

}  // namespace sheaf::layout
