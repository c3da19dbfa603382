// SPDX-License-Identifier: MIT
#pragma once
// The writer's side of a run: parcels become rows of the file, outcomes become failures.
//
// Model: each selected feature has a place in the file; features of one place share it. Cells are
// applied in the order they come; a cell that fails takes its rows back. A source that is in the
// file and has changed is replaced as a whole or not at all. Only this room writes, and commits:
// behind so many sources or bytes, which are the same in every run, or when some time has passed.
// Threads: one at a time. Failure: Error; a refused source is no error but an entry of the summary.

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "core/layout/writer.hpp"
#include "host/ingest/executor.hpp"
#include "host/ingest/summary.hpp"
#include "host/ingest/work.hpp"
#include "host/plugin/instance.hpp"

namespace sheaf::host {

// Whether all features can be stored at their places, in one file. Throws Error.
void check_places(const Work& work, const std::vector<plugin::Description>& descriptions);

class Store {
 public:
  // Adds the places of all features to the file.
  Store(layout::Writer& writer, const Work& work,
        const std::vector<plugin::Description>& descriptions, Summary& summary, bool stop_on_error);

  // What an earlier run said of the walk and of its end.
  void forget_general_failures(const std::vector<layout::Failure>& failures);
  void add_failure(layout::Failure failure);
  void apply(const Parcel& parcel);
  // Ends the last source; one that may not be whole is left out.
  void end(bool is_whole = true);
  // Lets every feature have its last word.
  void finish(Executor& executor);

 private:
  void add_places(const std::vector<plugin::Description>& descriptions);
  void apply(const Parcel& parcel, const Cell& cell);
  void append(const Parcel& parcel, const Cell& cell);
  void end_cell(const Cell& cell);
  void begin_source(std::size_t source);
  // Takes back what the open source has written so far.
  void drop_source();
  void end_source();
  void forget_failures();
  void commit_if_due();
  void fail(const Cell& cell, const char* status, const std::string& message);
  void fail_source(const Cell& cell);

  layout::Writer& writer_;
  const Work& work_;
  Summary& summary_;
  const bool stop_on_error_;
  std::vector<std::size_t> places_;         // of each feature
  std::vector<std::size_t> output_counts_;  // of each feature
  bool source_open_ = false;
  bool source_failed_ = false;
  std::vector<bool> failed_here_;  // by feature, for the open source
  std::vector<bool> seen_here_;
  std::size_t source_ = 0;
  bool is_replacing_ = false;
  std::size_t uncommitted_sources_ = 0;
  std::size_t uncommitted_bytes_ = 0;
  std::chrono::steady_clock::time_point committed_at_ = std::chrono::steady_clock::now();
  std::string refused_;  // why the writer refused rows of the open cell
  layout::RowsView rows_;
};

}  // namespace sheaf::host
