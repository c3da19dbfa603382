// SPDX-License-Identifier: MIT
#include "host/source/shelf.hpp"

#include <chrono>
#include <thread>
#include <unistd.h>

#include <catch2/catch.hpp>

using namespace sheaf::host;

namespace {

void put(Shelf& shelf, std::size_t source, std::int64_t held) {
  shelf.hold(held);
  shelf.put(source, {Descriptor(), held, {}}, held);
}

}  // namespace

TEST_CASE("a full shelf has room for the first source that wasn't taken, and no other",
          "[host][source]") {
  Shelf shelf({1, 3, 5, 7}, 100, nullptr);
  CHECK((shelf.has_room(1) && shelf.has_room(7)));
  put(shelf, 3, 100);
  CHECK((shelf.has_room(1) && !shelf.has_room(5)));
  put(shelf, 1, 1);
  static_cast<void>(shelf.take(1));
  CHECK_FALSE(shelf.has_room(5));
  static_cast<void>(shelf.take(3));
  CHECK((shelf.has_room(5) && shelf.has_room(7)));
}

TEST_CASE("whatever somebody waits for has room, and all before it", "[host][source]") {
  Shelf shelf({0, 1, 2, 3, 4}, 10, nullptr);
  put(shelf, 1, 10);
  CHECK_FALSE(shelf.has_room(2));
  CHECK_FALSE(shelf.ready(2, 4));
  CHECK((shelf.has_room(2) && shelf.has_room(3) && !shelf.has_room(4)));
  std::jthread taker([&] { static_cast<void>(shelf.take(4)); });
  CHECK(shelf.wait_for_room(4));
  put(shelf, 4, 1);
}

TEST_CASE("ready is said of sources that came, were taken, or are local files", "[host][source]") {
  Shelf shelf({1, 3}, 10, nullptr);
  CHECK((shelf.ready(0, 1) && !shelf.ready(0, 2) && shelf.ready(4, 9)));
  std::uint64_t events = 0;
  CHECK(::read(shelf.event(), &events, sizeof(events)) < 0);
  put(shelf, 1, 1);
  put(shelf, 3, 1);
  CHECK(::read(shelf.event(), &events, sizeof(events)) == sizeof(events));
  CHECK(events == 2);
  static_cast<void>(shelf.take(1));
  CHECK(shelf.ready(0, 9));
}

TEST_CASE("whoever waits is told when the run stops or nothing more comes", "[host][source]") {
  std::atomic<bool> stop = false;
  Shelf shelf({0}, 10, &stop);
  std::string error;
  {
    std::jthread taker([&] { error = shelf.take(0).error; });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    SECTION("by cancel") { shelf.cancel(); }
    SECTION("by the flag that a signal sets") { stop = true; }
    SECTION("by a failure of what fetches") { shelf.fail("it was stopped by a bug"); }
  }
  CHECK_THAT(error, Catch::Contains("stopped"));
}

TEST_CASE("there are never many open files on the shelf, however small", "[host][source]") {
  std::vector<std::size_t> numbers(1000);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = i;
  Shelf shelf(numbers, 1'000'000, nullptr);
  std::size_t next = 1;
  while (shelf.has_room(next)) put(shelf, next++, 1);
  CHECK(next <= 300);
}
