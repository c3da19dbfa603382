// SPDX-License-Identifier: MIT
// Threads that make batches ahead: order, errors, ends.
#include "core/loader/workers.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <thread>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/loader/loader.hpp"
#include "tests/core/loader/recordings.hpp"

using namespace sheaf;
using namespace sheaf::loader;
using namespace sheaf::test;
using Catch::Contains;

namespace {

Options with(unsigned workers, std::size_t prefetch = 4) {
  return {.batch_size = 5,
          .sampling = {.order = Order::Shuffled, .seed = 2},
          .workers = workers,
          .prefetch = prefetch};
}

}  // namespace

TEST_CASE("Batches come in order, whoever made them", "[core][loader]") {
  const Recordings made = recordings(300, 20);
  const auto expected =
      all_of<std::int64_t>(*Loader::open(made.file, {{"label"}}, with(0)), "label");
  for (const unsigned workers : {1U, 2U, 8U}) {
    for (const std::size_t prefetch : {0U, 1U, 20U}) {
      const auto loader = Loader::open(made.file, {{"label"}}, with(workers, prefetch));
      for (int time = 0; time < 3; ++time) {
        REQUIRE(all_of<std::int64_t>(*loader, "label") == expected);
      }
      CHECK_FALSE(loader->next());
    }
  }
}

TEST_CASE("No more batches are made ahead than was asked for", "[core][loader]") {
  std::atomic<std::int64_t> begun = 0;
  Workers workers(4, 6, [&](std::int64_t epoch, std::int64_t number, unsigned) {
    ++begun;
    auto batch = std::make_shared<Batch>();
    batch->epoch = epoch;
    batch->number = number;
    return batch;
  });
  workers.begin(0, 0, 1000);
  for (std::int64_t number = 0; number < 1000; ++number) {
    CHECK(begun.load() <= number + 6);
    REQUIRE(workers.next()->number == number);
  }
  CHECK_FALSE(workers.next());
}

TEST_CASE("Who holds batches keeps them, and loses no memory", "[core][loader]") {
  const Recordings made = recordings(300, 20);
  std::vector<BatchPtr> held;
  {
    const auto loader = Loader::open(made.file, {{"label"}, {"image"}}, with(2));
    held = batches(*loader);
  }
  const auto again = batches(*Loader::open(made.file, {{"label"}, {"image"}}, with(0)));
  REQUIRE(held.size() == again.size());
  for (std::size_t i = 0; i < held.size(); ++i) {
    const auto left = held[i]->tensors[0].as<std::int64_t>();
    const auto right = again[i]->tensors[0].as<std::int64_t>();
    CHECK(std::equal(left.begin(), left.end(), right.begin(), right.end()));
  }
}

TEST_CASE("Memory is used again", "[core][loader]") {
  const Recordings made = recordings(300, 20);
  for (const unsigned workers : {0U, 2U}) {
    const auto loader = Loader::open(made.file, {{"label"}}, with(workers));
    std::vector<const std::byte*> seen;
    loader->begin(0);
    while (const BatchPtr batch = loader->next()) seen.push_back(batch->tensors[0].bytes.data());
    std::sort(seen.begin(), seen.end());
    seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
    CHECK(seen.size() <= (workers == 0 ? 1 : 8));
  }
}

TEST_CASE("What can't be read costs its batch, and names the source", "[core][loader]") {
  const Recordings made = recordings(60, 20);
  auto& labels = made.file->put(
      "bad",
      made.file->output("label").array().rows(0, made.file->output("label").array().shape()[0]),
      {});
  for (std::size_t source = 0; source < 60; ++source) {
    labels.spans.push_back(made.file->output("label").span(source).value_or(layout::Span{}));
  }
  labels.array_.bad_row = labels.spans[31].start;
  REQUIRE(labels.spans[31].start > 0);
  for (const unsigned workers : {0U, 1U, 2U, 8U}) {
    const auto loader = Loader::open(made.file, {{"image"}, {"bad"}}, with(workers));
    for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
      loader->begin(epoch);
      std::size_t samples = 0;
      int errors = 0;
      while (loader->position() < loader->length()) {
        try {
          samples += loader->next()->size();
        } catch (const Error& error) {
          ++errors;
          CHECK_THAT(error.what(), Contains("source-31") && Contains("memory:/bad") &&
                                       Contains("has a bad chunk"));
          CHECK(error.code() == ErrorCode::Corrupt);
        }
      }
      CHECK(errors == 1);
      CHECK(static_cast<std::int64_t>(samples) >= loader->items() - 5);
      CHECK(static_cast<std::int64_t>(samples) < loader->items());
      CHECK_FALSE(loader->next());
    }
  }
}

