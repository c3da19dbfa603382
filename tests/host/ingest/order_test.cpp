// SPDX-License-Identifier: MIT
#include "host/ingest/order.hpp"

#include <atomic>
#include <chrono>
#include <random>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

using namespace sheaf::host;
using namespace std::chrono_literals;

namespace {

// A parcel of `job` with one cell that tells which of the job's parcels it is.
std::unique_ptr<Parcel> parcel(Order& order, std::size_t job, std::size_t number, bool last) {
  auto made = order.spare(job);
  made->cells.emplace_back().source = number;
  made->ends_job = last;
  static_cast<void>(made->arena.allocate(64));
  return made;
}

std::size_t parcel_size() {
  Order order(1, 0);
  return parcel(order, 0, 0, true)->size();
}

}  // namespace

TEST_CASE("parcels leave in the order of jobs, whatever order they come in", "[host][order]") {
  constexpr std::size_t jobs = 400;
  Order order(jobs, 4 * parcel_size());
  std::atomic<std::size_t> next_job = 0;
  std::vector<std::jthread> workers;
  for (unsigned worker = 0; worker < 4; ++worker) {
    workers.emplace_back([&, worker] {
      std::mt19937 random(worker);
      for (std::size_t job = next_job++; job < jobs; job = next_job++) {
        const std::size_t parts = 1 + job % 3;
        for (std::size_t part = 0; part < parts; ++part) {
          if (random() % 8 == 0)
            std::this_thread::sleep_for(std::chrono::microseconds(random() % 300));
          order.deliver(parcel(order, job, part, part + 1 == parts));
        }
      }
    });
  }
  std::size_t job = 0;
  std::size_t part = 0;
  while (auto next = order.next()) {
    REQUIRE(next->job == job);
    REQUIRE(next->cells.at(0).source == part);
    ++part;
    if (next->ends_job) {
      REQUIRE(part == 1 + job % 3);
      ++job;
      part = 0;
    }
    order.recycle(std::move(next));
  }
  CHECK(job == jobs);
}

TEST_CASE("a worker whose job isn't first waits when the budget is spent", "[host][order]") {
  Order order(3, 2 * parcel_size());
  CHECK(order.deliver(parcel(order, 1, 0, false)));
  CHECK(order.deliver(parcel(order, 1, 1, true)));
  std::atomic<bool> delivered = false;
  std::jthread later([&] {
    order.deliver(parcel(order, 2, 0, true));
    delivered = true;
  });
  std::this_thread::sleep_for(20ms);
  CHECK_FALSE(delivered);
  CHECK(order.deliver(parcel(order, 0, 0, true)));  // the first job may always hand on one
  for (const std::size_t job : {0U, 1U, 1U, 2U}) {
    auto next = order.next();
    REQUIRE(next);
    CHECK(next->job == job);
    order.recycle(std::move(next));
  }
  CHECK(order.next() == nullptr);
}

TEST_CASE("what is taken but not given back still counts", "[host][order]") {
  Order order(2, parcel_size());
  CHECK(order.deliver(parcel(order, 0, 0, true)));
  auto held = order.next();
  std::atomic<bool> delivered = false;
  std::jthread later([&] {
    order.deliver(parcel(order, 1, 0, false));  // now the first job: one may always pass
    order.deliver(parcel(order, 1, 1, true));
    delivered = true;
  });
  std::this_thread::sleep_for(20ms);
  CHECK_FALSE(delivered);
  order.recycle(std::move(held));
  order.recycle(order.next());
  order.recycle(order.next());
  CHECK(order.next() == nullptr);
}

TEST_CASE("many sources with nothing to store are held back too", "[host][order]") {
  Order order(1000, 1 << 20);
  std::atomic<std::size_t> waiting = 0;
  std::jthread worker([&] {
    for (std::size_t job = 1; job < 1000; ++job) {
      auto empty = order.spare(job);
      empty->ends_job = true;
      empty->cells.resize(64);
      if (!order.deliver(std::move(empty))) return;
      ++waiting;
    }
  });
  std::this_thread::sleep_for(20ms);
  CHECK(waiting < 500);
  order.abort();
}

TEST_CASE("a parcel is used again after it was recycled, empty", "[host][order]") {
  Order order(2, 1 << 20);
  auto first = parcel(order, 0, 7, true);
  first->pieces.emplace_back();
  Parcel* const address = first.get();
  REQUIRE(order.deliver(std::move(first)));
  order.recycle(order.next());
  const auto again = order.spare(1);
  CHECK(again.get() == address);
  CHECK(again->job == 1);
  CHECK_FALSE(again->ends_job);
  CHECK((again->cells.empty() && again->pieces.empty() && again->arena.used() == 0));
}

TEST_CASE("abort wakes everybody who waits", "[host][order]") {
  Order order(3, 0);
  std::atomic<int> refused = 0;
  {
    std::jthread writer([&] { refused += order.next() == nullptr ? 1 : 0; });
    std::jthread one([&] { refused += order.deliver(parcel(order, 1, 0, true)) ? 0 : 1; });
    std::jthread two([&] { refused += order.deliver(parcel(order, 2, 0, true)) ? 0 : 1; });
    std::this_thread::sleep_for(20ms);
    CHECK(refused == 0);
    order.abort();
  }
  CHECK(refused == 3);
  CHECK_FALSE(order.deliver(parcel(order, 0, 0, true)));
  CHECK(order.next() == nullptr);
}

TEST_CASE("a run without jobs ends at once", "[host][order]") {
  Order order(0, 0);
  CHECK(order.next() == nullptr);
}
