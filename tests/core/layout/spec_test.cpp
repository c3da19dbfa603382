// SPDX-License-Identifier: MIT
#include "core/layout/spec.hpp"

#include <catch2/catch.hpp>

using sheaf::layout::default_chunk_rows;

TEST_CASE("A default chunk is near 64 KiB and at least a row", "[core][layout]") {
  CHECK(default_chunk_rows(0) == 65536);
  CHECK(default_chunk_rows(1) == 65536);
  CHECK(default_chunk_rows(8) == 8192);
  CHECK(default_chunk_rows(3072) == 20);  // 15 pages; 21 rows would leave a gap
  CHECK(default_chunk_rows(65537) == 1);
  CHECK(default_chunk_rows(100'000'000) == 1);
}

TEST_CASE("A default chunk of small rows is never small enough to lose its alignment",
          "[core][layout]") {
  for (std::size_t bytes = 1; bytes <= 65536; ++bytes) {
    const auto chunk = static_cast<std::size_t>(default_chunk_rows(bytes)) * bytes;
    REQUIRE(chunk <= 65536);
    REQUIRE(chunk >= 32768);
  }
}
