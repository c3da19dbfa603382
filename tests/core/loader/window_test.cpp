// SPDX-License-Identifier: MIT
#include "core/loader/window.hpp"

#include <vector>

#include <catch2/catch.hpp>

#include "core/error.hpp"

using namespace sheaf;
using namespace sheaf::loader;

namespace {

bool lies_in(std::int64_t begin, std::int64_t length, std::int64_t extent) {
  return begin >= 0 && begin + length <= extent;
}

}  // namespace

TEST_CASE("The steps of a source are those whose windows lie in it", "[core][loader]") {
  for (const std::int64_t shift : {-7, -4, -1, 0, 1, 5}) {
    for (const std::int64_t length : {1, 2, 5}) {
      for (const std::int64_t step : {1, 3, 4}) {
        const Window window{step, shift, length, 0};
        for (std::int64_t extent = 0; extent < 25; ++extent) {
          std::vector<std::int64_t> expected;
          for (std::int64_t k = 0; k < 60; ++k) {
            if (lies_in(k * step + shift, length, extent)) expected.push_back(k);
          }
          const Steps steps = steps_of(window, extent);
          REQUIRE(steps.count() == static_cast<std::int64_t>(expected.size()));
          if (!expected.empty()) REQUIRE(steps.first == expected.front());
        }
      }
    }
  }
}

TEST_CASE("There is room for just those jitters that stay in the source", "[core][loader]") {
  const std::int64_t rows_a_step = 8;
  for (const std::int64_t step : {1, 2, 3, 8}) {
    const Window window{step, 2, 3, 0};
    for (std::int64_t k = 0; steps_of(window, 20).last >= k; ++k) {
      const Room room = room_of(window, k, 20, rows_a_step);
      CHECK(room.least <= 0);
      CHECK(room.most >= 0);
      for (std::int64_t jitter = -200; jitter <= 200; ++jitter) {
        const std::int64_t begin = window.begin(k) + shifted(window, jitter, rows_a_step);
        CAPTURE(step, k, jitter);
        REQUIRE((room.least <= jitter && jitter <= room.most) == lies_in(begin, 3, 20));
      }
    }
  }
}

TEST_CASE("Frames become rows", "[core][loader]") {
  const auto window = [](const FramedSlice& slice) { return *window_of(slice, "x"); };
  CHECK(window({.length = 4, .frame_size = 16, .hop = 4}).length == 3 * 4 + 16);
  CHECK(window({.length = 4, .frame_size = 16, .hop = 16}).length == 64);
  CHECK(window({.length = 4, .frame_size = 16, .hop = 4, .center = true}).length == 3 * 4);
  CHECK(window({.shift = 2, .length = 4, .frame_size = 16, .hop = 4}).shift == 8);
  CHECK_FALSE(window_of(ById{}, "x"));
  CHECK(window_of(ByRow{}, "x")->length == 1);
}

TEST_CASE("A getter that makes no sense is refused", "[core][loader]") {
  CHECK_THROWS_AS(window_of(Slice{.length = 0}, "x"), Error);
  CHECK_THROWS_AS(window_of(Slice{.downsampling = 0}, "x"), Error);
  CHECK_THROWS_AS(window_of(Slice{.length = std::int64_t{1} << 40}, "x"), Error);
  CHECK_THROWS_AS(window_of(FramedSlice{.frame_size = 0}, "x"), Error);
  CHECK_THROWS_AS(window_of(FramedSlice{.hop = 0}, "x"), Error);
  CHECK_THROWS_WITH(window_of(FramedSlice{.length = 1, .center = true}, "x"),
                    Catch::Contains("length with center"));
}
