// SPDX-License-Identifier: MIT
#include "core/journal/tail_writer.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <future>
#include <random>
#include <string>
#include <thread>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <sys/mman.h>

#include "core/error.hpp"
#include "core/journal/system.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::journal;
using namespace sheaf::test;

namespace {

constexpr TailBuffers small{.bytes = 4 * block_size, .count = 3, .worth = 1000};

// Counts direct writes and lets them go, fail or wait. Sets itself.
class DirectSystem : public System {
 public:
  DirectSystem() { set_system(this); }
  ~DirectSystem() override { set_system(nullptr); }
  DirectSystem(const DirectSystem&) = delete;
  DirectSystem& operator=(const DirectSystem&) = delete;

  int open_direct(int descriptor) noexcept override {
    if (opens_nothing) return -1;
    const int direct = System::open_direct(descriptor);
    return direct >= 0 ? direct : ::dup(descriptor);  // where the tests' file system can't
  }
  bool write_direct(int descriptor, const std::string& path, std::uint64_t offset, const void* data,
                    std::size_t size) override {
    ++direct_writes;
    if (gate.valid()) gate.wait();
    if (problem == EINVAL) return false;
    if (problem != 0) throw system_error(problem, path, "write to it");
    return System::write_direct(descriptor, path, offset, data, size);
  }
  void write(int descriptor, const std::string& path, std::uint64_t offset, const void* data,
             std::size_t size) override {
    ++plain_writes;
    System::write(descriptor, path, offset, data, size);
  }

  bool opens_nothing = false;
  int problem = 0;
  std::shared_future<void> gate;
  std::atomic<int> direct_writes = 0;
  std::atomic<int> plain_writes = 0;
};

// A file in a folder of its own, and the writer of it.
class Tail {
 public:
  explicit Tail(const TailBuffers& buffers = small) : writer(descriptor, name, buffers) {}
  Tail(const Tail&) = delete;
  Tail& operator=(const Tail&) = delete;
  ~Tail() {
    writer.drop();
    ::close(descriptor);
  }
  void write(std::uint64_t at, const std::string& text) {
    writer.write(at, reinterpret_cast<const std::byte*>(text.data()), text.size());
  }
  std::string read(std::uint64_t at, std::size_t size) {
    std::string text(size, '?');
    writer.read(at, reinterpret_cast<std::byte*>(text.data()), size);
    return text;
  }
  [[nodiscard]] std::string in_file(std::size_t size) const {
    std::string text = read_file(name);
    text.resize(size, '\0');
    return text;
  }

  TempDir folder;
  std::string name = folder.write("tail", "");
  int descriptor = ::open(name.c_str(), O_RDWR | O_CLOEXEC);
  TailWriter writer;
};

struct Overlay {
  std::string text;
  void put(std::uint64_t at, const std::string& data) {
    if (text.size() < at + data.size()) text.resize(at + data.size(), '\0');
    text.replace(at, data.size(), data);
  }
};

}  // namespace

