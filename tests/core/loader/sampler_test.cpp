// SPDX-License-Identifier: MIT
#include "core/loader/sampler.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/core/loader/recordings.hpp"

using namespace sheaf;
using namespace sheaf::loader;
using namespace sheaf::test;

namespace {

std::unique_ptr<Loader> labels(const Recordings& made, const Sampling& sampling,
                               std::int64_t batch_size = 7, bool drop_last = false) {
  return Loader::open(
      made.file, {{"label"}},
      {.batch_size = batch_size, .drop_last = drop_last, .sampling = sampling, .workers = 0});
}

std::vector<std::int64_t> counting(std::int64_t count) {
  std::vector<std::int64_t> result;
  for (std::int64_t i = 0; i < count; ++i) result.push_back(i);
  return result;
}

std::vector<std::int64_t> sorted(std::vector<std::int64_t> items) {
  std::sort(items.begin(), items.end());
  return items;
}

}  // namespace

TEST_CASE("In sequence items come in the order of the file", "[core][loader]") {
  const auto loader = labels(recordings(50, 5), {});
  CHECK(items_of(*loader) == counting(loader->items()));
}

TEST_CASE("Shuffled, each item comes once an epoch, in an order of its own", "[core][loader]") {
  const Recordings made = recordings(50, 5);
  for (const std::int64_t block : {0, 4, 1000}) {
    const auto loader =
        labels(made, {.order = Order::Shuffled, .seed = 3, .block = block, .mixed = 3});
    const std::vector<std::int64_t> first = items_of(*loader, 0);
    CHECK(sorted(first) == counting(loader->items()));
    CHECK(first != counting(loader->items()));
    CHECK(first == items_of(*loader, 0));
    const std::vector<std::int64_t> second = items_of(*loader, 1);
    CHECK(sorted(second) == sorted(first));
    CHECK(second != first);
    const auto other =
        labels(made, {.order = Order::Shuffled, .seed = 4, .block = block, .mixed = 3});
    CHECK(items_of(*other, 0) != first);
  }
}

TEST_CASE("A shuffle in blocks keeps neighbours close in time", "[core][loader]") {
  const Recordings made = recordings(400, 5);
  const auto loader = labels(made, {.order = Order::Shuffled, .seed = 5, .block = 10, .mixed = 2});
  const std::vector<std::int64_t> items = items_of(*loader);
  // 20 in a row come from two blocks: at most four runs of neighbours, one of them cut in two.
  for (std::size_t at = 0; at + 20 <= items.size(); at += 20) {
    std::vector<std::int64_t> group(items.begin() + static_cast<std::ptrdiff_t>(at),
                                    items.begin() + static_cast<std::ptrdiff_t>(at) + 20);
    std::sort(group.begin(), group.end());
    int gaps = 0;
    for (std::size_t i = 1; i < group.size(); ++i) gaps += group[i] != group[i - 1] + 1 ? 1 : 0;
    if (at + 20 <= static_cast<std::size_t>(loader->items() / 10 * 10 / 20 * 20)) CHECK(gaps <= 2);
  }
}

TEST_CASE("Ranks share an epoch without an overlap, and have equally much", "[core][loader]") {
  const Recordings made = recordings(60, 5);
  for (const Order order : {Order::Sequential, Order::Shuffled}) {
    for (const std::int64_t world : {1, 2, 3, 7, 100}) {
      std::vector<std::int64_t> dropping;
      std::vector<std::int64_t> padding;
      const std::int64_t items = labels(made, {})->items();
      for (std::int64_t rank = 0; rank < world; ++rank) {
        const auto drop =
            labels(made, {.order = order, .seed = 1, .rank = rank, .world_size = world});
        const auto pad = labels(
            made,
            {.order = order, .seed = 1, .rank = rank, .world_size = world, .pads_ranks = true});
        const auto of_drop = items_of(*drop, 2);
        const auto of_pad = items_of(*pad, 2);
        CHECK(static_cast<std::int64_t>(of_drop.size()) == items / world);
        CHECK(static_cast<std::int64_t>(of_pad.size()) == (items + world - 1) / world);
        dropping.insert(dropping.end(), of_drop.begin(), of_drop.end());
        padding.insert(padding.end(), of_pad.begin(), of_pad.end());
      }
      CAPTURE(world);
      const std::set<std::int64_t> dropped(dropping.begin(), dropping.end());
      CHECK(dropped.size() == dropping.size());
      const std::set<std::int64_t> padded(padding.begin(), padding.end());
      CHECK(static_cast<std::int64_t>(padded.size()) == items);
    }
  }
}

