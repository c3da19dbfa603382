// SPDX-License-Identifier: MIT
#include "host/ingest/source_bytes.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include "tests/support/temp_dir.hpp"

using sheaf::host::SourceBytes;

namespace {

std::string text_of(const SourceBytes& source) {
  return {reinterpret_cast<const char*>(source.bytes().data()), source.bytes().size()};
}

}  // namespace

TEST_CASE("a source is read whole, one after the other", "[host][source-bytes]") {
  const sheaf::test::TempDir folder;
  SourceBytes source(1 << 20);
  const std::string large(100'000, 'x');
  CHECK(source.read(folder.write("a", large).string()).empty());
  CHECK(text_of(source) == large);
  CHECK(source.read(folder.write("b", "short").string()).empty());
  CHECK(text_of(source) == "short");
  CHECK(source.read(folder.write("c", "").string()).empty());
  CHECK(source.bytes().empty());
}

TEST_CASE("zero bytes follow a source, whatever was there before", "[host][source-bytes]") {
  const sheaf::test::TempDir folder;
  SourceBytes source(1 << 20);
  CHECK(source.read(folder.write("a", std::string(1000, 'x')).string()).empty());
  CHECK(source.read(folder.write("b", "y").string()).empty());
  const std::byte* const end = source.bytes().data() + 1;
  CHECK(std::all_of(end, end + 64, [](std::byte b) { return b == std::byte{0}; }));
}

TEST_CASE("a source that isn't as large as expected is read whole", "[host][source-bytes]") {
  const sheaf::test::TempDir folder;
  SourceBytes source(1 << 20);
  const std::string path = folder.write("a", "twelve bytes").string();
  for (const std::int64_t expected : {-1, 0, 1, 11, 12, 13, 100'000, 1 << 20, 1 << 21}) {
    CAPTURE(expected);
    CHECK(source.read(path, expected).empty());
    CHECK(text_of(source) == "twelve bytes");
    const std::byte* const end = source.bytes().data() + source.bytes().size();
    CHECK(std::all_of(end, end + 64, [](std::byte b) { return b == std::byte{0}; }));
  }
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK_THAT(source.read((folder / "pipe").string(), 12), Catch::Contains("no regular file"));
}

TEST_CASE("what can't be read says why", "[host][source-bytes]") {
  const sheaf::test::TempDir folder;
  SourceBytes source(1 << 20);
  CHECK_THAT(source.read((folder / "gone").string()), Catch::Contains("can't be read"));
  CHECK(source.bytes().empty());
  CHECK_THAT(source.read(folder.path().string()), Catch::Contains("no regular file"));
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK_THAT(source.read((folder / "pipe").string()), Catch::Contains("no regular file"));
  const auto large = folder.write("large", std::string((1 << 20) + 1, 'x'));
  CHECK_THAT(source.read(large.string()), Catch::Contains("raise it (--memory)"));
}
