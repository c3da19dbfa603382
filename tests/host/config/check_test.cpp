// SPDX-License-Identifier: MIT
#include "host/config/check.hpp"

#include <catch2/catch.hpp>

#include "tests/host/world.hpp"

using namespace sheaf;
using namespace sheaf::host;
using Catch::Matchers::Contains;
using test::World;

namespace {

ConfigReport check(World& world, const std::string& text) {
  return check_config(world.folder.write("s.toml", text), world.catalog());
}

// "3:1 what is wrong", a line each.
std::string problems(const ConfigReport& report) {
  std::string text;
  for (const ConfigProblem& problem : report.problems) {
    text += std::to_string(problem.line) + ":" + std::to_string(problem.column) + " " +
            problem.message + "\n";
  }
  return text;
}

std::string sources_of(const World& world) {
  return "sources = ['" + world.in().string() + "/']\n";
}

}  // namespace

TEST_CASE("check tells all slips in one go, each with its place", "[host][config][check]") {
  World world({"flow", "rival"});
  world.source("a.values", "1 2");
  const ConfigReport report = check(world, sources_of(world) + R"(workesr = 3
commit_every = 0
output = "nowhere/out.h5"
[[feature]]
name = "test.vlaues"
[[feature]]
name = "test.values"
path = "a//b"
pattern = ['x', 'a(b']
params.slto = 3
params.slot = 2000000
[feature.dataset]
compression = "zpi"
dtype = "float31"
[[feature]]
path = "p"
[[feature]]
name = "rival.needs"
[[plugin]]
id = "test.flwo"
)");
  CAPTURE(problems(report));
  CHECK(report.problems.size() == 13);
  for (const char* expected :
       {"2:1 unknown key 'workesr'", "did you mean 'workers'?", "3:16 'commit_every' is 1 to",
        "4:10 the folder 'nowhere' isn't there", "6:8 'test.vlaues': no such feature",
        "did you mean 'test.values'?", "9:8 path 'a//b'", "10:17 the pattern 'a(b' is no RE2",
        "11:15 feature 'test.values': has no parameter 'slto'", "did you mean 'slot'?",
        "12:15 feature 'test.values': slot=2000000 won't do; it is a whole number, 1 to 1000000",
        "14:15 compression 'zpi' is none of", "15:9", "16:1 a [[feature]] needs a 'name'",
        "18:1 feature 'rival.needs': the parameter 'size' must be given",
        "21:6 no plugin 'test.flwo' is installed", "did you mean 'test.flow'?"}) {
    CHECK_THAT(problems(report), Contains(expected));
  }
}

TEST_CASE("check counts what a sound configuration would load", "[host][config][check]") {
  World world({"flow"});
  for (const char* name : {"a.values", "b.values", "c.once", "d.txt", "e.TXT"}) {
    world.source(name, "1 2");
  }
  const ConfigReport report = check(world, sources_of(world) + "output = '" + world.out().string() +
                                               "'\n"
                                               "[[feature]]\nname = 'mean'\n"
                                               "[[feature]]\nname = 'values'\npath = 'data/v'\n");
  CHECK(problems(report).empty());
  CHECK(report.notes.empty());
  CHECK(report.plan.sources == 5);
  REQUIRE(report.selection.size() == 2);
  CHECK(report.selection[0].path == "data/v");
  CHECK(report.plan.features[0].sources == 2);
  CHECK(report.plan.features[0].examples == std::vector<std::string>{"a.values", "b.values"});
  CHECK(report.plan.features[1].sources == 2);  // what derives from it
  CHECK(report.plan.unclaimed.at(".txt").sources == 2);
  CHECK(report.plan.skipped() == 3);
  CHECK_FALSE(std::filesystem::exists(world.out()));
}

