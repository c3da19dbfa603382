// SPDX-License-Identifier: MIT
#include "core/layout/growing_dataset.hpp"

#include <utility>

#include "core/hdf5/group.hpp"

namespace sheaf::layout {
namespace {

constexpr std::int64_t step = 64;  // chunks

}  // namespace

GrowingDataset::GrowingDataset(hid_t group, std::string name, hdf5::Datatype type,
                               hdf5::DatasetCreation creation)
    : group_(group),
      name_(std::move(name)),
      type_(std::move(type)),
      creation_(std::move(creation)) {}

GrowingDataset GrowingDataset::open(hid_t group, std::string name) {
  hdf5::Dataset dataset = hdf5::open_dataset(group, name);
  GrowingDataset growing(group, std::move(name), hdf5::type_of(dataset),
                         hdf5::creation_of(dataset));
  growing.extent_ = hdf5::shape_of(dataset)[0];
  growing.dataset_ = std::move(dataset);
  return growing;
}

const hdf5::Dataset& GrowingDataset::dataset() {
  if (!dataset_) dataset_ = hdf5::create_dataset(group_, name_, type_, creation_);
  return dataset_;
}

void GrowingDataset::reserve(std::int64_t rows) {
  if (rows > extent_) set_extent(rows + step * creation_.chunk_rows);
}

void GrowingDataset::settle(std::int64_t rows) {
  if (rows != extent_ || !dataset_) set_extent(rows);
}

void GrowingDataset::reopen() {
  if (!dataset_) return;
  dataset_.close();
  dataset_ = hdf5::open_dataset(group_, name_);
}

void GrowingDataset::close() { dataset_.close(); }

void GrowingDataset::remove() {
  if (!dataset_) return;
  dataset_.close();
  hdf5::unlink(group_, name_);
  extent_ = 0;
}

void GrowingDataset::set_extent(std::int64_t rows) {
  Shape shape{rows};
  shape.insert(shape.end(), creation_.item_shape.begin(), creation_.item_shape.end());
  hdf5::set_shape(dataset(), shape);
  extent_ = rows;
}

}  // namespace sheaf::layout
