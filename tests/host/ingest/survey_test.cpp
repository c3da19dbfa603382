// SPDX-License-Identifier: MIT
// Survey, exclusive features, companions and opt-in: how instances are made and used.
#include <set>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/host/world.hpp"

using namespace sheaf;
using namespace sheaf::host;
using test::find_attr;
using test::World;

TEST_CASE("what the first instance agrees on reaches every instance", "[host][ingest][survey]") {
  World world({"flow"});
  std::string agreed = "200";
  for (int i = 100; i < 300; ++i) {
    world.source(std::to_string(i) + ".values", "1");
    agreed += " " + std::to_string(i) + ".values";
  }
  world.source("other.once", "1");  // not this feature's
  CHECK(world.ingest({"told", "values"}, 5).failed == 0);
  const layout::Reader reader = world.reader();
  CHECK(*find_attr(reader.attrs("told"), "agreed") == Value::of(agreed));
  const std::vector<std::string> rows = reader.rows("told", 0, 200).strings;
  CHECK(std::set<std::string>(rows.begin(), rows.end()) == std::set<std::string>{agreed});
}

TEST_CASE("an opt-in feature takes part only when it is named", "[host][ingest][survey]") {
  World world({"flow"});
  world.source("a.values", "1");
  static_cast<void>(world.ingest(std::vector<std::string>{}));
  const layout::Reader reader = world.reader();
  for (const layout::OutputInfo& output : reader.outputs()) CHECK(output.path != "told");
  static_cast<void>(world.ingest("told"));
  CHECK(world.reader().outputs().at(0).path == "told");
}

TEST_CASE("an exclusive feature has one instance and one caller at a time",
          "[host][ingest][exclusive]") {
  World world({"flow"});
  for (int i = 0; i < 500; ++i) world.source(std::to_string(i) + ".once", "repeat 60");
  const Summary summary = world.ingest({"once"}, 4);
  CHECK((summary.stored == 500 && summary.failed == 0));
}

TEST_CASE("large sources of an exclusive feature don't block each other",
          "[host][ingest][exclusive]") {
  World world({"flow"});
  const std::string large = "repeat 70000 " + std::string(600'000, ' ');  // a job of its own
  for (int i = 0; i < 12; ++i) world.source(std::to_string(i) + ".once", large);
  for (int i = 0; i < 12; ++i) world.source(std::to_string(i) + ".values", large);
  IngestOptions options = world.options({"once", "values"}, 4);
  options.limits.parcel = 1 << 12;
  options.limits.memory = 1'400'000;  // twice one source's rows, and little more
  const Summary summary = world.ingest(options);
  CHECK((summary.stored == 24 && summary.failed == 0));
}

TEST_CASE("a source that only companions match is unmatched", "[host][ingest][companion]") {
  World world({"flow"});
  world.source("a.values", "1");
  world.source("b.other", "1");
  Summary summary = world.ingest({"values", "tag"});
  CHECK(summary.skipped == std::vector<std::string>{"b.other"});
  CHECK(world.reader().ids() == std::vector<std::string>{"a.values"});
  CHECK(world.reader().get("tag", 0)->strings == std::vector<std::string>{"a.values"});
  summary = world.ingest("tag");
  CHECK((summary.skipped.empty() && summary.stored == 2));
}

TEST_CASE("a source that one feature stored and another refused is stored in part",
          "[host][ingest][survey]") {
  World world({"flow"});
  world.source("a.values", "1 bad");
  world.source("b.values", "1");
  const Summary summary = world.ingest({"values", "tag"});
  CHECK((summary.stored == 2 && summary.partly == 1 && summary.failed == 1));
  const layout::Reader reader = world.reader();
  CHECK(reader.ids() == std::vector<std::string>{"a.values", "b.values"});
  CHECK_FALSE(reader.span("values", 0).has_value());
  CHECK(reader.span("tag", 0).has_value());
}
