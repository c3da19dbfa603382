// SPDX-License-Identifier: MIT
#pragma once
// Reads one group of the file that holds an array, and which rows are whose.
//
// Model: the counterpart of ArrayGroup. Cells come from __span__; from __ref__ for the sources
// that __span__ doesn't reach, and for all of them when the array has rows behind the last span:
// then something else appended to it. Failure: Error that names the object.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/hdf5/dataset.hpp"
#include "core/hdf5/types.hpp"
#include "core/layout/spec.hpp"

namespace sheaf::layout {

class StoredArray {
 public:
  // `sources` is the number of ids in the file.
  StoredArray(const hdf5::File& file, const std::string& path, std::size_t sources);

  [[nodiscard]] const hdf5::Dataset& dataset() const noexcept { return dataset_; }
  [[nodiscard]] const hdf5::TypeInfo& type() const noexcept { return type_; }
  [[nodiscard]] const Shape& shape() const noexcept { return shape_; }
  // One a source, read once.
  [[nodiscard]] const std::vector<Span>& cells();
  // Throws Error (Unsupported) for a type that Dtype has no match for.
  [[nodiscard]] Value rows(std::int64_t start, std::int64_t stop) const;

 private:
  [[nodiscard]] std::vector<Span> read_spans() const;
  void follow_references(std::size_t first);
  void check_cells() const;

  hid_t file_;
  std::string path_;
  std::size_t sources_;
  hdf5::Dataset dataset_;
  hdf5::TypeInfo type_;
  Shape shape_;
  std::optional<std::vector<Span>> cells_;
};

}  // namespace sheaf::layout