TEST_CASE("What a transform throws comes along", "[core][loader]") {
  const Recordings made = recordings(60, 20);
  struct Mine : std::runtime_error {
    using std::runtime_error::runtime_error;
  };
  const Transform failing{int64, {}, [](const Sample& sample, std::span<std::byte>) {
                            if (sample.source == 12) throw Mine("I don't like it");
                          }};
  const auto loader = Loader::open(
      made.file, {{"image", ById{}, {}, {}, "image"}, {"image", ById{}, failing, {}, "bad"}},
      with(2));
  int errors = 0;
  while (loader->position() < loader->length()) {
    try {
      (void)loader->next();
    } catch (const Error& error) {
      ++errors;
      CHECK_THAT(error.what(), Contains("source-12") && Contains("I don't like it"));
      CHECK_THROWS_AS(std::rethrow_if_nested(error), Mine);
    }
  }
  CHECK(errors == 1);
}

TEST_CASE("A loader may go at any moment", "[core][loader]") {
  const Recordings made = recordings(300, 20);
  for (const unsigned workers : {0U, 1U, 2U, 8U}) {
    for (int taken = 0; taken < 30; ++taken) {
      const auto loader =
          Loader::open(made.file, {{"audio", Slice{.length = 3}}}, with(workers, taken % 5));
      if (taken % 3 == 0) loader->begin(taken);
      for (int i = 0; i < taken; ++i) (void)loader->next();
    }
  }
}

TEST_CASE("An epoch may begin at any moment", "[core][loader]") {
  const Recordings made = recordings(300, 20);
  const auto plain = Loader::open(made.file, {{"label"}}, with(0));
  const auto loader = Loader::open(made.file, {{"label"}}, with(4));
  for (std::int64_t time = 0; time < 50; ++time) {
    loader->begin(time % 3);
    plain->begin(time % 3);
    for (std::int64_t i = 0; i < time % 7; ++i) {
      const BatchPtr expected = plain->next();
      const BatchPtr batch = loader->next();
      REQUIRE(batch->epoch == time % 3);
      REQUIRE(batch->number == i);
      CHECK(batch->tensors[0].as<std::int64_t>()[0] == expected->tensors[0].as<std::int64_t>()[0]);
    }
  }
}

TEST_CASE("A batch that was begun for another epoch is dropped", "[core][loader]") {
  std::atomic<bool> is_begun = false;
  std::atomic<bool> may_end = false;
  std::atomic<bool> is_gone = false;
  Workers workers(2, 4, [&](std::int64_t epoch, std::int64_t number, unsigned) {
    const bool is_old = epoch == 0 && number == 0;
    if (is_old) is_begun = true;
    while (is_old && !may_end) std::this_thread::yield();
    BatchPtr batch(new Batch, [&is_gone, is_old](Batch* done) {
      delete done;
      if (is_old) is_gone = true;
    });
    batch->epoch = epoch;
    batch->number = number;
    return batch;
  });
  workers.begin(0, 0, 100);
  while (!is_begun) std::this_thread::yield();
  workers.begin(1, 0, 100);
  for (std::int64_t number = 0; number < 100; ++number) {
    const BatchPtr batch = workers.next();
    REQUIRE(batch->epoch == 1);
    REQUIRE(batch->number == number);
    if (number != 50) continue;
    may_end = true;
    for (int wait = 0; wait < 1000 && !is_gone; ++wait) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    REQUIRE(is_gone);
  }
}

TEST_CASE("Eight workers share a file, transforms and buffers", "[core][loader]") {
  const Recordings made = recordings(200, 60);
  const std::vector<Input> inputs{
      {"audio", FramedSlice{.length = 4, .frame_size = 8, .hop = 4, .downsampling = 4}},
      {"notes", ById{}, scaled(float32), {.lengths = Lengths::Ragged}},
      {"image", ById{}, normalised(float32, {1, 2, 3}, {1, 2, 3})},
      {"label"}};
  const auto plain = Loader::open(made.file, inputs, with(0));
  const auto loader = Loader::open(made.file, inputs, with(8, 16));
  for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
    plain->begin(epoch);
    loader->begin(epoch);
    while (const BatchPtr expected = plain->next()) {
      const BatchPtr batch = loader->next();
      for (std::size_t input = 0; input < inputs.size(); ++input) {
        const auto left = batch->tensors[input].bytes;
        const auto right = expected->tensors[input].bytes;
        REQUIRE(std::equal(left.begin(), left.end(), right.begin(), right.end()));
      }
    }
  }
}
