// SPDX-License-Identifier: MIT
#pragma once
// Reads one output: an array, or a ragged pair of a flat array and the shapes of its sources.
//
// Model: the counterpart of Output. Failure: Error that names the object.

#include <optional>
#include <string>
#include <vector>

#include "core/layout/reader.hpp"
#include "core/layout/stored_array.hpp"

namespace sheaf::layout {

class StoredOutput {
 public:
  StoredOutput(std::string path, StoredArray array);
  // The ragged pair below `path`.
  StoredOutput(std::string path, StoredArray flat, StoredArray shapes);

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] const Shape& array_shape() const noexcept { return array_.shape(); }
  [[nodiscard]] std::optional<Span> span(std::size_t source);
  [[nodiscard]] std::optional<Shape> shape(std::size_t source);
  [[nodiscard]] std::optional<Value> get(std::size_t source);
  [[nodiscard]] Value rows(std::int64_t start, std::int64_t stop) const;
  [[nodiscard]] OutputInfo info(const hdf5::File& file);

 private:
  [[nodiscard]] Shape ragged_shape(std::size_t source, std::int64_t elements);

  std::string path_;
  StoredArray array_;
  std::optional<StoredArray> shapes_;
  std::optional<std::vector<std::int64_t>> extents_;  // all of shapes_
};

}  // namespace sheaf::layout
