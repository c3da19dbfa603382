// SPDX-License-Identifier: MIT
#pragma once
// Items, counted: which source and step an item's number is.
//
//   item ─► cell (a source that takes part) and step, by sums over the sources' counts
//
// Model: items of a source follow each other, sources in the order of the file. Nothing is kept for
// each item; for each source at most a sum, a step and a number, and nothing where all sources are
// alike and take part. Threads: any, once it is made. Failure: Error (Invalid) when there is none.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/loader/field.hpp"
#include "core/loader/window.hpp"
#include "core/read/file.hpp"

namespace sheaf::loader {

class ItemTable {
 public:
  struct Item {
    std::size_t cell;
    std::int64_t step;
  };

  // Drops the cells of `fields` that don't take part.
  ItemTable(const read::File& file, bool has_sources, std::vector<Field>& fields,
            const std::vector<std::optional<Window>>& windows);

  [[nodiscard]] std::int64_t items() const noexcept { return items_; }
  [[nodiscard]] std::size_t cells() const noexcept { return cells_; }
  // Of one cell.
  [[nodiscard]] std::int64_t count(std::size_t cell) const noexcept {
    return ends_.empty() ? even_ : ends_[cell] - (cell == 0 ? 0 : ends_[cell - 1]);
  }
  [[nodiscard]] Item find(std::int64_t item) const noexcept;
  // The item's number, of a cell and how many of its items stand before.
  [[nodiscard]] std::int64_t number(std::size_t cell, std::int64_t before) const noexcept {
    if (ends_.empty()) return static_cast<std::int64_t>(cell) * even_ + before;
    return (cell == 0 ? 0 : ends_[cell - 1]) + before;
  }
  // The source's number in the file; -1 without sources.
  [[nodiscard]] std::int64_t source(std::size_t cell) const noexcept {
    if (!has_sources_) return -1;
    return sources_.empty() ? static_cast<std::int64_t>(cell) : sources_[cell];
  }

 private:
  bool has_sources_;
  std::int64_t items_ = 0;
  std::size_t cells_ = 0;
  std::int64_t even_ = 0;              // items of each cell, when ends_ is empty
  std::int64_t first_ = 0;             // the first step, the same in all cells
  std::vector<std::int64_t> ends_;     // items of this cell and all before it
  std::vector<std::int64_t> sources_;  // empty: all of them
};

}  // namespace sheaf::loader
