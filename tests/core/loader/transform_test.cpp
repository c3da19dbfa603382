// SPDX-License-Identifier: MIT
// What becomes of a sample before it is in the batch.
#include <cstring>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/loader/loader.hpp"
#include "tests/core/loader/recordings.hpp"

using namespace sheaf;
using namespace sheaf::loader;
using namespace sheaf::test;
using Catch::Contains;

namespace {

Options eight_at_a_time() { return {.batch_size = 8, .workers = 0}; }

}  // namespace

TEST_CASE("Samples are scaled, as one or by channel", "[core][loader]") {
  const Recordings made = recordings(20, 5);
  const auto loader =
      Loader::open(made.file,
                   {{"image", ById{.squeeze = true}, scaled(float32, {2}, {1}), {}, "one"},
                    {"image", ById{}, normalised(float64, {1, 2, 3}, {2, 4, 8}), {}, "channels"}},
                   eight_at_a_time());
  for (const BatchPtr& batch : batches(*loader)) {
    const Tensor& one = (*batch)["one"];
    CHECK(one.dtype == float32);
    CHECK(one.shape == Shape{static_cast<std::int64_t>(batch->size()), 2, 3});
    for (std::size_t i = 0; i < batch->size() * 6; ++i) {
      const auto value = static_cast<double>(batch->places[i / 6].source);
      CHECK(one.as<float>()[i] == Approx(value * 2 + 1));
      const double mean = static_cast<double>(i % 3) + 1;
      const double deviation = i % 3 == 0 ? 2 : i % 3 == 1 ? 4 : 8;
      CHECK((*batch)["channels"].as<double>()[i] == Approx((value - mean) / deviation));
    }
  }
}

TEST_CASE("A transform may change dtype and shape, and knows its sample", "[core][loader]") {
  const Recordings made = recordings(20, 30);
  // The first and last element of a slice, and where it is from.
  const Transform ends{
      float64, [](const Shape&) { return Shape{3}; },
      [](const Sample& sample, std::span<std::byte> out) {
        const auto* in = reinterpret_cast<const std::int64_t*>(sample.bytes.data());
        const auto last = static_cast<std::size_t>(sample.shape[0]) - 1;
        const double result[] = {static_cast<double>(in[0]), static_cast<double>(in[last]),
                                 static_cast<double>(sample.source)};
        std::memcpy(out.data(), result, sizeof result);
      }};
  const auto loader =
      Loader::open(made.file, {{"audio", Slice{.length = 6}, ends}}, eight_at_a_time());
  for (const BatchPtr& batch : batches(*loader)) {
    CHECK(batch->tensors[0].shape == Shape{static_cast<std::int64_t>(batch->size()), 3});
    for (std::size_t i = 0; i < batch->size(); ++i) {
      const auto row = batch->tensors[0].as<double>().subspan(i * 3, 3);
      CHECK(row[2] == static_cast<double>(batch->places[i].source));
      CHECK(row[0] == row[2] * a_source + static_cast<double>(batch->places[i].step));
      CHECK(row[1] == row[0] + 5);
    }
  }
}

TEST_CASE("What a transform made is padded, cropped and ragged too", "[core][loader]") {
  const Recordings made = recordings(20, 9);
  for (const Lengths lengths : {Lengths::Pad, Lengths::Ragged}) {
    const auto loader = Loader::open(
        made.file,
        {{"notes", ById{}, scaled(float32, {1}, {0.5}), {.lengths = lengths, .pad_value = -1}}},
        eight_at_a_time());
    for (const BatchPtr& batch : batches(*loader)) {
      const Tensor& notes = batch->tensors[0];
      std::size_t at = 0;
      for (std::size_t i = 0; i < batch->size(); ++i) {
        const std::int64_t rows = notes.sample_shapes[i * 2];
        const std::int64_t slots = lengths == Lengths::Pad ? notes.shape[1] : rows;
        for (std::int64_t e = 0; e < slots * 2; ++e, ++at) {
          const double base = static_cast<double>(batch->places[i].source * (a_source / 1000));
          const double expected = e < rows * 2 ? base + static_cast<double>(e) + 0.5 : -1;
          REQUIRE(notes.as<float>()[at] == Approx(expected));
        }
      }
    }
  }
}

TEST_CASE("Inputs of an item share their seed", "[core][loader]") {
  const Recordings made = recordings(20, 9);
  const Transform seed{uint64, [](const Shape&) { return Shape{}; },
                       [](const Sample& sample, std::span<std::byte> out) {
                         std::memcpy(out.data(), &sample.seed, sizeof sample.seed);
                       }};
  const auto loader =
      Loader::open(made.file, {{"image", ById{}, seed, {}, "a"}, {"label", ById{}, seed, {}, "b"}},
                   eight_at_a_time());
  const auto first = all_of<std::uint64_t>(*loader, "a", 0);
  CHECK(first == all_of<std::uint64_t>(*loader, "b", 0));
  CHECK(first != all_of<std::uint64_t>(*loader, "a", 1));
  CHECK(first[0] != first[1]);
}

TEST_CASE("A transform that can't be is refused", "[core][loader]") {
  CHECK_THROWS_AS(scaled(uint8), Error);
  CHECK_THROWS_AS(scaled(float32, {}), Error);
  CHECK_THROWS_AS(scaled(float32, {1, 2}, {1, 2, 3}), Error);
  CHECK_THROWS_AS(normalised(float32, {1}, {0}), Error);
  const Recordings made = recordings(20, 9);
  const auto loader =
      Loader::open(made.file, {{"image", ById{}, scaled(float32, {1, 2})}}, eight_at_a_time());
  CHECK_THROWS_WITH(loader->next(), Contains("source-0") && Contains("2 scales"));
}
