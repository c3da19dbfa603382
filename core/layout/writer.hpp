// SPDX-License-Identifier: MIT
#pragma once
// Writes a file of format 1 (docs/format.md), source by source, commit by commit.
//
//   create ─┐                    ┌──────────────── again ────────────────┐
//           ├── add_feature… ──┬─ begin_source ─ append… ─ end_source ─┬─┴ set_attr… ── finish
//   open ───┘ (keep_sources)   └──────────────── commit ───────────────┘
//
// Model: rows go to the end of their output's array; ids, spans and references follow when the
// source ends. A feature's rows of the open source can be taken back (drop), also when part of
// them is already in the file.
// What was committed is there whatever happens later: a kill, a full disk, power loss. A new file
// lives under a temporary name in the target's folder until its first commit, or, where it is to
// replace another one, until it is complete. A Writer destroyed before finish() leaves what was
// committed, and nothing else.
// The same calls give the same bytes, with any number of encoders. Threads: one at a time. Failure:
// Error; after one that came from the file only destruction is left.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/layout/spec.hpp"

namespace sheaf::layout {

struct WriterOptions {
  unsigned encoders = 0;        // threads that encode chunks with filters; 0: as there are cores
  bool ids_are_unique = false;  // the caller has made sure, so that they needn't stay in memory
  // An opened file isn't incomplete (sheaf_complete) while it is changed: each commit is whole.
  bool keeps_complete = false;
  // An opened file may be h5mapper's own, or have what h5mapper appended: it is brought into the
  // plain form first (adopt.hpp), with the first commit.
  bool adopts = false;
};

class Writer {
 public:
  // Throws Error (Exists) when `target` is there and `overwrite` isn't set: the old file stays
  // until finish() replaces it.
  [[nodiscard]] static Writer create(const std::filesystem::path& target, bool overwrite = false,
                                     const WriterOptions& options = {});
  // A file of format 1 to add to, after its recovery if it needs one. Throws Error: NotFound;
  // Unsupported, when no Writer of format 1 made it, or something else wrote to it since.
  [[nodiscard]] static Writer open(const std::filesystem::path& target,
                                   const WriterOptions& options = {});
  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;
  ~Writer();

  // Returns the feature's number, counted from 0. In an opened file this may be a feature that is
  // there: its attributes become those of the spec, its shapes, chunks and filters stay. Throws
  // Error (Invalid) when its path is taken, lies inside another feature's, begins with a reserved
  // name (__src__, __fail__), or holds what the spec doesn't fit.
  std::size_t add_feature(FeatureSpec spec);
  // A place for a feature that may come later: a group without arrays.
  void reserve(const std::string& path);
  // Gives a feature that got no rows yet its arrays all the same, as finish() does for all.
  void settle(std::size_t feature);
  // Keeps those sources only, by number, and brings them into that order. Before the first source,
  // after the features.
  void keep_sources(const std::vector<std::int64_t>& numbers);

  // A source whose id is stored already is written anew: features that are given rows get these,
  // all others keep theirs, or lose them if `is_whole`.
  void begin_source(const SourceInfo& source, bool is_whole = false);
  // Appends rows of the open source. Returns the reason when their shape doesn't fit what the
  // output holds (the first stored source decides); then nothing of this call was written.
  [[nodiscard]] std::optional<std::string> append(std::size_t feature, std::size_t output,
                                                  const RowsView& rows);
  // Says that the open source has this feature although no row was appended (zero rows).
  void mark_present(std::size_t feature);
  // Takes back what the open source appended to this feature.
  void drop(std::size_t feature);
  // Returns whether the source was stored: whether any feature was given rows of it. If not, one
  // that was there stays as it was.
  bool end_source();

  void add_failure(const Failure& failure);
  // What an earlier run said of a feature of the source, or of all of them, holds no longer.
  void forget_failure(std::string_view id, std::string_view feature);
  void forget_failures(std::string_view id);
  void set_attr(std::size_t feature, const std::string& name, const Value& value);

  // Rows written so far, and a copy of some of them (for `finish` of a plugin).
  // For a ragged output these are the flat elements.
  [[nodiscard]] std::int64_t rows(std::size_t feature, std::size_t output) const;
  [[nodiscard]] Value read(std::size_t feature, std::size_t output, std::int64_t start,
                           std::int64_t stop);
  [[nodiscard]] std::int64_t stored_sources() const;

  // What is stored by now, committed or not; not of the open source.
  [[nodiscard]] std::optional<std::int64_t> find(std::string_view id) const;
  [[nodiscard]] SourceInfo source(std::int64_t number) const;
  [[nodiscard]] Shape shape(std::size_t feature, std::size_t output) const;
  [[nodiscard]] bool is_ragged(std::size_t feature, std::size_t output) const;
  // Of all sources; -1, -1 where absent.
  [[nodiscard]] std::vector<Span> spans(std::size_t feature, std::size_t output) const;
  [[nodiscard]] std::optional<Span> span(std::size_t feature, std::size_t output,
                                         std::int64_t source) const;
  // In the source's own shape; empty where it is absent.
  [[nodiscard]] std::optional<Shape> shape(std::size_t feature, std::size_t output,
                                           std::int64_t source) const;
  [[nodiscard]] std::optional<Value> get(std::size_t feature, std::size_t output,
                                         std::int64_t source) const;
  // Overwrites rows of an array where they lie, between two sources. Returns the reason when they
  // don't fit; then nothing was written.
  [[nodiscard]] std::optional<std::string> overwrite(std::size_t feature, std::size_t output,
                                                     std::int64_t start, const RowsView& rows);
  // After an Error: only destruction is left.
  [[nodiscard]] bool is_broken() const noexcept;

  // Makes durable what was written; between two sources. Returns the file's name now.
  std::filesystem::path commit();
  // Commits a last time and closes the file, under its name, which is returned. A file that isn't
  // complete says so (sheaf_complete = 0); it doesn't replace an older one but keeps its temporary
  // name.
  std::filesystem::path finish(bool is_complete = true);

 private:
  struct State;
  explicit Writer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sheaf::layout
