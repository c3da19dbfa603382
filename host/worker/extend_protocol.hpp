// SPDX-License-Identifier: MIT
#pragma once
// Requests on a plugin's extensions, as messages.
//
//   host                                  worker
//   Extend: render or call ─────────────► Read … ─────► Extended (picture, results) | Failed
//   RowsRead ───────────────────────────►
//   Extend: open a transform ───────────►               Extended (dtype) | Failed
//   Extend: shape, apply … ─────────────►               Extended (shape, bytes) | Failed
//
// Model: as protocol.hpp: put() and take are each other's inverse. A worker serves one plugin and
// has one transform at most. Failure: Error for what makes no sense.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/read/row_transform.hpp"
#include "host/extend/run_here.hpp"
#include "host/worker/protocol.hpp"

namespace sheaf::host::worker {

enum class Task : std::uint8_t { Render, Call, OpenTransform, Shape, Apply };

// A source without its rows.
struct SourceHead {
  std::string id;
  std::vector<extend::StoredOutput> outputs;
  std::vector<layout::Attribute> attrs;
};

struct ExtendMessage {
  Task task = Task::Render;
  // All but Shape and Apply.
  Confine confine;
  PluginFile plugin;
  std::string feature;  // "" for a transform
  std::string name;     // of the method or transform
  std::vector<plugin::ParamValue> params;
  std::uint32_t kind = 0, width = 0, height = 0;  // Render
  std::vector<SourceHead> sources;                // Render and Call
  read::RowType input;                            // OpenTransform
  // Shape and Apply.
  Shape item_shape;
  std::int64_t rows = 0;
  std::uint64_t new_bytes = 0;  // what is made
  std::string bytes;            // the rows
};

[[nodiscard]] std::string put(const ExtendMessage& message);
[[nodiscard]] ExtendMessage take_extend(std::string_view bytes);

// Answers.
[[nodiscard]] std::string put(const extend::Picture& picture);
[[nodiscard]] extend::Picture take_picture(std::string_view bytes);
[[nodiscard]] std::string put(const extend::Results& results);
[[nodiscard]] extend::Results take_results(std::string_view bytes);
[[nodiscard]] std::string put(Dtype dtype);
[[nodiscard]] Dtype take_dtype(std::string_view bytes);
[[nodiscard]] std::string put(const Shape& shape);
[[nodiscard]] Shape take_shape(std::string_view bytes);

// A question for rows of a source.
struct ReadMessage {
  std::uint32_t source = 0;
  std::uint32_t output = 0;
  layout::Span rows;
};
[[nodiscard]] std::string put(const ReadMessage& message);
[[nodiscard]] ReadMessage take_read(std::string_view bytes);

}  // namespace sheaf::host::worker
