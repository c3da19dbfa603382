// SPDX-License-Identifier: MIT
#include "host/ingest/work.hpp"

namespace sheaf::host {
namespace {

// Enough small sources that handing them over costs nothing, few enough large ones that all workers
// have some.
constexpr std::size_t max_sources = 128;
constexpr std::int64_t max_bytes = std::int64_t{1} << 20U;

// A source of unknown size that has to be fetched may be large: whoever waits for a job that holds
// one needn't wait for others like it.
std::int64_t weight(const SourceView& source) {
  if (source.size >= 0) return source.size;
  return source.is_local() ? 0 : max_bytes;
}

}  // namespace

std::vector<Job> cut_jobs(const WorkTable& sources) {
  std::vector<Job> jobs;
  std::int64_t bytes = 0;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const std::int64_t size = weight(sources[i]);
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
