// SPDX-License-Identifier: MIT
#include "core/journal/superblock.hpp"

#include <cstring>
#include <fstream>

#include <catch2/catch.hpp>

#include "core/hdf5/file.hpp"
#include "core/hdf5/group.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::journal;

namespace {

Block first_block(const std::filesystem::path& file) {
  Block block{};
  std::ifstream(file, std::ios::binary)
      .read(reinterpret_cast<char*>(block.data()), static_cast<std::streamsize>(block.size()));
  return block;
}

}  // namespace

TEST_CASE("The end that a superblock names is that of the file", "[core][journal]") {
  const test::TempDir folder;
  const std::string path = (folder / "data.h5").string();
  for (int groups = 0; groups < 40; groups += 13) {
    {
      const hdf5::File file = hdf5::create_file(path);
      for (int i = 0; i < groups; ++i) {
        (void)hdf5::require_group(file.get(), "group " + std::to_string(i));
      }
    }
    const auto end = end_of_file(first_block(path));
    REQUIRE(end);
    CHECK(*end == std::filesystem::file_size(path));
  }
}

TEST_CASE("A torn superblock names no end, and is another one", "[core][journal]") {
  const test::TempDir folder;
  const std::string path = (folder / "data.h5").string();
  { const hdf5::File file = hdf5::create_file(path); }
  const Block whole = first_block(path);
  for (std::size_t at = 0; at < superblock_bytes; ++at) {
    CAPTURE(at);
    Block torn = whole;
    torn[at] ^= std::byte{0x10};
    CHECK_FALSE(end_of_file(torn));
    CHECK(superblock_hash(torn) != superblock_hash(whole));
  }
  Block other = whole;
  other[superblock_bytes] ^= std::byte{1};
  CHECK(superblock_hash(other) == superblock_hash(whole));
  CHECK_FALSE(end_of_file(Block{}));
}
