// SPDX-License-Identifier: MIT
#include "host/ingest/work.hpp"

#include <catch2/catch.hpp>

using namespace sheaf::host;

namespace {

std::vector<Source> sources(std::size_t count, std::int64_t size) {
  return std::vector<Source>(count, Source{"", "", size, -1});
}

}  // namespace

TEST_CASE("jobs cover all sources in order without gaps", "[host][work]") {
  auto all = sources(1000, 100);
  for (std::size_t i = 0; i < all.size(); i += 7) all[i].size = 600'000;
  all[500].size = -1;
  std::size_t next = 0;
  for (const Job& job : cut_jobs(all)) {
    CHECK(job.first == next);
    CHECK(job.last > job.first);
    CHECK(job.last - job.first <= 64);
    next = job.last;
  }
  CHECK(next == all.size());
}

TEST_CASE("large sources are jobs of their own, and no sources are no jobs", "[host][work]") {
  CHECK(cut_jobs(sources(3, std::int64_t{1} << 40U)).size() == 3);
  CHECK(cut_jobs(sources(64, 10)).size() == 1);
  CHECK(cut_jobs(sources(65, 10)).size() == 2);
  CHECK(cut_jobs({}).empty());
}

TEST_CASE("claims are kept source by source", "[host][work]") {
  Claims claims;
  claims.add(std::vector<std::size_t>{0, 2});
  claims.add({});
  claims.add(std::vector<std::size_t>{1});
  CHECK(claims.of(0).size() == 2);
  CHECK(claims.of(0)[1] == 2);
  CHECK(claims.of(1).empty());
  CHECK(claims.of(2)[0] == 1);
}