TEST_CASE("Writes of a tail in any order and size are what is read, and what the file holds",
          "[core][journal][tail]") {
  const std::size_t count = GENERATE(1, 2, 3);
  const std::size_t worth = GENERATE(1, 2000, 20'000);
  DirectSystem system;
  Tail tail({.bytes = 4 * block_size, .count = count, .worth = worth});
  std::mt19937_64 random(count * 100 + worth);
  Overlay expected;
  std::uint64_t next = 0;
  for (int step = 0; step < 400; ++step) {
    // Mostly one behind the other, with gaps, as HDF5 does it.
    const bool follows = random() % 4 != 0;
    const std::uint64_t at =
        follows ? next + random() % (random() % 8 == 0 ? 100'000 : 5000) * (random() % 2)
                : random() % (expected.text.size() + 1);
    const std::string data(1 + random() % (random() % 3 == 0 ? 40'000 : 3000),
                           static_cast<char>('a' + random() % 26));
    tail.write(at, data);
    expected.put(at, data);
    if (follows) next = at + data.size();
    const std::uint64_t from = random() % expected.text.size();
    const std::string part = expected.text.substr(from, 10'000);
    REQUIRE((tail.read(from, part.size()) == part));
    if (random() % 200 == 0) {
      tail.writer.flush();
      REQUIRE((tail.in_file(expected.text.size()) == expected.text));
    }
  }
  tail.writer.flush();
  CHECK((tail.in_file(expected.text.size()) == expected.text));
  CHECK(system.direct_writes > 20);
}

TEST_CASE("A file that maps or has read the blocks of a tail sees what was written past the cache",
          "[core][journal][tail]") {
  const DirectSystem system;
  Tail tail;
  const std::size_t size = 40 * block_size;
  tail.write(0, std::string(size, 'o'));
  tail.writer.flush();
  const void* mapped = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, tail.descriptor, 0);
  REQUIRE(mapped != MAP_FAILED);
  const auto seen = [&] { return std::string(static_cast<const char*>(mapped), size); };
  REQUIRE((seen() == std::string(size, 'o')));
  Overlay expected{seen()};
  // In the ordinary way over what went past the cache, and the other way round.
  const std::string plain(100, 'p');
  const std::string direct(9 * block_size, 'd');
  tail.write(block_size + 17, plain);
  expected.put(block_size + 17, plain);
  tail.write(500, direct);
  expected.put(500, direct);
  tail.writer.flush();
  CHECK((seen() == expected.text));
  CHECK((tail.in_file(size) == expected.text));
  ::munmap(const_cast<void*>(mapped), size);
}

TEST_CASE("A tail that fills no buffer is written in the ordinary way", "[core][journal][tail]") {
  DirectSystem system;
  Tail tail;
  tail.write(10, std::string(2000, 'x'));
  tail.writer.flush();
  CHECK(system.direct_writes == 0);
  CHECK((tail.in_file(2010) == std::string(10, '\0') + std::string(2000, 'x')));
}

TEST_CASE("A file system that refuses direct writes gets ordinary ones", "[core][journal][tail]") {
  DirectSystem system;
  system.opens_nothing = GENERATE(true, false);
  system.problem = EINVAL;
  Tail tail;
  const std::string data(20 * block_size, 'x');
  tail.write(0, data);
  tail.write(data.size(), data);
  tail.writer.flush();
  CHECK((tail.in_file(2 * data.size()) == data + data));
  CHECK(system.direct_writes <= 3);
  // From then on none is tried, and nothing is collected.
  const int before = system.plain_writes;
  tail.write(2 * data.size(), data);
  CHECK(system.plain_writes == before + 1);
}

TEST_CASE("A failure of the thread is thrown by the next call, and what it took is still read",
          "[core][journal][tail]") {
  DirectSystem system;
  system.problem = GENERATE(EIO, ENOSPC);
  Tail tail;
  const std::string data(4 * block_size, 'x');
  const auto write_many = [&] {
    for (int number = 0; number < 10; ++number) {
      tail.write(static_cast<std::uint64_t>(number) * data.size(), data);
    }
    tail.writer.flush();
  };
  CHECK_THROWS_AS(write_many(), Error);
  CHECK_THROWS_WITH(tail.writer.flush(),
                    Catch::Contains(tail.name) && Catch::Contains(std::strerror(system.problem)));
  CHECK_THROWS_AS(tail.write(0, "y"), Error);
  CHECK((tail.read(100, 5000) == std::string(5000, 'x')));
  // Dropped, it is forgotten.
  tail.writer.drop();
  tail.writer.begin(0);
  system.problem = 0;
  CHECK((tail.read(100, 50) == std::string(50, '\0')));
  CHECK_NOTHROW(write_many());
  CHECK((tail.in_file(data.size()) == data));
}

TEST_CASE(
    "A disk that doesn't keep up makes the writer wait, and what is in flight is read from "
    "memory",
    "[core][journal][tail]") {
  DirectSystem system;
  std::promise<void> opener;
  system.gate = opener.get_future().share();
  Tail tail;
  const std::string data(4 * block_size, 'x');
  std::atomic<int> written = 0;
  std::atomic<bool> is_read = false;
  const auto writing = std::async(std::launch::async, [&] {
    for (int number = 0; number < 8; ++number) {
      tail.write(static_cast<std::uint64_t>(number) * data.size(), data);
      ++written;
      if (number == 1) is_read = tail.read(100, 1000) == std::string(1000, 'x');
    }
    tail.writer.flush();
  });
  while (written < 3) std::this_thread::yield();
  CHECK(writing.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout);
  CHECK(is_read);
  CHECK(written == 3);  // two in flight and one that is full
  opener.set_value();
  writing.wait();
  CHECK(written == 8);
  CHECK((tail.in_file(8 * data.size()) == std::string(8 * data.size(), 'x')));
}
