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
#include <vector>

#include "host/dispatch/selection.hpp"
#include "host/ingest/work_table.hpp"

namespace sheaf::host {

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

struct Work {
  WorkTable sources;
  std::vector<Selected> features;  // each is claimed for at least one source
  std::vector<Job> jobs;
  Limits limits;
  std::atomic<bool>* stop = nullptr;  // set by the user who cancels and by whoever fails
};

[[nodiscard]] std::vector<Job> cut_jobs(const WorkTable& sources);

}  // namespace sheaf::host
