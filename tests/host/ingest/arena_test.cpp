// SPDX-License-Identifier: MIT
#include "host/ingest/arena.hpp"

#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

using sheaf::host::Arena;

TEST_CASE("allocations are aligned, apart from each other and stay where they are",
          "[host][arena]") {
  Arena arena;
  std::mt19937 random(1);
  struct Part {
    std::byte* at;
    std::size_t size;
    std::byte mark;
  };
  std::vector<Part> parts;
  for (int i = 0; i < 300; ++i) {
    const std::size_t size = i % 40 == 0 ? (std::size_t{2} << 20U) : random() % 20000;
    const Part part{arena.allocate(size), size, static_cast<std::byte>(i)};
    CHECK(reinterpret_cast<std::uintptr_t>(part.at) % Arena::alignment == 0);
    std::memset(part.at, i & 0xff, size);
    parts.push_back(part);
  }
  for (const Part& part : parts) {
    CHECK(std::all_of(part.at, part.at + part.size, [&](std::byte b) { return b == part.mark; }));
  }
  CHECK(arena.capacity() >= arena.used());
}

TEST_CASE("nothing at all still has an address", "[host][arena]") {
  Arena arena;
  CHECK(arena.allocate(0) != nullptr);
  CHECK(arena.allocate(0) != arena.allocate(0));
}

TEST_CASE("the latest allocation can be cut short", "[host][arena]") {
  Arena arena;
  std::byte* const first = arena.allocate(64);
  std::byte* const slot = arena.allocate(6400);
  arena.shrink(slot, 100);
  CHECK(arena.used() == 64 + 128);
  CHECK(arena.allocate(64) == slot + 128);
  arena.shrink(first, 0);  // no longer the latest
  CHECK(arena.used() == 64 + 128 + 64);
}

TEST_CASE("cutting an earlier allocation short leaves the later one alone", "[host][arena]") {
  Arena arena;
  std::byte* const left = arena.allocate(800);
  std::byte* const right = arena.allocate(800);
  arena.shrink(left, 80);
  std::byte* const next = arena.allocate(800);
  CHECK((next >= right + 800 || next + 800 <= right));
}

TEST_CASE("clear gives everything back and keeps at most one ordinary block", "[host][arena]") {
  Arena arena;
  for (int i = 0; i < 5; ++i) static_cast<void>(arena.allocate(Arena::block_size / 2 + 1));
  CHECK(arena.capacity() == 5 * Arena::block_size);
  arena.clear();
  CHECK(arena.used() == 0);
  CHECK(arena.capacity() == Arena::block_size);
  Arena large;
  static_cast<void>(large.allocate(10 * Arena::block_size));
  large.clear();
  CHECK(large.capacity() == 0);
}
