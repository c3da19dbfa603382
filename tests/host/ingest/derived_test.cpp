// SPDX-License-Identifier: MIT
// Features that load from the rows of others, and `finish`.
#include <catch2/catch.hpp>

#include "tests/host/world.hpp"

using namespace sheaf;
using namespace sheaf::host;
using test::elements;
using test::find_attr;
using test::find_failure;
using test::rows_of;
using test::World;
using Numbers = std::vector<double>;

TEST_CASE("a derived feature gets the rows of its input, and another one gets its own",
          "[host][ingest][derived]") {
  World world({"flow"});
  world.source("a.values", "1 2 6");
  world.source("b.values", "repeat 1001");  // several slots
  const Summary summary = world.ingest({"spread", "mean", "values"});
  CHECK((summary.stored == 2 && summary.failed == 0));
  const layout::Reader reader = world.reader();
  CHECK(rows_of<double>(reader, "values", "a.values") == Numbers{1, 2, 6});
  CHECK(rows_of<double>(reader, "mean", "a.values") == Numbers{3});
  CHECK(rows_of<double>(reader, "mean", "b.values") == Numbers{500});
  CHECK(rows_of<double>(reader, "spread", "b.values") == Numbers{1000});
}

TEST_CASE("a derived feature knows what its input describes", "[host][ingest][derived]") {
  const test::Run run = GENERATE(test::Run::AsAsked, test::Run::Workers);
  World world({"flow"}, run);
  world.source("a.values", "1 2 6");
  IngestOptions options = world.options({"values", "mean"});
  options.features[1].params.emplace("factors", "[1,2.5,4]");
  CHECK(world.ingest(options).stored == 1);
  const auto attrs = world.reader().attrs("mean");
  CHECK(*find_attr(attrs, "of") == Value::of("numbers of 64 bits"));
  CHECK(*find_attr(attrs, "factors") == Value::of(Numbers{1, 2.5, 4}));
  CHECK(find_attr(attrs, "sheaf_parameters")->strings ==
        std::vector<std::string>{R"({"factors":[1.0,2.5,4.0]})"});
}

TEST_CASE("a source whose input failed has nothing derived from it, and one failure",
          "[host][ingest][derived]") {
  World world({"flow"});
  world.source("a.values", "1 2 3");
  world.source("b.values", "repeat 5000 bad");
  const Summary summary = world.ingest({"values", "mean", "spread"});
  CHECK((summary.stored == 1 && summary.failed == 1 && summary.failures.size() == 1));
  CHECK(find_failure(summary, "b.values", "values") != nullptr);
  CHECK(world.reader().outputs().at(1).shape == Shape{1});
}

TEST_CASE("zero rows are rows to derive from", "[host][ingest][derived]") {
  World world({"flow"});
  world.source("a.values", "");
  world.source("b.values", "4");
  CHECK(world.ingest({"values", "mean", "spread"}).stored == 2);
  const layout::Reader reader = world.reader();
  CHECK(reader.span("mean", 0) == layout::Span{0, 0});
  CHECK(rows_of<double>(reader, "spread", "b.values") == Numbers{8});
}

TEST_CASE("what others derive from must fit the memory limit as a whole",
          "[host][ingest][derived]") {
  World world({"flow"});
  world.source("a.values", "repeat 100");
  world.source("b.values", "repeat 100000");
  IngestOptions options = world.options({"values", "mean"});
  options.limits.memory = 1 << 16;
  options.limits.parcel = 1 << 12;
  const Summary summary = world.ingest(options);
  CHECK((summary.stored == 1 && summary.failed == 1));
  CHECK_THAT(find_failure(summary, "b.values")->message, Catch::Contains("--memory"));
  options.features.pop_back();  // alone, it streams
  CHECK(world.ingest(options).stored == 2);
}

TEST_CASE("finish sees all rows and leaves an attribute", "[host][ingest][finish]") {
  World world({"flow"});
  for (int i = 0; i < 100; ++i) world.source(std::to_string(i) + ".values", "repeat 101");
  world.source("x.values", "1 2 bad");  // its rows don't count
  const Summary summary = world.ingest({"values"}, 3);
  CHECK((summary.stored == 100 && summary.failures.size() == 1));
  const auto attrs = world.reader().attrs("values");
  const Value* sum = find_attr(attrs, "sum");
  REQUIRE(sum != nullptr);
  CHECK(*sum == Value::of(100 * 5050.0));
  CHECK(*find_attr(attrs, "kind") == Value::of("numbers"));
}

TEST_CASE("what derives from rows the writer refused isn't stored either",
          "[host][ingest][derived]") {
  World world({"fault", "flow"});
  world.source("a.shape", "123");
  world.source("b.shape", "12345");
  const Summary summary = world.ingest({"shape", "width"});
  CHECK((summary.stored == 1 && summary.failed == 1 && summary.failures.size() == 1));
  CHECK(find_failure(summary, "b.shape", "shape") != nullptr);
  CHECK(world.reader().ids() == std::vector<std::string>{"a.shape"});
}
