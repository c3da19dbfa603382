// SPDX-License-Identifier: MIT
// What a plugin does wrong costs the source it happened with, and no other.
#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/host/world.hpp"

using namespace sheaf;
using namespace sheaf::host;
using test::find_failure;
using test::rows_of;
using test::World;

namespace {

// A good source before and behind the one in question.
Summary around(World& world, const std::string& content, const std::string& feature = "fault",
               const std::string& good = "ok 2") {
  world.source("a." + feature, good);
  world.source("b." + feature, content);
  world.source("c." + feature, good);
  return world.ingest(std::vector<std::string>{feature}, 1);
}

}  // namespace

TEST_CASE("a fault costs one source and is recorded with its reason", "[host][ingest][fault]") {
  const auto [content, status, message] = GENERATE(table<std::string, std::string, std::string>({
      {"throw", "source", "thrown"},
      {"throw-int", "source", "no std::exception"},
      {"source-error", "source", "bad source"},
      {"no-message", "source", "without saying why"},
      {"double-commit", "source", "without having reserved"},
      {"commit-more", "source", "commits 3 rows where it reserved 2"},
      {"commit-negative", "source", "commits -1 rows"},
      {"reserve-huge", "source", "memory limit"},
      {"reserve-large", "source", "memory limit"},
      {"reserve-negative", "source", "reserves -1 rows"},
      {"reserve-often", "source", "memory limit"},
      {"wrong-shape", "source", "shape (3,) for output 'rows', which has (2,)"},
      {"wrong-axes", "source", "shape (2, 1)"},
      {"unknown-output", "source", "output 7"},
  }));
  CAPTURE(content);
  World world({"fault"});
  const Summary summary = around(world, content);
  CHECK(summary.written);
  CHECK((summary.stored == 2 && summary.failed == 1 && summary.skipped.empty()));
  const layout::Failure* failure = find_failure(summary, "b.fault", "fault");
  REQUIRE(failure != nullptr);
  CHECK(failure->status == status);
  CHECK_THAT(failure->message, Catch::Contains(message));
  CHECK(failure->plugin == "test.fault 1.0.0");
  const layout::Reader reader = world.reader();
  CHECK(reader.ids() == std::vector<std::string>{"a.fault", "c.fault"});
  CHECK(reader.failures().size() == 1);
  CHECK(reader.failures()[0].message == failure->message);
  CHECK(rows_of<std::int32_t>(reader, "fault", "a.fault") == std::vector<std::int32_t>{0, 1, 2, 3});
  CHECK(rows_of<std::int32_t>(reader, "fault", "c.fault") == std::vector<std::int32_t>{0, 1, 2, 3});
  CHECK(reader.outputs().at(0).shape == Shape{4, 2});
}

TEST_CASE("a source that is skipped is as if it hadn't matched", "[host][ingest][fault]") {
  World world({"fault"});
  const Summary summary = around(world, "skip");  // after it committed rows
  CHECK((summary.stored == 2 && summary.failed == 0));
  CHECK(summary.skipped == std::vector<std::string>{"b.fault"});
  CHECK(summary.failures.empty());
  CHECK(world.reader().ids().size() == 2);
  CHECK(world.reader().outputs().at(0).shape == Shape{4, 2});
}

TEST_CASE("an empty source is there with zero rows", "[host][ingest][fault]") {
  const std::string content = GENERATE("empty", "empty-with-rows", "no-commit", "ok 0");
  CAPTURE(content);
  World world({"fault"});
  const Summary summary = around(world, content);
  CHECK((summary.stored == 3 && summary.failed == 0));
  const layout::Reader reader = world.reader();
  REQUIRE(reader.find("b.fault"));
  CHECK(reader.span("fault", *reader.find("b.fault")) == layout::Span{2, 2});
  CHECK(reader.outputs().at(0).shape == Shape{4, 2});
}

