// SPDX-License-Identifier: MIT
#include "host/ingest/work.hpp"

#include <algorithm>

namespace sheaf::host {
namespace {

// Enough small sources that handing them over costs nothing, few enough large ones that all workers
// have some.
constexpr std::size_t max_sources = 128;
constexpr std::int64_t max_bytes = std::int64_t{1} << 20U;

}  // namespace

std::vector<Job> cut_jobs(const WorkTable& sources) {
  std::vector<Job> jobs;
  std::int64_t bytes = 0;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const std::int64_t size = std::max<std::int64_t>(sources[i].size, 0);
    const bool full = jobs.empty() || jobs.back().last - jobs.back().first == max_sources ||
                      bytes + size > max_bytes;
    if (full) {
      jobs.push_back({i, i});
      bytes = 0;
    }
    jobs.back().last = i + 1;
    bytes += size;
    if (i % 4096 == 0) sources.forget(i);
  }
  return jobs;
}

}  // namespace sheaf::host
