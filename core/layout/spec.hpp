// SPDX-License-Identifier: MIT
#pragma once
// What a feature looks like in the file, before any row is written.
//
// Model: a feature has a path in the file and one output or several; an output is one array that
// grows along axis 0, with a dtype, the shape of one row and the options its dataset is created
// with. The names are those of h5py's create_dataset where it has them.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/dtype.hpp"
#include "core/layout/compression.hpp"
#include "core/value.hpp"

namespace sheaf::layout {

struct DatasetOptions {
  std::optional<std::int64_t> chunk_rows{};  // rows a chunk; default_chunk_rows() when unset
  Compression compression = Compression::None;
  std::optional<int> level{};  // of the compression; its usual one when unset
  bool shuffle = false;
  bool fletcher32 = false;
  std::optional<Value> fill_value{};  // a scalar, converted to the stored dtype
  std::optional<Dtype> dtype{};       // the stored dtype where it differs from the output's

  bool operator==(const DatasetOptions&) const = default;
};

// Whether each source has a shape of its own: stored flat then, its shape beside it.
enum class Ragged : std::uint8_t {
  Never,     // the first source stored fixes the shape, and another one is refused
  IfNeeded,  // the first source stored fixes it, until another one comes
  Always
};

struct OutputSpec {
  std::string name;  // used only when the feature has several outputs
  Dtype dtype;
  Shape item_shape;  // of one row; -1 is known a source
  Ragged ragged = Ragged::Never;
  DatasetOptions options;

  bool operator==(const OutputSpec&) const = default;
};

using Attribute = std::pair<std::string, Value>;

struct FeatureSpec {
  std::string path;  // "image", "data/image"
  std::vector<OutputSpec> outputs;
  std::vector<Attribute> attrs;
};

struct SourceInfo {
  std::string id;              // UTF-8, unique in the file
  std::int64_t size = -1;      // bytes; -1 where it makes no sense
  std::int64_t mtime_ns = -1;  // nanoseconds since 1970-01-01 UTC; -1 where it makes no sense
  std::string digest{};        // "xxh128:" and 32 hex digits; empty where it wasn't taken
};

// Rows start ≤ r < stop of an array; -1, -1 where a source is absent.
struct Span {
  std::int64_t start = -1;
  std::int64_t stop = -1;
  bool operator==(const Span&) const = default;
};

// Why one feature of one source isn't in the file.
struct Failure {
  std::string id;
  std::string feature;  // the feature's path in the file; empty: the whole source
  std::string status;   // "source", "plugin", "shape", …
  std::string message;
  std::string plugin;         // id and version of the plugin that refused: "sheaf.image 0.1.0"
  std::string stage{};        // "walk", "fetch", "load" or "store"
  std::int64_t attempts = 1;  // how often it was tried
  std::int64_t time_ns = -1;  // of the last time, nanoseconds since 1970-01-01 UTC
};

// Rows as they come from a decoder; views, valid during the call they are passed to.
struct RowsView {
  std::int64_t rows = 0;
  Shape item_shape;
  const void* data = nullptr;             // rows × item_shape elements, or the strings' bytes
  const std::int64_t* offsets = nullptr;  // strings only: (elements + 1) offsets into data
};

// Rows so that a chunk is near the byte target (see docs/format.md), at least 1.
[[nodiscard]] std::int64_t default_chunk_rows(std::size_t row_bytes) noexcept;

}  // namespace sheaf::layout
