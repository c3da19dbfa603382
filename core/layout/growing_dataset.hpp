// SPDX-License-Identifier: MIT
#pragma once
// A dataset that a column appends to: created when first needed, or opened; extended in steps.
//
// Model: the extent runs ahead of the rows by up to `step` chunks, since changing it costs more
// than writing a chunk; settle() makes it exact. Failure: Error.

#include <cstdint>
#include <string>

#include "core/hdf5/dataset.hpp"

namespace sheaf::layout {

class GrowingDataset {
 public:
  // `group` must outlive this. Nothing is created yet.
  GrowingDataset(hid_t group, std::string name, hdf5::Datatype type,
                 hdf5::DatasetCreation creation);

  // The one that is there.
  [[nodiscard]] static GrowingDataset open(hid_t group, std::string name);

  [[nodiscard]] std::int64_t extent() const noexcept { return extent_; }
  [[nodiscard]] const hdf5::DatasetCreation& creation() const noexcept { return creation_; }
  [[nodiscard]] const hdf5::Datatype& type() const noexcept { return type_; }
  // Creates it where needed.
  [[nodiscard]] const hdf5::Dataset& dataset();
  // Makes room for rows below `rows`.
  void reserve(std::int64_t rows);
  // Creates it where needed; the extent becomes exactly `rows`.
  void settle(std::int64_t rows);
  // What hdf5::write_chunk() wrote with a mask can be read then.
  void reopen();
  void close();
  // Takes the dataset out of the file again.
  void remove();

 private:
  void set_extent(std::int64_t rows);

  hid_t group_;
  std::string name_;
  hdf5::Datatype type_;
  hdf5::DatasetCreation creation_;
  hdf5::Dataset dataset_;
  std::int64_t extent_ = 0;
};

}  // namespace sheaf::layout
