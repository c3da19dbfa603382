// SPDX-License-Identifier: MIT
#include "core/layout/source_table.hpp"

#include <array>

#include "core/hdf5/group.hpp"
#include "core/layout/column_factory.hpp"
#include "core/layout/names.hpp"

namespace sheaf::layout {

SourceTable::SourceTable(const hdf5::File& file, bool ids_are_unique)
    : group_(hdf5::require_group(file.get(), names::sources)),
      ids_(make_string_column(group_.get(), names::ids)),
      sizes_(make_int64_column(group_.get(), names::sizes, {})),
      mtimes_(make_int64_column(group_.get(), names::mtimes, {})),
      keys_(make_string_column(group_.get(), names::keys)),
      ids_are_unique_(ids_are_unique) {}

std::string_view SourceTable::id_at(std::size_t number) const noexcept {
  const std::size_t begin = number == 0 ? 0 : ends_[number - 1];
  return std::string_view(texts_).substr(begin, ends_[number] - begin);
}

bool SourceTable::contains(std::string_view id) const {
  return index_.find(id, [this](std::size_t number) { return id_at(number); }).has_value();
}

void SourceTable::add(const SourceInfo& source) {
  if (!ids_are_unique_) {
    index_.insert(source.id, ends_.size(), [this](std::size_t number) { return id_at(number); });
    texts_ += source.id;
    ends_.push_back(texts_.size());
  }
  ids_->append(source.id);
  sizes_->append(&source.size, 1);
  mtimes_->append(&source.mtime_ns, 1);
}

void SourceTable::finish(const std::vector<std::string>& keys) {
  for (const std::string& key : keys) keys_->append(key);
  const std::array<Column*, 4> columns{ids_.get(), keys_.get(), sizes_.get(), mtimes_.get()};
  for (Column* column : columns) column->finish();
  for (Column* column : columns) column->close();
  group_.close();
}

}  // namespace sheaf::layout
