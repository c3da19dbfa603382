// SPDX-License-Identifier: MIT
// Files that something happens to while they are read: journals, writers, cuts.
#include <csetjmp>
#include <csignal>
#include <fcntl.h>
#include <thread>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <sys/mman.h>

#include "core/error.hpp"
#include "core/read/bus_guard.hpp"
#include "tests/core/read/small_files.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::test;
using read::File;
using read::Options;

namespace {

constexpr std::int64_t rows_a_source = 30;

void add(layout::Writer& writer, int source) {
  writer.begin_source({"source " + std::to_string(source)});
  for (std::size_t number : {0U, 1U}) {
    (void)writer.append(number, 0, counting<std::int32_t>(rows_a_source, {6}, source));
  }
  writer.end_source();
}

// Has its first commit, with one source, and goes on.
layout::Writer live_writer(const std::filesystem::path& path) {
  layout::Writer writer = layout::Writer::create(path);
  writer.add_feature(feature("plain", int32, {6}, {.chunk_rows = 10}));
  writer.add_feature(
      feature("packed", int32, {6}, {.chunk_rows = 16, .compression = layout::Compression::Zstd}));
  add(writer, 0);
  writer.commit();
  return writer;
}

void check_sources(const File& file, int count) {
  REQUIRE(file.ids().size() == static_cast<std::size_t>(count));
  for (const char* path : {"plain", "packed"}) {
    const read::Output& output = file.output(path);
    REQUIRE(output.array().shape()[0] == count * rows_a_source);
    for (int source = 0; source < count; ++source) {
      const auto number = file.find("source " + std::to_string(source));
      REQUIRE(number);
      REQUIRE(elements<std::int32_t>(*output.get(*number)) ==
              counting<std::int32_t>(rows_a_source, {6}, source).data);
    }
  }
}

}  // namespace

TEST_CASE("A reader keeps its commit beside a live writer, and goes on when it is told",
          "[core][read]") {
  const TempDir folder;
  const Options options = GENERATE(Options{}, Options{.is_mapped = false});
  layout::Writer writer = live_writer(folder / "data.h5");
  const auto file = File::open(folder / "data.h5", options);
  const read::Output& plain = file->output("plain");
  check_sources(*file, 1);
  CHECK_FALSE(plain.array().view({0, 1}));
  CHECK_FALSE(file->refresh());
  for (int source = 1; source < 6; ++source) {
    add(writer, source);
    check_sources(*file, source);
    writer.commit();
    check_sources(*file, source);
    REQUIRE(file->refresh());
    check_sources(*file, source + 1);
    CHECK(&plain == &file->output("plain"));
    CHECK_FALSE(file->refresh());
  }
  writer.finish();
  file->refresh();
  check_sources(*file, 6);
}

TEST_CASE("A journal that a crash left is laid over the file", "[core][read]") {
  const TempDir folder;
  layout::Writer writer = live_writer(folder / "data.h5");
  const auto holder = File::open(folder / "data.h5");  // so that commits wait in the journal
  for (int source = 1; source < 4; ++source) add(writer, source);
  writer.commit();
  add(writer, 4);  // not committed
  std::filesystem::copy(folder / "data.h5", folder / "crashed.h5");
  std::filesystem::copy(folder / "data.h5-journal", folder / "crashed.h5-journal");
  const std::string before = read_file(folder / "crashed.h5");
  for (const bool is_mapped : {true, false}) {
    const auto file = File::open(folder / "crashed.h5", {.is_mapped = is_mapped});
    check_sources(*file, 4);
    CHECK_FALSE(file->refresh());
  }
  CHECK(read_file(folder / "crashed.h5") == before);
}

TEST_CASE("A file that was replaced is gone on to", "[core][read]") {
  const TempDir folder;
  const auto path = counting_file(folder / "data.h5", 10, {6});
  const auto file = File::open(path);
  const read::Output& output = file->output("x");
  CHECK(output.array().shape()[0] == 10);
  {
    layout::Writer writer = layout::Writer::create(path, true);
    writer.add_feature(feature("y", int32, {2}));
    store(writer, 0, "b", counting<std::int32_t>(4, {2}));
    writer.finish();
  }
  CHECK(output.array().rows(0, 1).shape == Shape{1, 6});
  REQUIRE(file->refresh());
  CHECK(file->paths() == std::vector<std::string>{"y"});
  CHECK(file->output("y").array().shape() == Shape{4, 2});
  CHECK_THROWS_WITH(output.get(0), Catch::Contains("isn't in the file any more"));
}

