// SPDX-License-Identifier: MIT
#include "host/ingest/work.hpp"

#include <catch2/catch.hpp>

using namespace sheaf::host;

namespace {

WorkTable table_of(const std::vector<std::int64_t>& sizes) {
  WorkTable table;
  for (const std::int64_t size : sizes) table.add({"", "", size, -1}, {});
  table.close();
  return table;
}

WorkTable sources(std::size_t count, std::int64_t size) {
  return table_of(std::vector<std::int64_t>(count, size));
}

}  // namespace

TEST_CASE("jobs cover all sources in order without gaps", "[host][work]") {
  std::vector<std::int64_t> sizes(1000, 100);
  for (std::size_t i = 0; i < sizes.size(); i += 7) sizes[i] = 600'000;
  sizes[500] = -1;
  const WorkTable all = table_of(sizes);
  std::size_t next = 0;
  for (const Job& job : cut_jobs(all)) {
    CHECK(job.first == next);
    CHECK(job.last > job.first);
    CHECK(job.last - job.first <= 128);
    next = job.last;
  }
  CHECK(next == all.size());
}

TEST_CASE("large sources are jobs of their own, and no sources are no jobs", "[host][work]") {
  CHECK(cut_jobs(sources(3, std::int64_t{1} << 40U)).size() == 3);
  CHECK(cut_jobs(sources(128, 10)).size() == 1);
  CHECK(cut_jobs(sources(129, 10)).size() == 2);
  CHECK(cut_jobs(WorkTable()).empty());
}
