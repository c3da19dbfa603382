// SPDX-License-Identifier: MIT
#pragma once
// What a file has already, and what is left to do for a run that adds to it.
//
//   met on the walk    in the file     →  task
//   source             no                 Load    all features that claim it
//   source             yes, as it was     Load    the features it has no cell of: new ones, and
//   those
//                                                 that failed or had nothing in it; else Leave
//   source             yes, changed       Replace with `update`, else Leave
//   nothing            yes                dropped with `prune`
//
// Model: the file is read once, before the walk; judge() is asked for every source of the walk. A
// source has changed when its digest differs, where there are digests and they are asked for; else
// when size or time do.
// Threads: one at a time. Failure: Error.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/layout/id_index.hpp"
#include "core/layout/reader.hpp"
#include "host/dispatch/selection.hpp"
#include "host/ingest/work_table.hpp"

namespace sheaf::host {

struct ContinueOptions {
  bool update = false;   // replace sources that changed
  bool prune = false;    // drop sources that are gone
  bool force = false;    // go on although plugins or parameters are others than before
  bool digests = false;  // compare and store what files hold
};

class Continuation {
 public:
  enum class Task { Load, Replace, Leave };

  // Of a new file: everything is to be loaded.
  explicit Continuation(ContinueOptions options) : options_(options) {}
  // Throws Error (Exists) for a file that Sheaf didn't write.
  Continuation(const std::filesystem::path& file, ContinueOptions options);

  [[nodiscard]] bool is_resumed() const noexcept { return is_resumed_; }
  [[nodiscard]] bool is_complete() const noexcept { return is_complete_; }
  [[nodiscard]] const std::vector<std::string>& ids() const noexcept { return ids_; }
  [[nodiscard]] const std::vector<layout::Failure>& failures() const noexcept { return failures_; }
  // Attributes of a feature's place; null where it isn't there.
  [[nodiscard]] const std::vector<layout::Attribute>* attrs(const std::string& place) const;

  // Unless it is forced, throws Error (Invalid) that says what is different from when the file was
  // written.
  void check(const std::vector<Selected>& selection) const;
  // For a source that no feature claims.
  void meet(const std::string& id);
  // `claims` becomes those to load.
  [[nodiscard]] Task judge(const Source& source, const std::vector<Selected>& selection,
                           WorkTable::Claims& claims);
  // Numbers of the stored sources that the walk met, and ids of the failures that it didn't meet.
  [[nodiscard]] std::vector<std::int64_t> met() const;
  [[nodiscard]] std::vector<std::string> gone_failures() const;
  // Whether something of the file is to be dropped.
  [[nodiscard]] bool prunes() const;
  [[nodiscard]] std::size_t left() const noexcept { return left_; }
  [[nodiscard]] std::size_t changed() const noexcept { return changed_; }  // and not to be replaced

 private:
  std::optional<std::size_t> meet_number(const std::string& id);
  // A group with a feature's attributes.
  struct Place {
    std::string path;
    std::vector<layout::Attribute> attrs;
    std::vector<bool> has_cell;  // by source
  };
  void read_places(const layout::Reader& reader);
  [[nodiscard]] const Place* find_place(const std::string& path) const;
  [[nodiscard]] bool has_changed(const Source& source, std::size_t number) const;

  ContinueOptions options_;
  bool is_resumed_ = false;
  bool is_complete_ = true;
  std::string file_;
  std::vector<std::string> ids_;
  std::vector<layout::SourceInfo> infos_;  // without ids
  layout::IdIndex index_;
  std::vector<Place> places_;
  std::vector<layout::Failure> failures_;
  std::unordered_set<std::string> unmet_failures_;  // ids
  std::vector<bool> is_met_;
  std::size_t left_ = 0;
  std::size_t changed_ = 0;
};

}  // namespace sheaf::host
