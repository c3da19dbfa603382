// SPDX-License-Identifier: MIT
#pragma once
// Where the sources' rows of one field lie, in memory for all of them.
//
// Model: a cell is a source that takes part; without sources, or when slices may cross them, all
// rows are one cell. 8 bytes a cell where all have equally many rows, else 16; a ragged field's
// extents come on top. Threads: any, once it is made. Failure: Error.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/layout/spec.hpp"
#include "core/read/file.hpp"

namespace sheaf::loader {

class Field {
 public:
  // Each source a cell, at first also those without the field.
  [[nodiscard]] static Field of_sources(const read::File& file, const read::Output& output);
  // All rows as one cell; a ragged field's elements.
  [[nodiscard]] static Field whole(const read::File& file, const read::Output& output);

  [[nodiscard]] const read::Array& array() const noexcept { return *array_; }
  [[nodiscard]] bool is_ragged() const noexcept { return is_ragged_; }
  // Axes of a cell's value, rows being the first.
  [[nodiscard]] std::size_t rank() const noexcept { return rank_; }
  // The file and the path.
  [[nodiscard]] const std::string& object() const noexcept { return object_; }
  // Whether all cells have one shape.
  [[nodiscard]] bool is_uniform() const noexcept { return !is_ragged_ && stops_.empty(); }

  [[nodiscard]] bool has(std::size_t cell) const noexcept { return starts_[cell] >= 0; }
  // Rows in array(); elements of a ragged field.
  [[nodiscard]] layout::Span span(std::size_t cell) const noexcept {
    return {starts_[cell], stops_.empty() ? starts_[cell] + rows_ : stops_[cell]};
  }
  [[nodiscard]] std::int64_t start(std::size_t cell) const noexcept { return starts_[cell]; }
  [[nodiscard]] std::int64_t extent(std::size_t cell, std::size_t axis) const noexcept;
  void shape(std::size_t cell, Shape& shape) const;

  // Keeps those cells, in that order.
  void keep(const std::vector<std::int64_t>& cells);

 private:
  Field(const read::File& file, const read::Output& output);
  void add_extents(const read::File& file, const read::Output& output, std::size_t source);

  const read::Array* array_;
  std::string object_;
  bool is_ragged_ = false;
  std::size_t rank_ = 0;
  std::int64_t rows_ = 0;  // of each cell, when stops_ is empty
  std::vector<std::int64_t> starts_;
  std::vector<std::int64_t> stops_;
  std::vector<std::int64_t> extents_;  // rank_ a cell, ragged only
};

}  // namespace sheaf::loader
