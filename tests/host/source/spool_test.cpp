// SPDX-License-Identifier: MIT
#include "host/source/spool.hpp"

#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/support/environment.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::host;

namespace {

std::string write(Spool& spool, std::int64_t offset, std::string_view text) {
  return spool.write(offset, std::as_bytes(std::span(text.data(), text.size())));
}

}  // namespace

TEST_CASE("a spool becomes a file that can be opened by path, read from its start and not changed",
          "[host][source]") {
  const std::int64_t in_memory = GENERATE(100, 3);  // in memory; moved to disk at the second write
  const test::TempDir folder;
  const test::ScopedVariable place("TMPDIR", folder.path().string());
  Spool spool(in_memory);
  CHECK(write(spool, 0, "abc").empty());
  CHECK(write(spool, 5, "xyz").empty());
  const Fetched got = spool.finish(8);
  REQUIRE(got.error.empty());
  CHECK(got.size == 8);
  CHECK(test::read_file(got.path()) == std::string("abc\0\0xyz", 8));
  CHECK(test::read_file(got.path()) == std::string("abc\0\0xyz", 8));
  CHECK(::write(got.file.get(), "!", 1) < 0);
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("what was cleared isn't there again, and nothing at all is an empty file",
          "[host][source]") {
  Spool spool(100);
  CHECK(write(spool, 0, "abcdef").empty());
  spool.clear();
  CHECK(write(spool, 0, "x").empty());
  CHECK(test::read_file(spool.finish(1).path()) == "x");
  CHECK(test::read_file(spool.finish(0).path()).empty());
}

TEST_CASE("a folder for temporary files that isn't there is named", "[host][source]") {
  const test::ScopedVariable place("TMPDIR", "/nowhere");
  Spool spool(2);
  CHECK_THAT(write(spool, 0, "abc"), Catch::Contains("/nowhere") && Catch::Contains("TMPDIR"));
}
