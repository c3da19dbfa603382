// SPDX-License-Identifier: MIT
#include "core/codecs/pipeline.hpp"

#include <algorithm>
#include <thread>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/core/codecs/samples.hpp"

using namespace sheaf;
using namespace sheaf::codecs;
using namespace sheaf::test;

namespace {

struct Encoded {
  Chunk bytes;
  std::uint32_t mask;
};

Chunk copy_of(const Buffer& buffer) { return {buffer.bytes().begin(), buffer.bytes().end()}; }

Encoded encode(const Pipeline& pipeline, const Chunk& chunk) {
  Buffer out, spare;
  const std::uint32_t mask = pipeline.encode(chunk, out, spare);
  return {copy_of(out), mask};
}

Chunk decode(const Pipeline& pipeline, const Encoded& encoded, std::size_t size) {
  Buffer out, spare;
  pipeline.decode(encoded.bytes, encoded.mask, size, out, spare);
  return copy_of(out);
}

Chunk as_bytes(std::initializer_list<int> numbers) {
  Chunk chunk;
  for (const int number : numbers) chunk.push_back(static_cast<std::byte>(number));
  return chunk;
}

}  // namespace

TEST_CASE("Every pipeline gives any chunk back", "[core][codecs]") {
  for (const std::size_t element : {1, 2, 3, 4, 8, 16, 300}) {
    for (const auto& [name, chunk] : samples()) {
      for (const auto& [filters, list] : pipelines(element, chunk.size())) {
        INFO(filters << " of " << name << ", elements of " << element);
        if (filters == "zstd19" && chunk.size() > 100000) continue;  // its time
        const Pipeline pipeline(list);
        const Encoded encoded = encode(pipeline, chunk);
        const bool is_back = decode(pipeline, encoded, chunk.size()) == chunk;
        REQUIRE(is_back);
        Chunk room(chunk.size());
        pipeline.decode_to(encoded.bytes, encoded.mask, room);
        REQUIRE(room == chunk);
        REQUIRE(encoded.bytes.size() <= chunk.size() + 4);
      }
    }
  }
}

TEST_CASE("A filter that doesn't make a chunk smaller is left out and its bit is set",
          "[core][codecs]") {
  const Chunk chunk = noise(4096);
  for (const Filter& filter : {deflate_filter(9), lzf_filter(4096), lz4_filter(), zstd_filter(3),
                               blosc_filter(4, 4096, 5, true)}) {
    INFO(find_codec(filter.id)->name);
    const Encoded encoded =
        encode(Pipeline({shuffle_filter(1), filter, fletcher32_filter()}), chunk);
    CHECK(encoded.mask == 2);
    CHECK(encoded.bytes.size() == chunk.size() + 4);
    CHECK(std::equal(chunk.begin(), chunk.end(), encoded.bytes.begin()));
    CHECK(encode(Pipeline({filter}), Chunk(4096)).mask == 0);
    Filter mandatory = filter;
    mandatory.is_optional = false;
    CHECK_THROWS_AS(encode(Pipeline({mandatory}), chunk), Error);
  }
}

TEST_CASE("Every compression makes what can be smaller smaller", "[core][codecs]") {
  const Chunk chunk = bytes_of(wave(16384));
  for (const auto& [name, list] : pipelines(4, chunk.size())) {
    if (list.empty() || list.back().id <= fletcher32_id || name == "blosc0") continue;
    INFO(name);
    // Floats as they are have little that an LZ codec finds.
    CHECK(encode(Pipeline(list), Chunk(65536)).bytes.size() < 2000);
    if (list.size() > 1) CHECK(encode(Pipeline(list), chunk).bytes.size() < chunk.size() * 9 / 10);
  }
}

TEST_CASE("The same chunk gives the same bytes in any thread, whatever came before",
          "[core][codecs]") {
  const Chunk chunk = noise(65536, 3, 6);
  for (const auto& [name, list] : pipelines(4, chunk.size())) {
    INFO(name);
    const Pipeline pipeline(list);
    const Encoded first = encode(pipeline, chunk);
    (void)encode(pipeline, noise(65536, 4, 5));
    (void)encode(pipeline, bytes_of(wave(16384)));
    CHECK(encode(pipeline, chunk).bytes == first.bytes);
    Chunk elsewhere;
    std::jthread([&] { elsewhere = encode(pipeline, chunk).bytes; }).join();
    CHECK(elsewhere == first.bytes);
  }
}

TEST_CASE("Shuffling puts the bytes of elements apart and leaves the tail", "[core][codecs]") {
  const Chunk chunk = as_bytes({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
  CHECK(encode(Pipeline({shuffle_filter(4)}), chunk).bytes ==
        as_bytes({1, 5, 2, 6, 3, 7, 4, 8, 9, 10, 11}));
  CHECK(encode(Pipeline({shuffle_filter(1)}), chunk).bytes == chunk);
  CHECK(encode(Pipeline({shuffle_filter(12)}), chunk).bytes == chunk);
}

TEST_CASE("A checksum is little-endian, and that of HDF5 before 1.6.3 is taken too",
          "[core][codecs]") {
  const Pipeline pipeline({fletcher32_filter()});
  // Words 0x0102 and 0x0300: sums 0x0402 and 0x0102 + 0x0402.
  const Chunk chunk = as_bytes({1, 2, 3});
  Encoded encoded = encode(pipeline, chunk);
  CHECK(encoded.bytes == as_bytes({1, 2, 3, 0x02, 0x04, 0x04, 0x05}));
  encoded.bytes = as_bytes({1, 2, 3, 0x04, 0x02, 0x05, 0x04});
  CHECK(decode(pipeline, encoded, 3) == chunk);
  encoded.bytes = as_bytes({1, 2, 3, 0x04, 0x02, 0x04, 0x05});
  CHECK_THROWS_WITH(decode(pipeline, encoded, 3),
                    Catch::Contains("fletcher32") && Catch::Contains("checksum is wrong"));
  CHECK_THROWS_WITH(decode(pipeline, {as_bytes({1, 2}), 0}, 3), Catch::Contains("cut off"));
}

TEST_CASE("A filter without a codec is refused by its number", "[core][codecs]") {
  CHECK_THROWS_WITH(Pipeline({{32008, true, {}}}), Catch::Contains("32008"));
}

TEST_CASE("A chunk that isn't as long as it should be is an error", "[core][codecs]") {
  const Chunk chunk(5000, std::byte{7});
  for (const auto& [name, list] : pipelines(4, chunk.size())) {
    INFO(name);
    const Pipeline pipeline(list);
    const Encoded encoded = encode(pipeline, chunk);
    CHECK_THROWS_AS(decode(pipeline, encoded, 4999), Error);
    CHECK_THROWS_AS(decode(pipeline, encoded, 5001), Error);
    CHECK_THROWS_AS(decode(pipeline, encoded, 10), Error);
  }
}
