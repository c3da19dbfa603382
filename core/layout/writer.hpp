// SPDX-License-Identifier: MIT
#pragma once
// Writes a file of format 1 (docs/format.md), source by source.
//
//   create ── add_feature… ──┬─ begin_source ─ append… ─ end_source ─┬─ set_attr… ── finish
//                            └──────────────── again ────────────────┘
//
// Model: rows go to the end of their output's array; ids, spans and references follow when the
// source ends. A feature's rows of the open source can be taken back (drop), also when part of
// them is already in the file. The file lives under a temporary name in the target's folder until
// finish() renames it; a Writer destroyed earlier removes it.
// The same calls give the same bytes, with any number of encoders. Threads: one at a time. Failure:
// Error; after one that came from the file only destruction is left.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/layout/spec.hpp"

namespace sheaf::layout {

struct WriterOptions {
  unsigned encoders = 0;        // threads that encode chunks with filters; 0: as there are cores
  bool ids_are_unique = false;  // the caller has made sure, so that they needn't stay in memory
};

class Writer {
 public:
  // Throws Error (Exists) when `target` is there and `overwrite` isn't set: the old file stays
  // until finish() replaces it.
  [[nodiscard]] static Writer create(const std::filesystem::path& target, bool overwrite = false,
                                     const WriterOptions& options = {});
  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;
  ~Writer();

  // Returns the feature's number, counted from 0. Throws Error (Invalid) when its path is taken,
  // lies inside another feature's, or begins with a reserved name (__src__, __fail__).
  std::size_t add_feature(FeatureSpec spec);

  void begin_source(const SourceInfo& source);
  // Appends rows of the open source. Returns the reason when their shape doesn't fit what the
  // output holds (the first stored source decides); then nothing of this call was written.
  [[nodiscard]] std::optional<std::string> append(std::size_t feature, std::size_t output,
                                                  const RowsView& rows);
  // Says that the open source has this feature although no row was appended (zero rows).
  void mark_present(std::size_t feature);
  // Takes back what the open source appended to this feature.
  void drop(std::size_t feature);
  // Returns whether the source was stored: whether any feature holds it.
  bool end_source();

  void add_failure(const Failure& failure);
  void set_attr(std::size_t feature, const std::string& name, const Value& value);

  // Rows written so far, and a copy of some of them (for `finish` of a plugin).
  // For a ragged output these are the flat elements.
  [[nodiscard]] std::int64_t rows(std::size_t feature, std::size_t output) const;
  [[nodiscard]] Value read(std::size_t feature, std::size_t output, std::int64_t start,
                           std::int64_t stop);
  [[nodiscard]] std::int64_t stored_sources() const;

  // Completes the file, makes it durable and gives it its name, which is returned. A file that
  // isn't complete says so (sheaf_complete = 0); it doesn't replace an older one but keeps its
  // temporary name.
  std::filesystem::path finish(bool is_complete = true);

 private:
  struct State;
  explicit Writer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sheaf::layout
