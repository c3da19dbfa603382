// SPDX-License-Identifier: MIT
#include "core/read/chunk_cache.hpp"

#include <stdexcept>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "core/read/decode_pool.hpp"

using namespace sheaf::read;
using sheaf::codecs::Buffer;

namespace {

void fill_with(Buffer& out, std::size_t bytes, int value) {
  for (std::byte& byte : out.claim(bytes)) byte = static_cast<std::byte>(value);
}

}  // namespace

TEST_CASE("A cache holds as many bytes as it may, and what was used last", "[core][read]") {
  ChunkCache cache(1000);
  const auto get = [&](std::uint64_t chunk) {
    return cache.get({0, chunk}, [](Buffer& out) { fill_with(out, 100, 7); });
  };
  for (std::uint64_t chunk = 0; chunk < 100; ++chunk) {
    const auto data = get(chunk);
    CHECK(data->size() == 100);
    CHECK(cache.bytes() <= 1000);
  }
  CHECK(cache.find({0, 99}) != nullptr);
  CHECK(cache.find({1, 99}) == nullptr);
  const auto large = cache.get({0, 200}, [](Buffer& out) { fill_with(out, 5000, 1); });
  CHECK(large->size() == 5000);  // its owner keeps it
  CHECK(cache.bytes() <= 1000);
}

TEST_CASE("One thread decodes a chunk while the others wait for it", "[core][read]") {
  ChunkCache cache(1 << 20);
  std::atomic<int> decoded{0};
  std::atomic<int> same{0};
  std::vector<std::jthread> threads;
  for (int number = 0; number < 8; ++number) {
    threads.emplace_back([&] {
      const auto data = cache.get({0, 1}, [&](Buffer& out) {
        ++decoded;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        fill_with(out, 10, 3);
      });
      if (data->bytes()[9] == std::byte{3}) ++same;
    });
  }
  threads.clear();
  CHECK(decoded == 1);
  CHECK(same == 8);
}

TEST_CASE("A chunk that can't be decoded is tried again by the next one", "[core][read]") {
  ChunkCache cache(1000);
  const auto fails = [](Buffer&) { throw std::runtime_error("damaged"); };
  CHECK_THROWS_WITH(cache.get({0, 1}, fails), "damaged");
  CHECK_THROWS_WITH(cache.get({0, 1}, fails), "damaged");
  CHECK(cache.get({0, 1}, [](Buffer& out) { fill_with(out, 1, 1); })->size() == 1);
}

TEST_CASE("A pool does all pieces, each once, and throws what the first one threw",
          "[core][read]") {
  DecodePool pool(GENERATE(1U, 3U));
  std::vector<std::atomic<int>> counts(1000);
  pool.run(counts.size(), [&](std::size_t piece) { ++counts[piece]; });
  CHECK(std::ranges::all_of(counts, [](const auto& count) { return count == 1; }));
  CHECK_THROWS_WITH(pool.run(10,
                             [](std::size_t piece) {
                               if (piece == 3) throw std::runtime_error("piece 3");
                             }),
                    "piece 3");
  std::vector<std::jthread> callers;
  std::atomic<int> done{0};
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&] { pool.run(100, [&](std::size_t) { ++done; }); });
  }
  callers.clear();
  CHECK(done == 400);
}