TEST_CASE("a plugin that says it is broken, or an unknown status, gets no more sources",
          "[host][ingest][fault]") {
  const auto [content, message] = GENERATE(table<std::string, std::string>(
      {{"plugin-error", "broken"}, {"bad-status", "unknown status 99"}}));
  CAPTURE(content);
  World world({"fault"});
  world.source("t.text", "text");
  world.source("a.fault", "ok 2");
  world.source("b.fault", content);
  world.source("c.fault", "ok 2");
  const Summary summary = world.ingest({"fault", "text"}, 1);
  CHECK((summary.stored == 2 && summary.failed == 2));
  REQUIRE(find_failure(summary, "b.fault") != nullptr);
  CHECK(find_failure(summary, "b.fault")->status == "plugin");
  CHECK_THAT(find_failure(summary, "b.fault")->message, Catch::Contains(message));
  REQUIRE(find_failure(summary, "c.fault") != nullptr);
  CHECK_THAT(find_failure(summary, "c.fault")->message,
             Catch::Contains("quarantined") && Catch::Contains(message));
  CHECK(world.reader().ids() == std::vector<std::string>{"a.fault", "t.text"});
}

TEST_CASE("a fatal error ends the ingest and leaves no file", "[host][ingest][fault]") {
  const unsigned workers = GENERATE(1U, 3U);
  World world({"fault"});
  for (int i = 0; i < 300; ++i) world.source(std::to_string(i) + ".fault", "ok 2");
  world.source("5x.fault", "fatal");
  CHECK_THROWS_WITH(world.ingest({"fault"}, workers),
                    Catch::Contains("5x.fault") && Catch::Contains("the end"));
  CHECK_FALSE(std::filesystem::exists(world.out()));
  CHECK(std::distance(std::filesystem::directory_iterator(world.folder.path()), {}) == 1);
}

TEST_CASE("text that is no UTF-8 or has broken offsets costs one source", "[host][ingest][fault]") {
  const std::string content =
      GENERATE("bad-utf8", "zero-byte", "bad-offsets", "backwards", "in-part", "huge");
  CAPTURE(content);
  World world({"fault"});
  const Summary summary = around(world, content, "text", "grün");
  CHECK((summary.stored == 2 && summary.failed == 1));
  const layout::Reader reader = world.reader();
  CHECK(reader.get("text", 1)->strings == std::vector<std::string>{"grün"});
}

TEST_CASE("strings of several rows arrive one by one", "[host][ingest][fault]") {
  World world({"fault"});
  world.source("a.text", "two");
  CHECK(world.ingest("text").stored == 1);
  CHECK(world.reader().get("text", 0)->strings == std::vector<std::string>{"a", "bcd"});
}

TEST_CASE("an open extent is fixed by the first source; one that differs fails and says why",
          "[host][ingest][fault]") {
  World world({"fault"});
  const Summary summary = around(world, "12345", "shape", "123");
  CHECK((summary.stored == 2 && summary.failed == 1));
  const layout::Failure* failure = find_failure(summary, "b.shape");
  REQUIRE(failure != nullptr);
  CHECK(failure->status == "shape");
  CHECK_THAT(failure->message, Catch::Contains("a.shape") && Catch::Contains("plugins info shape"));
  CHECK(rows_of<float>(world.reader(), "shape", "c.shape") == std::vector<float>{3, 3, 3});
}

TEST_CASE("a source that fails doesn't fix an open extent", "[host][ingest][fault]") {
  World world({"fault"});
  world.source("a.shape", "1234fail");
  world.source("b.shape", "123");
  const Summary summary = world.ingest("shape");
  CHECK((summary.stored == 1 && summary.failed == 1));
  CHECK(find_failure(summary, "a.shape")->status == "source");
  CHECK(world.reader().outputs().at(0).shape == Shape{1, 3});
}

TEST_CASE("instances that describe different things are a bug of the plugin", "[host][fault]") {
  World world({"fault"});
  world.source("a.fault", "");
  CHECK_THROWS_WITH(world.ingest({"fickle"}, 2),
                    Catch::Contains("test.fickle") && Catch::Contains("bug of the plugin"));
  CHECK_FALSE(std::filesystem::exists(world.out()));
}

TEST_CASE("two outputs that are open at a time don't get in each other's way",
          "[host][ingest][fault]") {
  World world({"fault"});
  for (int i = 0; i < 20; ++i) world.source(std::to_string(i) + ".pair", "");
  CHECK(world.ingest("pair").stored == 20);
  const layout::Reader reader = world.reader();
  const std::string id = "7.pair";
  std::vector<std::int64_t> left(10, 1);
  left.resize(110, 3);
  CHECK(rows_of<std::int64_t>(reader, "pair/left", id) == left);
  CHECK(rows_of<std::int64_t>(reader, "pair/right", id) == std::vector<std::int64_t>(100, 2));
}
