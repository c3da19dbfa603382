// SPDX-License-Identifier: MIT
#include "core/layout/array_group.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/error.hpp"
#include "core/hdf5/group.hpp"
#include "core/layout/column_factory.hpp"
#include "core/layout/names.hpp"

namespace sheaf::layout {
namespace {

// Cells go to the file as they are.
static_assert(sizeof(Span) == 2 * sizeof(std::int64_t));

std::vector<Span> read_spans(FixedColumn& spans, std::int64_t start, std::int64_t stop) {
  const Value rows = spans.read(start, stop);
  std::vector<Span> cells(static_cast<std::size_t>(stop - start));
  std::memcpy(cells.data(), rows.bytes.data(), rows.bytes.size());
  return cells;
}

}  // namespace

ArrayGroup::ArrayGroup(hdf5::Group group, std::unique_ptr<FixedColumn> spans,
                       std::unique_ptr<FixedColumn> references)
    : group_(std::move(group)), spans_(std::move(spans)), references_(std::move(references)) {
  pending_.reserve(block);
}

ArrayGroup ArrayGroup::create(const hdf5::File& file, const std::string& path) {
  hdf5::Group group = hdf5::require_group(file.get(), path);
  auto spans = make_int64_column(group.get(), names::spans, {2});
  auto references = make_reference_column(group.get(), names::references);
  return {std::move(group), std::move(spans), std::move(references)};
}

ArrayGroup ArrayGroup::open(const hdf5::File& file, const std::string& path, std::int64_t sources) {
  hdf5::Group group = hdf5::open_group(file.get(), path);
  // Neither was written before the array's shape was known.
  if (!hdf5::exists(group.get(), names::spans) && !hdf5::exists(group.get(), names::array)) {
    ArrayGroup array = create(file, path);
    array.pending_.resize(static_cast<std::size_t>(sources));
    return array;
  }
  auto spans = open_int64_column(group.get(), names::spans, {2});
  auto references = open_reference_column(group.get(), names::references);
  if (spans->rows() != sources || references->rows() != sources) {
    throw Error(ErrorCode::Unsupported, hdf5::describe(group.get()),
                "has " + std::to_string(references->rows()) + " references and " +
                    std::to_string(spans->rows()) + " spans for " + std::to_string(sources) +
                    " sources: something else wrote to it; `sheaf pack` brings it into order");
  }
  ArrayGroup array(std::move(group), std::move(spans), std::move(references));
  array.is_stored_ = true;
  return array;
}

void ArrayGroup::remove_column() {
  if (column_) column_->remove();
  column_.reset();
  is_stored_ = false;
}

void ArrayGroup::remove() {
  remove_column();
  spans_->remove();
  references_->remove();
}

std::vector<Span> ArrayGroup::cells(std::int64_t start, std::int64_t stop) const {
  const std::int64_t written = spans_->rows();
  std::vector<Span> cells;
  if (start < written) cells = read_spans(*spans_, start, std::min(stop, written));
  for (std::int64_t source = std::max(start, written); source < stop; ++source) {
    cells.push_back(pending_[static_cast<std::size_t>(source - written)]);
  }
  return cells;
}

void ArrayGroup::replace_cell(std::int64_t source, Span cell) {
  const std::int64_t written = spans_->rows();
  const Span old = cells(source, source + 1)[0];
  if (source >= written) {
    pending_[static_cast<std::size_t>(source - written)] = cell;
  } else {
    const hdf5::RegionReference reference = references_to({cell})[0];
    spans_->replace(source, &cell);
    references_->replace(source, &reference);
  }
  if (cell == Span{} && old.stop > 0 && old.stop == rows()) cut_behind_last();
}

// Nothing stands behind the last span: it would be taken for rows that something else wrote.
void ArrayGroup::cut_behind_last() {
  std::int64_t last = 0;
  for (const Span& cell : cells(0, cell_count())) last = std::max(last, cell.stop);
  column_->truncate(last);
}

void ArrayGroup::keep_cells(const std::vector<std::int64_t>& sources) {
  const std::vector<Span> all = cells(0, cell_count());
  std::vector<Span> kept;
  kept.reserve(sources.size());
  for (const std::int64_t source : sources) kept.push_back(all[static_cast<std::size_t>(source)]);
  if (can_write()) {
    write_cells();
    keep_written(kept, sources);
  } else {
    pending_ = std::move(kept);
  }
}

// References stay as they are, so that no column is needed.
void ArrayGroup::keep_written(const std::vector<Span>& kept,
                              const std::vector<std::int64_t>& sources) {
  const Value all = references_->read(0, references_->rows());
  std::vector<hdf5::RegionReference> references(sources.size());
  std::int64_t last = 0;
  for (std::size_t index = 0; index < sources.size(); ++index) {
    const auto number = static_cast<std::size_t>(sources[index]);
    std::memcpy(&references[index], all.bytes.data() + number * sizeof(hdf5::RegionReference),
                sizeof(hdf5::RegionReference));
    last = std::max(last, kept[index].stop);
  }
  const auto count = static_cast<std::int64_t>(kept.size());
  spans_->truncate(0);
  references_->truncate(0);
  spans_->append(kept.data(), count);
  references_->append(references.data(), count);
  // Nothing stands behind the last span: a reader would take it for rows that something else wrote.
  if (column_) {
    column_->truncate(last);
  } else {
    GrowingDataset::open(group_.get(), names::array).settle(last);
  }
}

std::vector<hdf5::RegionReference> ArrayGroup::references_to(const std::vector<Span>& cells) {
  std::vector<hdf5::RegionReference> references(cells.size());
  if (!column_) return references;
  const hdf5::RegionMaker maker(column_->dataset(), column_->shape());
  for (std::size_t index = 0; index < cells.size(); ++index) {
    const Span cell = cells[index];
    if (cell.start >= 0) references[index] = maker.rows(cell.start, cell.stop);
  }
  return references;
}

void ArrayGroup::write_cells() {
  const std::vector<hdf5::RegionReference> references = references_to(pending_);
  const auto count = static_cast<std::int64_t>(pending_.size());
  references_->append(references.data(), count);
  spans_->append(pending_.data(), count);
  pending_.clear();
}

void ArrayGroup::flush() {
  if (!can_write()) return;
  if (column_) column_->flush();
  write_cells();
  references_->flush();
  spans_->flush();
}

void ArrayGroup::close() {
  references_->close();
  spans_->close();
  if (column_) column_->close();
  group_.close();
}

}  // namespace sheaf::layout