TEST_CASE("Readers in other threads go on while one refreshes", "[core][read]") {
  const TempDir folder;
  layout::Writer writer = live_writer(folder / "data.h5");
  const auto file = File::open(folder / "data.h5", {.threads = 2});
  const read::Output& packed = file->output("packed");
  const read::Output& plain = file->output("plain");
  std::atomic<int> wrong{0};
  std::atomic<bool> is_over{false};
  std::vector<std::jthread> threads;
  for (int number = 0; number < 3; ++number) {
    threads.emplace_back([&] {
      while (!is_over) {
        const auto expected = counting<std::int32_t>(rows_a_source, {6}, 0).data;
        if (elements<std::int32_t>(*plain.get(0)) != expected) ++wrong;
        if (elements<std::int32_t>(*packed.get(0)) != expected) ++wrong;
        if (packed.array().shape()[0] % rows_a_source != 0) ++wrong;
      }
    });
  }
  for (int source = 1; source < 10; ++source) {
    add(writer, source);
    writer.commit();
    CHECK(file->refresh());
  }
  is_over = true;
  threads.clear();
  CHECK(wrong == 0);
  check_sources(*file, 10);
}

TEST_CASE("A file that is cut while it is mapped gives an error, and the process lives",
          "[core][read]") {
  const TempDir folder;
  const auto compression = GENERATE(layout::Compression::None, layout::Compression::Lz4);
  const bool is_mapped = GENERATE(true, false);
  const auto path = counting_file(folder / "data.h5", 100'000, {6},
                                  {.chunk_rows = 1000, .compression = compression});
  const auto file = File::open(path, {.cache_bytes = 0, .is_mapped = is_mapped});
  const read::Array& array = file->output("x").array();
  const auto all = all_rows(array);
  std::filesystem::resize_file(path, 8192);
  for (int turn = 0; turn < 3; ++turn) {
    try {
      (void)rows_of(array, {90'000, 99'000});
      FAIL("it was read");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::Corrupt);
      CHECK(std::string(error.what()).find("data.h5") != std::string::npos);
    }
    std::vector<std::byte> row(24);
    CHECK_THROWS_AS(array.gather(std::vector<std::int64_t>{99'999}, row), Error);
  }
}

namespace {

sigjmp_buf other_place;
volatile std::sig_atomic_t other_calls = 0;

void other_handler(int /*signal*/) {
  other_calls = other_calls + 1;
  siglongjmp(other_place, 1);
}

// A page of a mapping that its file doesn't reach.
volatile char* lost_page(const TempDir& folder) {
  const auto path = folder.write("short", "x");
  const int descriptor = ::open(path.c_str(), O_RDONLY);
  void* const data = ::mmap(nullptr, 8192, PROT_READ, MAP_SHARED, descriptor, 0);
  ::close(descriptor);
  return static_cast<volatile char*>(data) + 4096;
}

}  // namespace

// In processes of their own: the handler is installed once, over the one that is there then.
TEST_CASE("What the handler passes on", "[.bus]") {
  const TempDir folder;
  std::signal(SIGBUS, other_handler);
  read::watch_for_bus_errors();
  volatile char* const page = lost_page(folder);
  std::byte own{};
  volatile int survived = -1;
  if (sigsetjmp(other_place, 1) == 0) {
    survived = read::survives(&own, 1, [&] { (void)*page; }) ? 1 : 0;
  }
  CHECK(other_calls == 1);
  CHECK(survived == -1);
  auto* const bytes = reinterpret_cast<const std::byte*>(const_cast<const char*>(page));
  CHECK_FALSE(read::survives(bytes, 4096, [&] { (void)*page; }));
  CHECK(other_calls == 1);
}

TEST_CASE("What nobody else handles", "[.bus-death]") {
  const TempDir folder;
  const ProcessResult result = run_forked([&] {
    std::signal(SIGBUS, SIG_DFL);
    read::watch_for_bus_errors();
    (void)*lost_page(folder);
    return 0;
  });
  CHECK(result.signal == SIGBUS);
}

TEST_CASE("A SIGBUS of something else goes to the handler that was there before", "[core][read]") {
  const ProcessResult result = run({"/proc/self/exe", "[.bus]"});
  INFO(result.out);
  CHECK(result.ok());
}

TEST_CASE("Without another handler a SIGBUS of something else ends the process", "[core][read]") {
  const ProcessResult result = run({"/proc/self/exe", "[.bus-death]"});
  INFO(result.out);
  CHECK(result.ok());
}