TEST_CASE("Sources are drawn by weight", "[core][loader]") {
  const Recordings made = recordings(20, 40, 3);
  Sampling sampling{.order = Order::Weighted, .seed = 9, .weights = {}, .samples = 60'000};
  for (std::size_t source = 0; source < 20; ++source) {
    sampling.weights.push_back(static_cast<double>(source % 5));
  }
  const auto loader = Loader::open(made.file, {{"audio", Slice{.length = 4}}, {"label"}},
                                   {.batch_size = 1000, .sampling = sampling, .workers = 0});
  std::map<std::int64_t, double> drawn;
  std::map<std::int64_t, std::set<std::int64_t>> steps;
  double total = 0;
  for (const BatchPtr& batch : batches(*loader)) {
    for (const Place& place : batch->places) {
      drawn[place.source] += 1;
      steps[place.source].insert(place.step);
      total += 1;
    }
  }
  CHECK(total == 60'000);
  double weights = 0;
  for (const auto& [source, times] : drawn) {
    weights += sampling.weights[static_cast<std::size_t>(source)];
  }
  for (const auto& [source, times] : drawn) {
    const double expected = total * sampling.weights[static_cast<std::size_t>(source)] / weights;
    CAPTURE(source);
    CHECK(expected > 0);
    CHECK(std::abs(times - expected) < 5 * std::sqrt(expected));
    const std::int64_t length = made.lengths[static_cast<std::size_t>(source)];
    CHECK(static_cast<std::int64_t>(steps[source].size()) == length - 3);
  }
  CHECK(items_of(*loader) == items_of(*loader));
  CHECK(items_of(*loader, 0) != items_of(*loader, 1));
}

TEST_CASE("Batches have the size that was asked for", "[core][loader]") {
  const Recordings made = recordings(50, 5);
  const std::int64_t items = labels(made, {})->items();
  REQUIRE(items % 7 != 0);
  const auto keep = labels(made, {}, 7);
  const auto drop = labels(made, {}, 7, true);
  CHECK(keep->length() == items / 7 + 1);
  CHECK(drop->length() == items / 7);
  CHECK(static_cast<std::int64_t>(batches(*keep).size()) == keep->length());
  for (const BatchPtr& batch : batches(*drop)) CHECK(batch->size() == 7);
  CHECK(static_cast<std::int64_t>(batches(*keep).back()->size()) == items % 7);
  const auto large = labels(made, {}, 1000);
  CHECK(large->length() == 1);
  CHECK(batches(*labels(made, {}, 1000, true)).empty());
}

TEST_CASE("A sampling that makes no sense is refused", "[core][loader]") {
  const Recordings made = recordings(5, 5);
  CHECK_THROWS_AS(labels(made, {.rank = 2, .world_size = 2}), Error);
  CHECK_THROWS_AS(labels(made, {.world_size = 0}), Error);
  CHECK_THROWS_AS(labels(made, {.block = -1}), Error);
  CHECK_THROWS_AS(labels(made, {.weights = {1, 1, 1, 1, 1}}), Error);
  CHECK_THROWS_AS(labels(made, {.order = Order::Weighted, .weights = {1}}), Error);
  CHECK_THROWS_AS(labels(made, {.order = Order::Weighted, .weights = {0, 0, 0, 0, 0}}), Error);
  CHECK_THROWS_AS(labels(made, {.order = Order::Weighted, .weights = {1, 1, -1, 1, 1}}), Error);
  CHECK_THROWS_AS(labels(made, {}, 0), Error);
}
