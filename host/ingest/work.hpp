// SPDX-License-Identifier: MIT
#pragma once
// The work of one run, settled before the first source is loaded.
//
// Model: sources in order, the features that take part, and for each source the features that load
// it. Jobs are ranges of consecutive sources, a size a worker takes at a time; where they are cut
// has no influence on the file.
// Threads: nobody changes it once the run has begun.

#include <atomic>
#include <cstddef>
#include <span>
#include <vector>

#include "host/dispatch/selection.hpp"
#include "host/source/source.hpp"

namespace sheaf::host {

struct Limits {
  unsigned workers = 1;
  std::size_t memory = std::size_t{512} << 20U;  // rows in transit, and the largest single slot
  std::size_t parcel = std::size_t{4} << 20U;    // a parcel of this size is sent on
};

// For each source the numbers of the features that load it, in one array.
class Claims {
 public:
  void add(std::span<const std::size_t> features) {
    features_.insert(features_.end(), features.begin(), features.end());
    ends_.push_back(features_.size());
  }
  [[nodiscard]] std::span<const std::size_t> of(std::size_t source) const {
    const std::size_t begin = source == 0 ? 0 : ends_[source - 1];
    return std::span(features_).subspan(begin, ends_[source] - begin);
  }

 private:
  std::vector<std::size_t> features_;
  std::vector<std::size_t> ends_;
};

struct Job {
  std::size_t first = 0;
  std::size_t last = 0;  // one behind
};

struct Work {
  std::vector<Source> sources;
  std::vector<Selected> features;  // each is claimed for at least one source
  Claims claims;
  std::vector<Job> jobs;
  Limits limits;
  std::atomic<bool>* stop = nullptr;  // set by the user who cancels and by whoever fails
};

[[nodiscard]] std::vector<Job> cut_jobs(const std::vector<Source>& sources);

}  // namespace sheaf::host
