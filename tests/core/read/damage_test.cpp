// SPDX-License-Identifier: MIT
// Damaged headers, indexes and heaps: an Error or the right rows, never anything else.
#include <cstring>
#include <random>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/hdf5/file.hpp"
#include "core/hdf5/links.hpp"
#include "core/read/chunk_index.hpp"
#include "core/read/object_header.hpp"
#include "tests/core/read/small_files.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::test;
using read::ChunkIndex;
using read::Grid;
using read::MappedFile;

namespace {

struct Target {
  std::filesystem::path path;
  std::uint64_t base = 0;
  std::uint64_t header = 0;
  Shape shape;
  Shape chunk;
};

Target target_in(const std::filesystem::path& path, const std::string& name) {
  const hdf5::File file = hdf5::open_file(path.string());
  const hdf5::Dataset dataset = hdf5::open_dataset(file.get(), name);
  return {path, *hdf5::base_address(file), hdf5::address_of(dataset.get()), hdf5::shape_of(dataset),
          hdf5::chunks_of(dataset)};
}

std::vector<std::uint64_t> addresses(const ChunkIndex& index) {
  std::vector<std::uint64_t> all;
  for (std::uint64_t number = 0; number < index.grid().chunks(); ++number) {
    all.push_back(index.at(number).address);
  }
  return all;
}

ChunkIndex walk(const MappedFile& file, const Target& target) {
  return ChunkIndex::walk(file, target.base, target.header,
                          Grid(target.shape, target.chunk, sizeof(std::int32_t)));
}

// Places of all blocks that the walk may read.
std::vector<std::uint64_t> blocks_of(const std::string& bytes, const Target& target) {
  std::vector<std::uint64_t> blocks{target.base + target.header};
  for (const char* signature : {"TREE", "OCHK"}) {
    for (std::size_t at = bytes.find(signature); at != std::string::npos;
         at = bytes.find(signature, at + 1)) {
      blocks.push_back(at);
    }
  }
  return blocks;
}

// The file stays open and mapped; its bytes change below it.
void mutate_and_walk(const Target& target, int turns) {
  const auto file = MappedFile::open(target.path, false);
  const ChunkIndex whole = walk(*file, target);
  REQUIRE(whole.count() == whole.grid().chunks());
  const std::string bytes = read_file(target.path);
  const std::vector<std::uint64_t> blocks = blocks_of(bytes, target);
  std::mt19937 random(11);
  int refused = 0;
  std::fstream stream(target.path, std::ios::in | std::ios::out | std::ios::binary);
  for (int turn = 0; turn < turns; ++turn) {
    const std::uint64_t block = blocks[random() % blocks.size()];
    const std::uint64_t at = std::min<std::uint64_t>(block + random() % 160, bytes.size() - 9);
    std::string changed = bytes.substr(at, 1 + random() % 8);
    for (char& byte : changed) byte = random() % 3 == 0 ? '\xFF' : static_cast<char>(random());
    stream.seekp(static_cast<std::streamoff>(at))
        .write(changed.data(), static_cast<long>(changed.size()));
    stream.flush();
    try {
      (void)addresses(walk(*file, target));
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::Corrupt);
      ++refused;
    }
    stream.seekp(static_cast<std::streamoff>(at))
        .write(bytes.data() + at, static_cast<long>(changed.size()));
    stream.flush();
  }
  CHECK(refused > turns / 100);
  CHECK(addresses(walk(*file, target)) == addresses(whole));
}

}  // namespace

TEST_CASE("A damaged header or chunk tree is refused, or leads somewhere in the file",
          "[core][read]") {
  const TempDir folder;
  const std::string kind = GENERATE("earliest", "v108");
  h5py_makes("read/h5py_arrays.py", kind, folder / "data.h5");
  mutate_and_walk(target_in(folder / "data.h5", "chunk/rows"), 3000);
  mutate_and_walk(target_in(folder / "data.h5", "chunk/odd"), 3000);
}

TEST_CASE("A chunk tree that leads back into itself ends", "[core][read]") {
  const TempDir folder;
  const auto path = counting_file(folder / "data.h5", 20'000, {1}, {.chunk_rows = 4});
  const Target target = target_in(path, "x/__arr__");
  const auto file = MappedFile::open(path, false);
  const std::uint64_t root = read::read_layout(*file, 0, target.header).address;
  REQUIRE(root != read::undefined_address);
  // Its first child becomes the root itself, then that of another level.
  std::fstream stream(path, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(static_cast<std::streamoff>(root + 24 + 8 + 24));
  stream.write(reinterpret_cast<const char*>(&root), sizeof root).flush();
  CHECK_THROWS_WITH(walk(*file, target), Catch::Contains("chunk index is broken"));
}

TEST_CASE("Damaged chunks name the array and the row", "[core][read]") {
  const TempDir folder;
  const auto path = counting_file(
      folder / "data.h5", 1000, {6},
      {.chunk_rows = 100, .compression = layout::Compression::Deflate, .fletcher32 = true});
  const Target target = target_in(path, "x/__arr__");
  std::uint64_t address = 0;
  {
    const auto file = MappedFile::open(path, true);
    address = walk(*file, target).at(3).address;
  }
  std::fstream stream(path, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(static_cast<std::streamoff>(address + 10)).write("damage", 6).flush();
  const auto file = read::File::open(path);
  const read::Array& array = file->output("x").array();
  CHECK_THROWS_WITH(all_rows(array), Catch::Contains("x/__arr__") && Catch::Contains("row 300"));
  CHECK_THROWS_AS(rows_of(array, {310, 311}), Error);
  CHECK(rows_of(array, {400, 401}).size() == 24);
}

TEST_CASE("Two hundred thousand chunks are indexed", "[core][read]") {
  const TempDir folder;
  const std::int64_t rows = 200'000;
  const auto path = counting_file(folder / "data.h5", rows, {}, {.chunk_rows = 1});
  const auto file = read::File::open(path);
  const read::Array& array = file->output("x").array();
  std::vector<std::int32_t> all(static_cast<std::size_t>(rows));
  array.read({0, rows}, std::as_writable_bytes(std::span(all)));
  CHECK(all == counting<std::int32_t>(rows, {}).data);
}
