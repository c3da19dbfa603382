// SPDX-License-Identifier: MIT
#include "host/config/draft.hpp"

#include <regex>

#include <catch2/catch.hpp>

#include "host/config/check.hpp"
#include "tests/host/world.hpp"

using namespace sheaf;
using namespace sheaf::host;
using Catch::Matchers::Contains;
using test::World;

namespace {

std::string draft(World& world, bool has_sources = true) {
  DraftOptions options;
  if (has_sources) options.sources = {world.in().string() + "/"};
  options.output = world.out().string();
  options.name = "s.toml";
  return draft_config(options, world.catalog()).text;
}

std::size_t problems(World& world, const std::string& text) {
  const ConfigReport report = check_config(world.folder.write("s.toml", text), world.catalog());
  for (const ConfigProblem& problem : report.problems) UNSCOPED_INFO(problem.message);
  return report.problems.size();
}

}  // namespace

TEST_CASE("a draft holds what would take part, and the rest as comments", "[host][config][draft]") {
  World world({"flow", "fault"});
  for (const char* name : {"a.values", "b.values", "c.xyz"}) world.source(name, "1 2");
  const std::string text = draft(world);
  CHECK_THAT(text,
             Contains("# 2 sources: a.values, b.values\n[[feature]]\nname = \"test.values\"") &&
                 Contains("# slot: a whole number, 1 to 1000000; default 100. rows a slot\n"
                          "#params.slot = 100") &&
                 Contains("#[[feature]]\n#name = \"test.told\"") &&
                 Contains("# from the rows of test.values\n[[feature]]\nname = \"test.mean\"") &&
                 Contains("#   .xyz: 1 source (c.xyz); no installed plugin knows them") &&
                 !Contains("test.once") && !Contains("\n[[feature]]\nname = \"test.told\""));
}

TEST_CASE("a draft is sound, also when every setting in it is taken", "[host][config][draft]") {
  World world({"flow"});
  world.source("a.values", "1 2");
  std::string text = draft(world);
  CHECK(problems(world, text) == 0);
  // Cycles stay out of it: nobody could use them.
  CHECK_THAT(text, !Contains("loop_"));
  text = std::regex_replace(text, std::regex("(^|\n)#([a-z\\[])"), "$1$2");
  CAPTURE(text);
  CHECK(problems(world, text) == 0);
}

TEST_CASE("an ingest with a draft gives the bytes of one without",
          "[host][config][draft][ingest]") {
  const test::ScopedVariable now("SOURCE_DATE_EPOCH", "1");
  World world({"flow", "fault"});
  for (int i = 0; i < 9; ++i)
    world.source(std::to_string(i) + ".values", "repeat " + std::to_string(i));
  world.source("x.once", "1");
  REQUIRE(world.ingest(std::vector<std::string>{}).stored == 10);
  const std::string plain = test::read_file(world.out());
  const Config config = parse_config(draft(world), "s.toml");
  IngestOptions options = world.options({});
  CHECK(config.sources == options.sources);
  CHECK(config.output == world.out().string());
  options.features = config.features;
  REQUIRE_FALSE(options.features.empty());
  REQUIRE(world.ingest(options).stored == 10);
  CHECK(test::read_file(world.out()) == plain);
}

TEST_CASE("a draft without sources has every feature as a comment", "[host][config][draft]") {
  World world({"flow", "rival"});
  const std::string text = draft(world, false);
  CHECK_THAT(text, Contains("#sources = ") && Contains("#name = \"test.values\"") &&
                       Contains("# size: a whole number; required. how large\n#params.size = 0") &&
                       !Contains("\n[[feature]]"));
  CHECK(problems(world, text) == 0);
}

TEST_CASE("of features that tie the first is taken and the choice explained",
          "[host][config][draft]") {
  World world({"flow", "rival"});
  world.source("a.values", "1");
  const std::string text = draft(world);
  CHECK_THAT(text, Contains("both load it"));
  CHECK(problems(world, text) == 0);
}
