// SPDX-License-Identifier: MIT
#include "core/layout/failure_table.hpp"

#include <string>

#include "core/hdf5/group.hpp"
#include "core/layout/column_factory.hpp"
#include "core/layout/names.hpp"
#include "core/layout/source_id.hpp"
#include "core/utf8.hpp"

namespace sheaf::layout {

void FailureTable::add(const hdf5::File& file, const Failure& failure) {
  if (!group_) {
    group_ = hdf5::require_group(file.get(), names::failures);
    for (std::size_t field = 0; field < fields.size(); ++field) {
      columns_[field] = make_string_column(group_.get(), fields[field].name);
    }
  }
  for (std::size_t field = 0; field < fields.size(); ++field) {
    const std::string& text = failure.*fields[field].member;
    // Messages come from codecs, in any encoding; the rest is our own text, ids as in __src__/id.
    columns_[field]->append(is_utf8(text) ? text : escape_id(text));
  }
}

void FailureTable::finish() {
  if (!group_) return;
  for (const auto& column : columns_) column->finish();
  for (const auto& column : columns_) column->close();
  group_.close();
}

}  // namespace sheaf::layout
