// SPDX-License-Identifier: MIT
// The same sources give the same bytes, whatever the number of workers.
#include <catch2/catch.hpp>

#include "tests/host/world.hpp"

using namespace sheaf;
using namespace sheaf::host;
using test::World;

namespace {

// Many small sources and a few that are sent on in the middle of a cell.
void fill(World& world, bool with_failures) {
  for (int i = 0; i < 700; ++i) {
    const std::string name = "small/" + std::to_string(i);
    world.source(name + ".values", "repeat " + std::to_string(i % 11));
    if (i % 3 == 0) world.source(name + ".text", "text " + std::to_string(i));
    if (i % 5 == 0) world.source(name + ".once", "1 2 3");
  }
  for (int i = 0; i < 6; ++i) {
    world.source("large/" + std::to_string(i) + ".values",
                 "repeat " + std::to_string(40000 + i) + std::string(400'000, ' '));
  }
  if (!with_failures) return;
  // Half of a large source's rows are in the file by the time it fails.
  world.source("large/1x.values", "repeat 50000 bad");
  world.source("small/100x.values", "1 2 bad");
  world.source("small/200x.text", "bad-utf8");
}

std::string bytes(World& world, unsigned workers, const std::vector<std::string>& features) {
  IngestOptions options = world.options(features, workers);
  options.limits.parcel = 1 << 14;
  options.limits.memory = 1 << 20;
  const Summary summary = world.ingest(options);
  REQUIRE(summary.written);
  return test::read_file(world.out());
}

const std::vector<std::string> features{"values", "text", "once", "tag", "told"};

}  // namespace

TEST_CASE("the same sources give the same bytes for any number of workers",
          "[host][ingest][identity]") {
  World world({"flow", "fault"});
  fill(world, false);
  const std::string first = bytes(world, 1, features);
  for (const unsigned workers : {1U, 2U, 3U, 8U, 3U}) {
    CAPTURE(workers);
    CHECK((bytes(world, workers, features) == first));
  }
}

TEST_CASE("derived features don't change that", "[host][ingest][identity]") {
  World world({"flow"});
  fill(world, false);
  const std::string first = bytes(world, 1, {"values", "mean", "spread"});
  for (const unsigned workers : {2U, 8U}) {
    CHECK((bytes(world, workers, {"values", "mean", "spread"}) == first));
  }
}

TEST_CASE("how parcels are cut has no influence on the rows", "[host][ingest][identity]") {
  World world({"flow", "fault"});
  fill(world, false);
  const std::string first = bytes(world, 2, features);
  IngestOptions options = world.options(features, 2);
  options.limits.parcel = 1;  // every commit is sent on
  CHECK(world.ingest(options).written);
  CHECK((test::read_file(world.out()) == first));
}

TEST_CASE("a source that fails in mid-stream leaves no rows, for any number of workers",
          "[host][ingest][identity]") {
  World world({"flow", "fault"});
  fill(world, false);
  static_cast<void>(bytes(world, 2, {"values", "text"}));
  const auto shapes = [&] {
    std::vector<Shape> found;
    const layout::Reader reader = world.reader();
    for (const layout::OutputInfo& output : reader.outputs()) found.push_back(output.shape);
    return found;
  };
  const std::vector<Shape> clean = shapes();
  const std::vector<std::string> ids = world.reader().ids();
  const std::vector<std::byte> rows = world.reader().rows("values", 0, clean.at(0).at(0)).bytes;
  fill(world, true);
  for (const unsigned workers : {1U, 2U, 8U}) {
    CAPTURE(workers);
    static_cast<void>(bytes(world, workers, {"values", "text"}));
    const layout::Reader reader = world.reader();
    CHECK(shapes() == clean);
    CHECK((reader.ids() == ids));
    CHECK((reader.rows("values", 0, clean[0][0]).bytes == rows));
    REQUIRE(reader.failures().size() == 3);
    CHECK(reader.failures()[0].id == "large/1x.values");
  }
}
