// SPDX-License-Identifier: MIT
// Two plugins in C, c_plugin.c and the example of docs/abi.md, from the file on disk to rows.
#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/host/world.hpp"

using namespace sheaf;
using namespace sheaf::host;
using test::find_attr;
using test::find_failure;
using test::rows_of;
using test::World;
using Numbers = std::vector<double>;

TEST_CASE("a plugin in C11 loads sources end to end", "[plugin_api][c]") {
  const std::string plugin = GENERATE("c", "doc");
  CAPTURE(plugin);
  World world({plugin});
  CHECK(world.catalog().find_plugin("lab.tally")->version == "1.0.0");
  std::string many;
  for (int i = 0; i < 2500; ++i) many += std::to_string(i) + "\n";
  world.source("gate.tally", "# gate 3\n12\n\n7.5\r\n-1e3");
  world.source("many.tally", many);
  world.source("none.tally", "# nobody came\n\n");
  world.source("bad.tally", "1\n2\n# 3\nfour\n5\n");
  const Summary summary = world.ingest("tally");
  CHECK((summary.stored == 2 && summary.failed == 1));
  CHECK(summary.skipped == std::vector<std::string>{"none.tally"});
  REQUIRE(find_failure(summary, "bad.tally") != nullptr);
  CHECK(find_failure(summary, "bad.tally")->message == "line 4 holds no number");
  const layout::Reader reader = world.reader();
  CHECK(rows_of<double>(reader, "tally", "gate.tally") == Numbers{12, 7.5, -1000});
  const Numbers rows = rows_of<double>(reader, "tally", "many.tally");
  REQUIRE(rows.size() == 2500);
  CHECK(rows.back() == 2499);
  CHECK(reader.outputs().at(0).dtype == float64);
  CHECK(*find_attr(reader.attrs("tally"), "unit") == Value::of("count"));
}

TEST_CASE("a plugin in C11 has parameters", "[plugin_api][c]") {
  World world({"c"});
  world.source("a.tally", "1\n2\n");
  CHECK(world.ingest("tally:scale=2.5,unit=cars").stored == 1);
  const layout::Reader reader = world.reader();
  CHECK(rows_of<double>(reader, "tally", "a.tally") == Numbers{2.5, 5});
  CHECK(*find_attr(reader.attrs("tally"), "unit") == Value::of("cars"));
  CHECK_THROWS_WITH(world.ingest("tally:unit=12345678901234567890123456789012"),
                    Catch::Contains("unit is longer than 31 bytes"));
  CHECK_THROWS_WITH(world.ingest("tally:scale=1e10"), Catch::Contains("scale=1e10 won't do"));
}

TEST_CASE("a plugin in C11 gives the same bytes for any number of workers", "[plugin_api][c]") {
  World world({"c"});
  std::string large;
  for (int i = 0; i < 20000; ++i) large += std::to_string(i) + "\n";
  for (int i = 0; i < 150; ++i) {
    world.source(std::to_string(i) + ".tally", i % 20 == 7 ? large : std::to_string(i) + "\n");
  }
  const auto bytes = [&](unsigned workers) {
    IngestOptions options = world.options({"tally"}, workers);
    options.limits.parcel = 1 << 13;
    CHECK(world.ingest(options).stored == 150);
    return test::read_file(world.out());
  };
  const std::string first = bytes(1);
  for (const unsigned workers : {2U, 3U, 8U}) {
    CAPTURE(workers);
    CHECK((bytes(workers) == first));
  }
}
