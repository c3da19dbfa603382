// SPDX-License-Identifier: MIT
#pragma once
// Writes /__src__: ids, sizes, times and digests of the stored sources, and the keys of the arrays.
//
// Model: ids are unique; a source has a number, its row. To know that all ids stay in memory,
// unless the caller vouches for it. Digests are there only if one was given. Failure: Error.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/layout/column.hpp"
#include "core/layout/id_index.hpp"

namespace sheaf::layout {

class SourceTable {
 public:
  [[nodiscard]] static SourceTable create(const hdf5::File& file, bool ids_are_unique);
  // The one that is there; its ids are in memory.
  [[nodiscard]] static SourceTable open(const hdf5::File& file);

  [[nodiscard]] std::optional<std::int64_t> find(std::string_view id) const;
  // Of a stored one.
  [[nodiscard]] SourceInfo info(std::int64_t number) const;
  void add(const SourceInfo& source);
  // Its id stays.
  void replace(std::int64_t number, const SourceInfo& source);
  // Keeps those only, in that order.
  void keep(const std::vector<std::int64_t>& numbers);
  // As the file has them.
  [[nodiscard]] const std::vector<std::string>& keys() const noexcept { return written_keys_; }
  [[nodiscard]] std::int64_t count() const noexcept { return ids_->rows(); }
  // Brings everything to the file.
  void flush(const std::vector<std::string>& keys);
  void close();

 private:
  SourceTable(hdf5::Group group, bool ids_are_unique);
  [[nodiscard]] std::string_view id_at(std::size_t number) const noexcept;
  void remember(std::string_view id);
  void write_digest(std::int64_t number, const std::string& digest);

  hdf5::Group group_;
  std::unique_ptr<StringColumn> ids_;
  std::unique_ptr<FixedColumn> sizes_;
  std::unique_ptr<FixedColumn> mtimes_;
  std::unique_ptr<StringColumn> digests_;  // null: none
  std::unique_ptr<StringColumn> keys_;
  std::vector<std::string> written_keys_;
  bool ids_are_unique_;
  IdIndex index_;
  std::string texts_;              // all ids, one after the other
  std::vector<std::size_t> ends_;  // of each in texts_
};

}  // namespace sheaf::layout
