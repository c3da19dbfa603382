// SPDX-License-Identifier: MIT
// Damaged chunks: an Error or wrong bytes, never a crash. Says most under AddressSanitizer.
#include <catch2/catch.hpp>

#include "core/codecs/pipeline.hpp"
#include "core/error.hpp"
#include "core/hdf5/dataset.hpp"
#include "core/hdf5/file.hpp"
#include "core/hdf5/types.hpp"
#include "tests/core/codecs/samples.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::codecs;
using namespace sheaf::test;

namespace {

// In memory of exactly its size, so that reading behind it is seen.
bool survives(const Pipeline& pipeline, const Chunk& damaged, std::size_t size) {
  const auto exact = std::make_unique<std::byte[]>(damaged.size());
  std::copy(damaged.begin(), damaged.end(), exact.get());
  Buffer out, spare;
  try {
    pipeline.decode({exact.get(), damaged.size()}, 0, size, out, spare);
    return out.size() == size;
  } catch (const Error& error) {
    return error.code() == ErrorCode::Corrupt;
  }
}

void damage(Chunk& chunk, std::mt19937& random) {
  const std::size_t flips = 1 + random() % 8;
  for (std::size_t flip = 0; flip < flips && !chunk.empty(); ++flip) {
    // The begin has headers and sizes.
    const std::size_t reach =
        random() % 2 == 0 ? std::min<std::size_t>(chunk.size(), 32) : chunk.size();
    chunk[random() % reach] ^= static_cast<std::byte>(1U << random() % 8);
  }
  if (random() % 4 == 0) chunk.resize(random() % (chunk.size() + 1));
  if (random() % 16 == 0) chunk.resize(chunk.size() + random() % 64);
}

}  // namespace

TEST_CASE("Damaged chunks never crash a decoder", "[core][codecs]") {
  std::mt19937 random(11);
  for (const Chunk& chunk : {bytes_of(wave(1024)), periodic(3001, 5), noise(700, 5, 4)}) {
    for (const auto& [name, list] : pipelines(4, chunk.size())) {
      const Pipeline pipeline(list);
      Buffer out, spare;
      if (pipeline.encode(chunk, out, spare) != 0) continue;
      for (int round = 0; round < 500; ++round) {
        Chunk damaged(out.bytes().begin(), out.bytes().end());
        damage(damaged, random);
        INFO(name << ", round " << round);
        REQUIRE(survives(pipeline, damaged, chunk.size()));
      }
    }
  }
}

TEST_CASE("Bytes of no codec never crash a decoder", "[core][codecs]") {
  for (unsigned round = 0; round < 300; ++round) {
    const Chunk garbage = noise(round % 100, round, round % 2 == 0 ? 256 : 4);
    for (const auto& [name, list] : pipelines(4, 4096)) {
      INFO(name << ", round " << round);
      REQUIRE(survives(Pipeline(list), garbage, 4096));
    }
  }
}

TEST_CASE("A damaged chunk in a file is an error that names the array and the codec",
          "[core][codecs]") {
  const TempDir folder;
  const auto [filter, message] =
      GENERATE(table<Filter, std::string>({{lzf_filter(4000), "lzf"},
                                           {lz4_filter(), "lz4"},
                                           {zstd_filter(3), "zstd"},
                                           {blosc_filter(4, 4000, 5, true), "blosc"}}));
  const hdf5::File file = hdf5::create_file(folder / "data.h5");
  const hdf5::Dataset dataset =
      hdf5::create_dataset(file.get(), "x", hdf5::stored_type(float32), {{}, 1000, {filter}, {}});
  hdf5::set_shape(dataset, {1000});
  Buffer out, spare;
  REQUIRE(Pipeline({filter}).encode(Chunk(4000), out, spare) == 0);
  hdf5::write_chunk(dataset, 0, out.bytes().data(), out.size() / 2);
  std::vector<float> read(1000);
  const auto read_rows = [&] {
    hdf5::read_rows(dataset, hdf5::memory_type(float32), 0, {1000}, read.data());
  };
  CHECK_THROWS_WITH(read_rows(), Catch::Contains("data.h5:/x") && Catch::Contains(message) &&
                                     Catch::Contains("damaged chunk"));
  try {
    read_rows();
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::Corrupt);
  }
}
