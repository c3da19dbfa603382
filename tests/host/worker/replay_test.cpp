// SPDX-License-Identifier: MIT
// What is loaded again after a death is stored once, whole, and in its place.
#include "host/worker/confine.hpp"
#include "tests/host/worker/deadly.hpp"
#include "tests/support/environment.hpp"

using namespace sheaf;
using namespace sheaf::host;
using test::find_failure;
using test::Ward;
using test::World;

namespace {

constexpr std::size_t width = 1024;

std::string id(int number) { return fmt::format("{:02}.stream", number); }

// Rows of a source of the feature test.stream.
std::vector<std::uint8_t> stream_rows(std::size_t count) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < count; ++i) bytes.insert(bytes.end(), width, i & 0xff);
  return bytes;
}

// Streams in little memory, so that each takes many parcels, and large slots have to be granted.
IngestOptions tight(const World& world, unsigned workers) {
  IngestOptions options = world.options({"stream"}, workers);
  options.limits.memory = std::size_t{8} << 20U;
  options.limits.parcel = std::size_t{64} << 10U;
  options.limits.source_time = std::chrono::seconds(2);
  options.allowed["test.deadly"] = worker::allow_write;  // markers of what happened once
  return options;
}

}  // namespace

TEST_CASE("a stream that dies after many parcels leaves nothing behind, its neighbours everything",
          "[host][worker][replay]") {
  const unsigned workers = GENERATE(1U, 2U, 3U);
  World world({"deadly"}, test::Run::Workers);
  const std::set<int> dead{0, 7, 8, 19};
  for (int i = 0; i < 20; ++i) {
    world.source(id(i), fmt::format("{} {}", 100 + 50 * i, dead.contains(i) ? "segv" : ""));
  }
  const Summary summary = world.ingest(tight(world, workers));
  CHECK((summary.failed == dead.size() && summary.stored == 20 - dead.size()));
  const layout::Reader reader = world.reader();
  std::int64_t rows = 0;
  for (int i = 0; i < 20; ++i) {
    if (dead.contains(i)) {
      CHECK_FALSE(reader.find(id(i)));
      continue;
    }
    const std::size_t count = 100 + 50 * static_cast<std::size_t>(i);
    rows += static_cast<std::int64_t>(count);
    CHECK((test::rows_of<std::uint8_t>(reader, "stream", id(i)) == stream_rows(count)));
  }
  CHECK(reader.outputs().at(0).shape == Shape{rows, width});
}

TEST_CASE("a stream that dies once is stored once, whole", "[host][worker][replay]") {
  const unsigned workers = GENERATE(1U, 2U);
  World world({"deadly"}, test::Run::Workers);
  for (int i = 0; i < 12; ++i) {
    const bool dies = i % 4 == 1;
    world.source(
        id(i),
        dies ? fmt::format("700 once {}", (world.folder / std::to_string(i)).string()) : "300");
  }
  const Summary summary = world.ingest(tight(world, workers));
  CHECK((summary.failures.empty() && summary.stored == 12));
  const layout::Reader reader = world.reader();
  CHECK(reader.outputs().at(0).shape == Shape{3 * 700 + 9 * 300, width});
  for (int i = 0; i < 12; ++i) {
    CHECK((test::rows_of<std::uint8_t>(reader, "stream", id(i)) ==
           stream_rows(i % 4 == 1 ? 700 : 300)));
  }
}

TEST_CASE("rows larger than a worker's share are granted in spite of deaths around them",
          "[host][worker][replay]") {
  const unsigned workers = GENERATE(1U, 2U, 3U);
  CAPTURE(workers);
  World world({"deadly"}, test::Run::Workers);
  for (int i = 0; i < 24; ++i) {
    // Up to 3.9 MiB in one slot, where half of the memory is the most.
    world.source(id(i), fmt::format("{} in-one{}", i % 2 == 0 ? 3900 : 900,
                                    i == 4 || i == 13 ? " segv" : ""));
  }
  const Summary summary = world.ingest(tight(world, workers));
  CHECK((summary.failed == 2 && summary.stored == 22));
  const layout::Reader reader = world.reader();
  for (int i = 0; i < 24; ++i) {
    if (i == 4 || i == 13) continue;
    CHECK((test::rows_of<std::uint8_t>(reader, "stream", id(i)) ==
           stream_rows(i % 2 == 0 ? 3900 : 900)));
  }
}

TEST_CASE("what derives from rows that aren't there the second time leaves nothing",
          "[host][worker][replay]") {
  Ward ward(10);
  ward.features({"deadly", "bystander", "flood"});
  ward.options.limits.workers = 1;
  ward.options.limits.memory = std::size_t{8} << 20U;
  ward.options.limits.parcel = std::size_t{64} << 10U;
  ward.options.allowed["test.deadly"] = worker::allow_write;
  ward.spoil(4, "seven-once " + (ward.world.folder / "marker").string());
  const Summary summary = ward.ingest();
  REQUIRE(summary.failures.size() == 1);
  CHECK((summary.failures[0].feature == "deadly" && summary.failures[0].status == "source"));
  const layout::Reader reader = ward.world.reader();
  for (const auto& output : reader.outputs()) {
    if (output.path == "deadly") CHECK(output.shape == Shape{18, 2});
    if (output.path == "bystander") CHECK(output.shape == Shape{10});
    if (output.path == "flood") CHECK(output.shape == Shape{0, width});
  }
}

TEST_CASE("a file with deaths in it is the same for any number of workers",
          "[host][worker][replay]") {
  const test::ScopedVariable fixed_time("SOURCE_DATE_EPOCH", "1600000000");
  std::string first;
  Ward ward(150);
  for (const int number : {3, 64, 65, 140}) ward.spoil(number, "segv");
  for (const unsigned workers : {1U, 2U, 3U, 2U}) {
    ward.options.limits.workers = workers;
    ward.check(ward.ingest(), "crash", "SIGSEGV");
    const std::string bytes = test::read_file(ward.world.out());
    if (first.empty()) first = bytes;
    CHECK((bytes == first));
  }
}

TEST_CASE("deaths that don't happen again cost nothing", "[host][worker][replay]") {
  Ward ward(100);
  ward.options.allowed["test.deadly"] = worker::allow_write;
  for (const int number : {5, 40, 41, 90}) {
    ward.spoil(number, "once " + (ward.world.folder / std::to_string(number)).string());
  }
  CHECK(ward.ingest().failures.empty());
  ward.check_stored(true);
}
