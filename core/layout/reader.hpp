// SPDX-License-Identifier: MIT
#pragma once
// Reads a file of format 1, and what h5mapper wrote or appended to one.
//
// Model: a file is a table of sources × features; a cell is a range of rows or absent. Outputs are
// addressed by their path in the file ("image", "scan/depth"), sources by id or number.
// Where __span__ is missing or shorter than the ids, spans are derived from __ref__.
// Threads: one at a time. Failure: Error that names the file and the object.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/layout/spec.hpp"

namespace sheaf::layout {

// One array of the file as `sheaf info` shows it.
struct OutputInfo {
  std::string path;  // of the group: "image", or "image" for a ragged pair arr + shape_
  bool ragged = false;
  std::optional<Dtype> dtype;  // empty when Sheaf can't read it
  std::string dtype_name;      // "uint8", or HDF5's word for what Sheaf can't read: "compound"
  Shape shape;                 // of the whole array; of the flat one if ragged
  Shape chunks;                // empty when contiguous
  std::vector<std::string> filters;  // "deflate(4)", "shuffle", in the order they are applied
  std::int64_t stored_bytes = 0;     // on disk
  std::int64_t logical_bytes = 0;    // elements × itemsize; strings count as their stored bytes
  std::int64_t sources = 0;          // how many sources are present
  std::vector<Attribute> attrs;      // of its group
};

class Reader {
 public:
  // Throws Error: NotFound, Permission, or Corrupt when it isn't HDF5 or not such a file.
  [[nodiscard]] static Reader open(const std::filesystem::path& file);
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  [[nodiscard]] const std::vector<std::string>& ids() const;
  [[nodiscard]] std::optional<std::size_t> find(std::string_view id) const;
  [[nodiscard]] std::vector<SourceInfo> sources() const;
  // False when the ingest that made the file didn't end (root attr sheaf_complete = 0).
  [[nodiscard]] bool complete() const;
  [[nodiscard]] std::string format_version() const;  // "" for a file of h5mapper's own
  [[nodiscard]] std::int64_t file_bytes() const;
  // In the order of __src__/ds_keys; a ragged pair counts once, at its parent.
  [[nodiscard]] const std::vector<OutputInfo>& outputs() const;
  // Groups that hold the attributes of a feature.
  [[nodiscard]] std::vector<std::string> places() const;
  // Attributes of any group or dataset; empty path is the root.
  [[nodiscard]] std::vector<Attribute> attrs(const std::string& path) const;
  [[nodiscard]] std::vector<Failure> failures() const;

  // Rows of one source in the concatenated array (flat elements if ragged); empty where absent.
  [[nodiscard]] std::optional<Span> span(const std::string& path, std::size_t source) const;
  // The source's rows, in the source's own shape; empty where it is absent.
  [[nodiscard]] std::optional<Value> get(const std::string& path, std::size_t source) const;
  // The shape get() would return, without reading rows.
  [[nodiscard]] std::optional<Shape> shape(const std::string& path, std::size_t source) const;
  // Rows start ≤ r < stop of the concatenated array; negative counts from the end, as in NumPy.
  [[nodiscard]] Value rows(const std::string& path, std::int64_t start, std::int64_t stop) const;

 private:
  struct State;
  explicit Reader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sheaf::layout