TEST_CASE("check finds ties, missing inputs, cycles and sources that aren't there",
          "[host][config][check]") {
  World world({"flow", "rival"});
  world.source("a.values", "1");
  world.source("b.values", "1");
  CHECK_THAT(problems(check(world, sources_of(world) + "[[feature]]\nname = 'values'\n")),
             Contains("2:1 a.values and 1 more sources: 'test.values' and 'rival.values' both load "
                      "it to 'values'"));
  CHECK_THAT(problems(check(world, "[[feature]]\nname = 'mean'\n")),
             Contains("1:1 feature 'test.mean': derives from 'test.values', which takes no part"));
  CHECK_THAT(
      problems(check(world, "\n[[feature]]\nname='loop_a'\n[[feature]]\nname='test.loop_b'\n")),
      Contains("2:1 ") && Contains("test.loop_a from test.loop_b from test.loop_a"));
  const ConfigReport gone = check(world, "sources = ['/gone/1',\n '/gone/2']\n");
  CHECK(gone.problems.size() == 2);
  CHECK_THAT(problems(gone), Contains("1:12 /gone/1") && Contains("2:2 /gone/2"));
}

TEST_CASE("check says what only an opened plugin knows, and writes nothing",
          "[host][config][check]") {
  World world({"flow"});
  world.source("a.values", "1 2");
  const std::string begin = sources_of(world) + "output = '" + world.out().string() + "'\n";
  const ConfigReport narrow =
      check(world, begin + "[[feature]]\nname='values'\n[feature.dataset]\ndtype='int8'\n");
  REQUIRE(narrow.problems.size() == 1);
  CHECK_THAT(problems(narrow), Contains("storing float64 as int8 would lose values"));
  const ConfigReport inside = check(world, begin +
                                               "[[feature]]\nname='values'\npath='a'\n"
                                               "[[feature]]\nname='tag'\npath='a/b'\n");
  CHECK_THAT(problems(inside), Contains("'a/b'") && Contains("'a'"));
  CHECK_FALSE(std::filesystem::exists(world.out()));
}

TEST_CASE("check compares with the file that would be gone on with", "[host][config][check]") {
  World world({"flow"});
  world.source("a.values", "1 2");
  REQUIRE(world.ingest("values").stored == 1);
  const std::string begin = sources_of(world) + "output = '" + world.out().string() + "'\n";
  const ConfigReport same = check(world, begin + "[[feature]]\nname='values'\n");
  CHECK(problems(same).empty());
  REQUIRE(same.notes.size() == 1);
  CHECK_THAT(same.notes[0], Contains("will be gone on with"));
  CHECK_THAT(problems(check(world, begin + "[[feature]]\nname='values'\nparams.slot=7\n")),
             Contains("was written in another way"));
  CHECK(problems(check(world, begin + "overwrite=true\n[[feature]]\nname='values'\nparams.slot=7"))
            .empty());
}

TEST_CASE("a file that is no TOML has one problem, and one that isn't there is an error",
          "[host][config][check]") {
  World world({"flow"});
  const ConfigReport report = check(world, "workers = 2\nsources = [\n");
  REQUIRE(report.problems.size() == 1);
  CHECK(report.problems[0].line >= 2);
  CHECK_THROWS_WITH(check_config(world.folder / "gone.toml", world.catalog()),
                    Contains("gone.toml"));
}

TEST_CASE("one feature takes part twice, with other parameters at another place",
          "[host][config][ingest][twice]") {
  World world({"flow"});
  world.source("a.values", "1 2 3");
  const Config config = parse_config(
      "[[feature]]\nname='values'\npath='small'\nparams.slot=1\n"
      "[[feature]]\nname='values'\npath='large'\nparams.slot=1000\n"
      "[[feature]]\nname='mean'\n",
      "s.toml");
  IngestOptions options = world.options({});
  options.features = config.features;
  REQUIRE(world.ingest(options).stored == 1);
  const layout::Reader reader = world.reader();
  for (const char* path : {"small", "large"}) {
    CHECK(test::rows_of<double>(reader, path, "a.values") == std::vector<double>{1, 2, 3});
  }
  CHECK(test::rows_of<double>(reader, "mean", "a.values") == std::vector<double>{2});
  REQUIRE(world.ingest({"values=a:slot=1", "values=b:slot=9"}).stored == 1);
  CHECK(test::rows_of<double>(world.reader(), "b", "a.values") == std::vector<double>{1, 2, 3});
}
