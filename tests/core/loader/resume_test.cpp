// SPDX-License-Identifier: MIT
// A state in the middle of an epoch, and what follows it.
#include <algorithm>

#include <catch2/catch.hpp>

#include "core/digest.hpp"
#include "core/error.hpp"
#include "core/loader/loader.hpp"
#include "tests/core/loader/recordings.hpp"

using namespace sheaf;
using namespace sheaf::loader;
using namespace sheaf::test;
using Catch::Contains;

namespace {

std::vector<Input> inputs() {
  return {{"audio", Slice{.length = 6, .downsampling = 2}},
          {"notes", ById{}, {}, {.lengths = Lengths::Crop, .shape = {2}, .crop = CropFrom::Random}},
          {"label", ById{}, scaled(float64)}};
}

Options options(unsigned workers, const Sampling& sampling) {
  return {.batch_size = 9, .sampling = sampling, .jitter = 3, .workers = workers, .prefetch = 3};
}

std::string content(const Batch& batch) {
  Digest digest;
  for (const Tensor& tensor : batch.tensors) {
    digest.update(tensor.bytes.data(), tensor.bytes.size());
  }
  return std::to_string(batch.epoch) + '/' + std::to_string(batch.number) + ' ' + digest.text();
}

std::vector<std::string> rest(Loader& loader) {
  std::vector<std::string> result;
  while (const BatchPtr batch = loader.next()) result.push_back(content(*batch));
  return result;
}

std::vector<Sampling> samplings(std::size_t sources) {
  return {{},
          {.order = Order::Shuffled, .seed = 4},
          {.order = Order::Shuffled, .seed = 4, .block = 5, .mixed = 2},
          {.order = Order::Weighted,
           .seed = 4,
           .weights = std::vector<double>(sources, 0.5),
           .samples = 150},
          {.order = Order::Shuffled, .seed = 4, .rank = 1, .world_size = 2, .pads_ranks = true}};
}

}  // namespace

TEST_CASE("From any batch on the same batches follow, with any number of workers",
          "[core][loader]") {
  const Recordings made = recordings(25, 40);
  for (const Sampling& sampling : samplings(25)) {
    const auto whole = Loader::open(made.file, inputs(), options(0, sampling));
    whole->begin(3);
    std::vector<std::string> states{whole->state()};
    std::vector<std::string> all;
    while (const BatchPtr batch = whole->next()) {
      all.push_back(content(*batch));
      states.push_back(whole->state());
    }
    REQUIRE(all.size() > 3);
    for (const unsigned workers : {0U, 1U, 2U, 8U}) {
      const auto loader = Loader::open(made.file, inputs(), options(workers, sampling));
      for (std::size_t done = 0; done <= all.size(); ++done) {
        loader->restore(states[done]);
        CHECK(loader->epoch() == 3);
        CHECK(loader->position() == static_cast<std::int64_t>(done));
        CHECK(loader->state() == states[done]);
        const std::vector<std::string> expected(all.begin() + static_cast<std::ptrdiff_t>(done),
                                                all.end());
        REQUIRE(rest(*loader) == expected);
      }
    }
  }
}

TEST_CASE("The state of one rank is that of all", "[core][loader]") {
  const Recordings made = recordings(25, 40);
  const auto rank = [&](std::int64_t number) {
    return Loader::open(
        made.file, inputs(),
        options(0, {.order = Order::Shuffled, .seed = 4, .rank = number, .world_size = 2}));
  };
  const auto first = rank(0);
  const auto second = rank(1);
  (void)first->next();
  (void)second->next();
  CHECK(first->state() == second->state());
  const BatchPtr expected = second->next();
  second->restore(first->state());
  CHECK(content(*second->next()) == content(*expected));
}

TEST_CASE("A state of something else is refused", "[core][loader]") {
  const Recordings made = recordings(25, 40);
  const auto loader = Loader::open(made.file, inputs(), options(0, {.seed = 1}));
  const std::string state = loader->state();

  const auto other_seed = Loader::open(made.file, inputs(), options(0, {.seed = 2}));
  CHECK_THROWS_WITH(other_seed->restore(state), Contains("options"));
  std::vector<Input> more = inputs();
  std::get<Slice>(more[0].getter).shift = 1;
  CHECK_THROWS_WITH(Loader::open(made.file, more, options(0, {.seed = 1}))->restore(state),
                    Contains("inputs"));
  const auto other_data =
      Loader::open(recordings(25, 40, 2).file, inputs(), options(0, {.seed = 1}));
  CHECK_THROWS_WITH(other_data->restore(state), Contains("other sources or rows"));

  CHECK_THROWS_WITH(loader->restore(""), Contains("isn't a loader's state"));
  CHECK_THROWS_WITH(loader->restore("sheaf-loader/2 " + state.substr(15)), Contains("version"));
  for (std::size_t size = 15; size < state.size(); ++size) {
    CHECK_THROWS_AS(loader->restore(state.substr(0, size)), Error);
  }
  std::string late = state;
  late.replace(late.find("batch=0"), 7, "batch=999999");
  CHECK_THROWS_WITH(loader->restore(late), Contains("fewer batches"));
  // None of that has moved it.
  CHECK(loader->state() == state);
  CHECK_NOTHROW(loader->restore(state));
}
