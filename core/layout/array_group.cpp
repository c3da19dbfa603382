// SPDX-License-Identifier: MIT
#include "core/layout/array_group.hpp"

#include "core/hdf5/group.hpp"
#include "core/hdf5/region.hpp"
#include "core/layout/column_factory.hpp"
#include "core/layout/names.hpp"

namespace sheaf::layout {

// Cells go to the file as they are.
static_assert(sizeof(Span) == 2 * sizeof(std::int64_t));

ArrayGroup::ArrayGroup(const hdf5::File& file, const std::string& path)
    : group_(hdf5::require_group(file.get(), path)),
      spans_(make_int64_column(group_.get(), names::spans, {2})),
      references_(make_reference_column(group_.get(), names::references)) {
  pending_.reserve(block);
}

void ArrayGroup::remove_column() {
  if (column_) column_->remove();
  column_.reset();
}

void ArrayGroup::write_cells() {
  const hdf5::RegionMaker maker(column_->dataset(), column_->shape());
  std::vector<hdf5::RegionReference> references(pending_.size());
  for (std::size_t index = 0; index < pending_.size(); ++index) {
    const Span cell = pending_[index];
    if (cell.start >= 0) references[index] = maker.rows(cell.start, cell.stop);
  }
  const auto count = static_cast<std::int64_t>(pending_.size());
  references_->append(references.data(), count);
  spans_->append(pending_.data(), count);
  pending_.clear();
}

void ArrayGroup::finish() {
  column_->finish();
  write_cells();
  references_->finish();
  spans_->finish();
  references_->close();
  spans_->close();
  column_->close();
  group_.close();
}

}  // namespace sheaf::layout
