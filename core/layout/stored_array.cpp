// SPDX-License-Identifier: MIT
#include "core/layout/stored_array.hpp"

#include <algorithm>
#include <utility>

#include "core/error.hpp"
#include "core/hdf5/group.hpp"
#include "core/hdf5/memory.hpp"
#include "core/hdf5/region.hpp"
#include "core/hdf5/strings.hpp"
#include "core/layout/names.hpp"

namespace sheaf::layout {
StoredArray::StoredArray(const hdf5::File& file, const std::string& path, std::size_t sources)
    : file_(file.get()),
      path_(path),
      sources_(sources),
      dataset_(hdf5::open_dataset(file_, path + "/" + names::array)),
      type_(hdf5::inspect(hdf5::type_of(dataset_))),
      shape_(hdf5::shape_of(dataset_)) {
  if (shape_.empty()) {
    throw Error(ErrorCode::Corrupt, hdf5::describe(dataset_.get()), "is no array of rows");
  }
}

const std::vector<Span>& StoredArray::cells() {
  if (cells_) return *cells_;
  cells_ = read_spans();
  const std::size_t known = cells_->size();
  cells_->resize(sources_);
  std::int64_t last = 0;
  for (const Span& cell : *cells_) last = std::max(last, cell.stop);
  if (last < shape_[0]) {
    follow_references(0);
  } else if (known < sources_) {
    follow_references(known);
  }
  check_cells();
  return *cells_;
}

std::vector<Span> StoredArray::read_spans() const {
  const std::string path = path_ + "/" + names::spans;
  if (!hdf5::is_dataset(file_, path)) return {};
  const hdf5::Dataset dataset = hdf5::open_dataset(file_, path);
  Shape shape = hdf5::shape_of(dataset);
  if (shape.size() != 2 || shape[1] != 2) {
    throw Error(ErrorCode::Corrupt, hdf5::describe(dataset.get()),
                "has the shape " + to_string(shape) + ", not two numbers a source");
  }
  shape[0] = std::min(shape[0], static_cast<std::int64_t>(sources_));
  std::vector<Span> spans(static_cast<std::size_t>(shape[0]));
  hdf5::read_rows(dataset, hdf5::memory_type(int64), 0, shape, spans.data());
  return spans;
}

void StoredArray::follow_references(std::size_t first) {
  const std::string path = path_ + "/" + names::references;
  if (!hdf5::is_dataset(file_, path)) return;
  const hdf5::Dataset dataset = hdf5::open_dataset(file_, path);
  const hdf5::Datatype type = hdf5::region_reference_type();
  const Shape shape = hdf5::shape_of(dataset);
  if (shape.size() != 1 || !hdf5::equal(hdf5::type_of(dataset), type)) {
    throw Error(ErrorCode::Corrupt, hdf5::describe(dataset.get()),
                "doesn't hold one region reference a source");
  }
  const std::size_t count = std::min(static_cast<std::size_t>(shape[0]), sources_);
  if (count <= first) return;
  std::vector<hdf5::RegionReference> references(count - first);
  hdf5::read_rows(dataset, type, static_cast<std::int64_t>(first),
                  {static_cast<std::int64_t>(references.size())}, references.data());
  for (std::size_t index = 0; index < references.size(); ++index) {
    const auto range = hdf5::rows_of(references[index], dataset_, shape_);
    (*cells_)[first + index] = range ? Span{range->first, range->second} : Span{};
  }
}

void StoredArray::check_cells() const {
  for (std::size_t source = 0; source < cells_->size(); ++source) {
    const Span cell = (*cells_)[source];
    if (cell == Span{}) continue;
    if (cell.start < 0 || cell.start > cell.stop || cell.stop > shape_[0]) {
      throw Error(ErrorCode::Corrupt, hdf5::describe(dataset_.get()),
                  "source " + std::to_string(source) + " has the rows " +
                      std::to_string(cell.start) + " to " + std::to_string(cell.stop) +
                      ", but there are " + std::to_string(shape_[0]));
    }
  }
}

Value StoredArray::rows(std::int64_t start, std::int64_t stop) const {
  if (!type_.dtype) {
    throw Error(ErrorCode::Unsupported, hdf5::describe(dataset_.get()),
                "holds elements of HDF5's type " + type_.text + ", which Sheaf can't read");
  }
  Value value{*type_.dtype, shape_, {}, {}};
  value.shape[0] = stop - start;
  if (value.dtype.is_string()) {
    value.strings = hdf5::read_strings(dataset_, start, value.shape);
  } else {
    value.bytes = hdf5::memory_for<std::byte>(value.shape, value.dtype.size(),
                                              hdf5::describe(dataset_.get()));
    hdf5::read_rows(dataset_, hdf5::memory_type(value.dtype), start, value.shape,
                    value.bytes.data());
  }
  return value;
}

}  // namespace sheaf::layout
