// SPDX-License-Identifier: MIT
#include "host/source/digest.hpp"

#include <catch2/catch.hpp>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using host::digest_of_file;

TEST_CASE("a digest is what xxh128sum prints", "[host][source]") {
  const test::TempDir folder;
  std::string bytes;
  for (const std::size_t size : {0U, 1U, 240U, 4096U, 1048576U, 3000001U}) {
    while (bytes.size() < size) bytes += static_cast<char>(bytes.size() * 7 % 251);
    const auto file = folder.write("some bytes", bytes);
    const test::ProcessResult other = test::run({"/usr/bin/xxh128sum", file.string()});
    REQUIRE(other.status == 0);
    CAPTURE(size);
    CHECK(digest_of_file(file) == "xxh128:" + other.out.substr(0, 32));
  }
}

TEST_CASE("what can't be read has no digest", "[host][source]") {
  const test::TempDir folder;
  CHECK(digest_of_file((folder / "absent").string()).empty());
  CHECK(digest_of_file(folder.path().string()).empty());
}
