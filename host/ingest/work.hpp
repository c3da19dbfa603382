// SPDX-License-Identifier: MIT
#pragma once
// The work of one run, settled before the first source is loaded.
//
// Model: sources in order, the features that take part, and for each source the features that load
// it. Jobs are ranges of consecutive sources, a size a worker takes at a time; where they are cut
// has no influence on the file.
// Threads: nobody changes it once the run has begun.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/layout/spec.hpp"
#include "host/dispatch/selection.hpp"
#include "host/ingest/work_table.hpp"

namespace sheaf::host {

// After what a run commits.
struct CommitPoints {
  std::size_t sources = 250'000;
  std::size_t bytes = std::size_t{1} << 30U;  // of rows
  std::chrono::milliseconds time{30'000};
};

struct Limits {
  unsigned workers = 1;
  std::size_t memory = std::size_t{512} << 20U;       // rows in transit
  std::size_t parcel = std::size_t{4} << 20U;         // a parcel of this size is sent on
  std::chrono::milliseconds source_time{60'000};      // for one source, in a worker process
  std::size_t source_memory = std::size_t{4} << 30U;  // what a worker process may grow to

  // The largest slot, and what the rows of one source may take that can't be sent on.
  [[nodiscard]] std::size_t slot() const noexcept { return memory / 2; }
};

struct Job {
  std::size_t first = 0;
  std::size_t last = 0;  // one behind
};

// What the file had before the run, for surveys; nothing in a new file.
struct Before {
  std::vector<std::string> ids;
  std::vector<std::vector<layout::Attribute>> attrs;  // of each feature's place
};

struct Work {
  WorkTable sources;
  std::vector<Selected> features;  // each is claimed for at least one source
  Before before;
  std::unordered_set<std::size_t> replaced;  // sources that are in the file, and have changed
  std::vector<Job> jobs;
  Limits limits;
  CommitPoints commits;
  bool digests = false;               // stored beside each source
  std::atomic<bool>* stop = nullptr;  // set by the user who cancels and by whoever fails
};

[[nodiscard]] std::vector<Job> cut_jobs(const WorkTable& sources);

}  // namespace sheaf::host
