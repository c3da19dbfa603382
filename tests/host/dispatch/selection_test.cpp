// SPDX-License-Identifier: MIT
#include "host/dispatch/selection.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/host/world.hpp"

using namespace sheaf;
using namespace sheaf::host;
using test::World;

namespace {

std::vector<Selected> selected(World& world, const std::vector<std::string>& requests) {
  std::vector<FeatureRequest> parsed;
  for (const std::string& text : requests) parsed.push_back(parse_request(text));
  return select(world.catalog(), parsed);
}

std::string names(const std::vector<Selected>& selection) {
  std::string text;
  for (const Selected& one : selection) {
    text += (text.empty() ? "" : " ") + std::string(one.feature->name());
  }
  return text;
}

}  // namespace

TEST_CASE("without requests all take part that need none, inputs before what derives from them",
          "[host][selection]") {
  World world({"flow", "fault"});
  CHECK(names(selected(world, {})) ==
        "test.fault test.once test.pair test.shape test.tag test.text test.values test.width "
        "test.mean test.spread");
}

TEST_CASE("a derived feature without its input stays away, and so does what derives from it",
          "[host][selection]") {
  World world({"rival"});
  CHECK(names(selected(world, {})) == "rival.loud rival.values");
}

TEST_CASE("requests keep their order, but derived features stand behind their inputs",
          "[host][selection]") {
  World world({"flow", "fault"});
  const auto selection = selected(world, {"spread", "text", "mean", "values"});
  CHECK(names(selection) == "test.text test.values test.mean test.spread");
  CHECK(selection[0].input == no_input);
  CHECK(selection[2].input == 1);
  CHECK(selection[3].input == 2);
}

TEST_CASE("a place is the short name unless the request has another", "[host][selection]") {
  World world({"flow"});
  CHECK(selected(world, {"test.values"})[0].path == "values");
  CHECK(selected(world, {"values=data/v"})[0].path == "data/v");
}

TEST_CASE("a short name stands for all features that have it, a pinned plugin for one",
          "[host][selection]") {
  World world({"flow", "rival"});
  CHECK(names(selected(world, {"values"})) == "test.values rival.values");
  FeatureRequest pinned = parse_request("values");
  pinned.plugin = "test.rival";
  CHECK(names(select(world.catalog(), {pinned})) == "rival.values");
  pinned.plugin = "test.nobody";
  CHECK_THROWS_WITH(select(world.catalog(), {pinned}), Catch::Contains("in plugin 'test.nobody'"));
}

TEST_CASE("an unknown feature is refused with the list of those there are", "[host][selection]") {
  World world({"flow"});
  CHECK_THROWS_WITH(selected(world, {"vlaues"}), Catch::Contains("'vlaues'") &&
                                                     Catch::Contains("values, mean, spread") &&
                                                     Catch::Contains("sheaf plugins paths"));
}

TEST_CASE("no plugin at all is an error that says where to look", "[host][selection]") {
  World world({});
  if (!world.catalog().features().empty()) return;  // /usr/local has some
  CHECK_THROWS_WITH(selected(world, {}), Catch::Contains("sheaf plugins paths"));
  CHECK_THROWS_WITH(selected(world, {"values"}), Catch::Contains("there are: none"));
}

TEST_CASE("a cycle of derived features is refused, and a missing input named",
          "[host][selection]") {
  World world({"flow", "rival"});
  CHECK_THROWS_WITH(selected(world, {"loop_a", "loop_b"}),
                    Catch::Contains("loop_a") && Catch::Contains("loop_b"));
  CHECK_THROWS_WITH(selected(world, {"loop_a", "loop_b"}),
                    Catch::Contains("test.loop_a from test.loop_b from test.loop_a"));
  // What derives from a cycle isn't part of it.
  CHECK_THROWS_WITH(selected(world, {"loop_c", "loop_b", "loop_a"}),
                    Catch::Contains("feature 'test.loop_a'") && !Catch::Contains("loop_c"));
  CHECK_THROWS_WITH(selected(world, {"loop_d"}), Catch::Contains("test.loop_d from test.loop_d"));
  CHECK_THROWS_WITH(selected(world, {"spread", "mean"}), Catch::Contains("feature 'test.mean'") &&
                                                             Catch::Contains("add -f test.values"));
  CHECK_THROWS_WITH(selected(world, {"mean"}), Catch::Contains("add -f test.values"));
  CHECK_THROWS_WITH(selected(world, {"orphan"}), Catch::Contains("rival.missing"));
}

TEST_CASE("the configuration's patterns replace the plugin's, and a bad one is refused",
          "[host][selection]") {
  World world({"flow", "rival"});
  CHECK(selected(world, {"rival.loud"})[0].patterns == std::vector<std::string>{R"((?i:\.loud$))"});
  FeatureRequest request = parse_request("rival.loud");
  request.patterns = {R"(\.quiet$)"};
  CHECK(select(world.catalog(), {request})[0].patterns == request.patterns);
  request.patterns = {"a(b"};
  CHECK_THROWS_WITH(select(world.catalog(), {request}), Catch::Contains("'a(b' is no RE2 regex"));
}

TEST_CASE("a feature with a required parameter takes part only when it is given",
          "[host][selection]") {
  World world({"rival"});
  CHECK(names(selected(world, {"needs:size=3"})) == "rival.needs");
  CHECK_THROWS_WITH(selected(world, {"needs"}), Catch::Contains("'size' must be given"));
}
