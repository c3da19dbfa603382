// SPDX-License-Identifier: MIT
#include "host/worker/channel.hpp"

#include <array>
#include <fcntl.h>
#include <thread>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <sys/socket.h>

using sheaf::host::Descriptor;
using sheaf::host::worker::Channel;

TEST_CASE("messages arrive in order with their bytes, however large", "[host][worker][channel]") {
  auto [here, there] = Channel::pair();
  const std::string large(std::size_t{5} << 20U, 'x');
  std::jthread sender([&there = there, &large] {
    CHECK(there.send(1));
    CHECK(there.send(2, "bytes"));
    CHECK(there.send(3, large));
    CHECK(there.send(4, std::string("\0\1\2", 3)));
  });
  CHECK(here.receive(true)->kind == 1);
  CHECK(here.receive(true)->bytes == "bytes");
  CHECK((here.receive(true)->bytes == large));
  CHECK(here.receive(true)->bytes == std::string("\0\1\2", 3));
  CHECK_FALSE(here.receive(false));
  CHECK(here.is_open());
}

TEST_CASE("open files travel with their message and close on exec", "[host][worker][channel]") {
  auto [here, there] = Channel::pair();
  const Descriptor null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  REQUIRE(there.send(1, "two", {null.get(), null.get()}));
  REQUIRE(there.send(2, "none"));
  REQUIRE(there.send(3, "one", {null.get()}));
  const auto two = here.receive(true);
  REQUIRE((two && two->files.size() == 2));
  CHECK((fcntl(two->files[0].get(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK(here.receive(true)->files.empty());
  CHECK(here.receive(true)->files.size() == 1);
}

TEST_CASE("a peer that is gone is told as such, after all it said", "[host][worker][channel]") {
  auto [here, there] = Channel::pair();
  there.send(7, "last words");
  there = Channel();
  CHECK(here.receive(true)->bytes == "last words");
  CHECK_FALSE(here.receive(true));
  CHECK_FALSE(here.is_open());
  CHECK_FALSE(here.is_garbled());
  CHECK_FALSE(here.send(1));
}

TEST_CASE("what is no message ends the conversation", "[host][worker][channel]") {
  const auto header = GENERATE(std::array<std::uint32_t, 4>{1, 0, 0, 1},
                               std::array<std::uint32_t, 4>{1, 4096, 3, 0},
                               std::array<std::uint32_t, 4>{~0U, ~0U, ~0U, ~0U});
  auto [here, there] = Channel::pair();
  there.send(1, "good");
  REQUIRE(write(there.descriptor(), header.data(), sizeof(header)) == sizeof(header));
  CHECK(here.receive(true)->bytes == "good");
  CHECK_FALSE(here.receive(true));
  CHECK_FALSE(here.is_open());
  CHECK(here.is_garbled());
}

TEST_CASE("half a message isn't waited for by those who don't want to wait",
          "[host][worker][channel]") {
  auto [here, there] = Channel::pair();
  const std::array<std::uint32_t, 5> half{1, 0, 100, 0, 7};
  REQUIRE(write(there.descriptor(), half.data(), sizeof(half)) == sizeof(half));
  CHECK_FALSE(here.receive(false));
  CHECK(here.is_open());
  const std::string rest(96, 'r');
  REQUIRE(write(there.descriptor(), rest.data(), rest.size()) == 96);
  CHECK(here.receive(false)->bytes.size() == 100);
}

TEST_CASE("several threads may send at a time", "[host][worker][channel]") {
  auto [here, there] = Channel::pair();
  std::vector<std::jthread> senders;
  for (int thread = 0; thread < 4; ++thread) {
    senders.emplace_back([&there = there, thread] {
      for (int i = 0; i < 200; ++i) {
        there.send(static_cast<std::uint32_t>(thread),
                   std::string(1000, static_cast<char>(thread)));
      }
    });
  }
  for (int i = 0; i < 800; ++i) {
    const auto message = here.receive(true);
    REQUIRE(message);
    CHECK((message->bytes == std::string(1000, static_cast<char>(message->kind))));
  }
}
