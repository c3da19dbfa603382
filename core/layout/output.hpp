// SPDX-License-Identifier: MIT
#pragma once
// Writes one output of a feature: its array, and for a ragged one the shapes beside it.
//
// Model: append* then end(true), or drop() at any time before, then end(false). Fixed-shape rows
// go to <path>/__arr__; ragged ones flat to <path>/arr/__arr__, one shape a source to
// <path>/shape_/__arr__. Failure: Error; rows that don't fit are a text.

#include <optional>
#include <string>
#include <vector>

#include "core/layout/array_group.hpp"
#include "core/layout/shape_rule.hpp"

namespace sheaf::layout {

class Output {
 public:
  // `encoder` must outlive this.
  Output(const hdf5::File& file, const std::string& path, OutputSpec spec, ChunkEncoder& encoder);

  // `source` is the open source's id.
  [[nodiscard]] std::optional<std::string> append(const RowsView& rows, const std::string& source);
  void drop();
  void end(bool is_present);
  void finish();

  // Of the array as stored: flat elements if ragged.
  [[nodiscard]] std::int64_t rows() const noexcept { return array_.rows(); }
  [[nodiscard]] Value read(std::int64_t start, std::int64_t stop) const;
  // Paths of the groups that hold an array.
  [[nodiscard]] std::vector<std::string> keys() const;

 private:
  [[nodiscard]] std::optional<std::string> refuse(const RowsView& rows) const;
  void end_ragged(bool is_present);
  void forget_provisional();

  std::string path_;
  OutputSpec spec_;
  ChunkEncoder* encoder_;
  ShapeRule rule_;  // for a ragged output of the open source only, else of all
  ArrayGroup array_;
  std::optional<ArrayGroup> shapes_;
  std::int64_t start_ = 0;        // where the open source's rows begin
  std::int64_t source_rows_ = 0;  // of the open source, in its own shape
  bool is_provisional_ = false;   // the open source fixed the shape
};

}  // namespace sheaf::layout
