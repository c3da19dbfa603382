// SPDX-License-Identifier: MIT
#pragma once
// Writes /__src__: ids, sizes and times of the stored sources, and the keys of the arrays.
//
// Model: append-only; ids are unique. To know that all of them stay in memory, unless the caller
// vouches for it.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/layout/column.hpp"
#include "core/layout/id_index.hpp"

namespace sheaf::layout {

class SourceTable {
 public:
  SourceTable(const hdf5::File& file, bool ids_are_unique);

  [[nodiscard]] bool contains(std::string_view id) const;
  void add(const SourceInfo& source);
  [[nodiscard]] std::int64_t count() const noexcept { return ids_->rows(); }
  // Writes everything.
  void finish(const std::vector<std::string>& keys);

 private:
  [[nodiscard]] std::string_view id_at(std::size_t number) const noexcept;

  hdf5::Group group_;
  std::unique_ptr<StringColumn> ids_;
  std::unique_ptr<FixedColumn> sizes_;
  std::unique_ptr<FixedColumn> mtimes_;
  std::unique_ptr<StringColumn> keys_;
  const bool ids_are_unique_;
  IdIndex index_;
  std::string texts_;              // all ids, one after the other
  std::vector<std::size_t> ends_;  // of each in texts_
};

}  // namespace sheaf::layout
