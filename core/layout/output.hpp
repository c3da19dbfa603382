// SPDX-License-Identifier: MIT
#pragma once
// Writes one output of a feature: its array, and for a ragged one the shapes beside it.
//
// Model: append* then end(true) or replace(), or drop() at any time before, then end(false). Rows
// of one shape go to <path>/__arr__; ragged ones flat to <path>/arr/__arr__, one shape a source to
// <path>/shape_/__arr__. An output that is ragged only if needed moves from the one to the other
// when the first source comes that differs, which costs a copy of its rows.
// Failure: Error; rows that don't fit are a text.

#include <optional>
#include <string>
#include <vector>

#include "core/layout/array_group.hpp"
#include "core/layout/shape_rule.hpp"

namespace sheaf::layout {

class Output {
 public:
  // Adds it to the file; none of the `sources` that are there has rows. `file` and `encoder` must
  // outlive this.
  [[nodiscard]] static Output create(const hdf5::File& file, const std::string& path,
                                     OutputSpec spec, ChunkEncoder& encoder, std::int64_t sources);
  // The one that is there. Throws Error (Invalid) when it can't hold what the spec wants to add.
  [[nodiscard]] static Output open(const hdf5::File& file, const std::string& path, OutputSpec spec,
                                   ChunkEncoder& encoder, std::int64_t sources);

  // `source` is the open source's id.
  [[nodiscard]] std::optional<std::string> append(const RowsView& rows, const std::string& source);
  void drop();
  void end(bool is_present);
  // As end(), for a source that is in the file; its old rows stay there, without a source.
  void replace(std::int64_t source, bool is_present);
  // Keeps those sources only, in that order.
  void keep(const std::vector<std::int64_t>& sources);
  // Brings everything to the file; appending may go on. An output whose shape isn't known yet is
  // left out.
  void flush();
  // Gives an output that got no rows its arrays all the same, with the shape that is known.
  void settle();
  void close();

  // Of the array as stored: flat elements if ragged.
  [[nodiscard]] std::int64_t rows() const noexcept { return array_.rows(); }
  [[nodiscard]] Value read(std::int64_t start, std::int64_t stop) const;
  // Of that array as a whole.
  [[nodiscard]] Shape shape() const;
  // Overwrites rows of it. Returns the reason when their shape or their strings don't fit; then
  // nothing was written.
  [[nodiscard]] std::optional<std::string> overwrite(std::int64_t start, const RowsView& rows);
  [[nodiscard]] bool is_ragged() const noexcept { return shapes_.has_value(); }
  // Of stored sources, by number.
  [[nodiscard]] std::vector<Span> spans(std::int64_t start, std::int64_t stop) const {
    return array_.cells(start, stop);
  }
  // What the source has, in its own shape; empty where it is absent.
  [[nodiscard]] std::optional<Shape> shape(std::int64_t source) const;
  [[nodiscard]] std::optional<Value> get(std::int64_t source) const;
  // Paths of the groups that hold an array; none before there is one.
  [[nodiscard]] std::vector<std::string> keys() const;

 private:
  Output(const hdf5::File& file, std::string path, OutputSpec spec, ChunkEncoder& encoder,
         ArrayGroup array);
  [[nodiscard]] std::optional<std::string> refuse(const RowsView& rows) const;
  [[nodiscard]] bool is_too_large(const Shape& item) const;
  [[nodiscard]] bool needs_pair(const RowsView& rows) const;
  void resume();
  void check_rows() const;
  void make_pair(std::int64_t sources);
  void become_ragged();
  void copy_rows(Column& from);
  // The cell in the array of shapes.
  [[nodiscard]] Span add_shape(std::int64_t rows, const Shape& item);
  void forget_provisional();
  void next_source();

  const hdf5::File* file_;
  std::string path_;
  OutputSpec spec_;
  ChunkEncoder* encoder_;
  ShapeRule rule_;  // for a ragged output of the open source only, else of all
  ArrayGroup array_;
  std::optional<ArrayGroup> shapes_;  // there is one: stored ragged
  std::int64_t start_ = 0;            // where the open source's rows begin
  std::int64_t source_rows_ = 0;      // of the open source, in its own shape
  bool is_provisional_ = false;       // the open source fixed the shape
};

}  // namespace sheaf::layout
