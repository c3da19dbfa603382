// SPDX-License-Identifier: MIT
#include "host/dispatch/plan.hpp"

#include <catch2/catch.hpp>

#include "tests/host/world.hpp"

using namespace sheaf;
using namespace sheaf::host;

TEST_CASE("an ending is what follows the last point of a name", "[host][plan]") {
  CHECK(ending_of("a/b.TXT") == ".txt");
  CHECK(ending_of("a.tar.gz") == ".gz");
  CHECK(ending_of("a.b/c").empty());
  CHECK(ending_of(".hidden").empty());
  CHECK(ending_of("dir/.hidden").empty());
  CHECK(ending_of("name.is a sentence, no ending").empty());
  CHECK(ending_of("").empty());
}

TEST_CASE("a plan counts a source for the features that would load it", "[host][plan]") {
  sheaf_feature low{};
  low.name = SHEAF_STR("lab.low");
  sheaf_feature high = low;
  high.name = SHEAF_STR("lab.high");
  high.priority = 1;
  const plugin::Feature features[] = {{&low, nullptr}, {&high, nullptr}};
  std::vector<Selected> selection{{&features[0], "p", {"."}, {}, {}},
                                  {&features[1], "p", {"x"}, {}, {}},
                                  {&features[1], "q", {"y"}, {}, {}},
                                  {&features[0], "q", {"y"}, {}, {}}};
  Planner planner(selection);
  for (const char* id : {"x", "z", "xx"}) planner.add(id);
  CHECK(planner.plan().sources == 3);
  CHECK(planner.plan().features[0].sources == 1);  // outranked for the others
  CHECK(planner.plan().features[1].examples == std::vector<std::string>{"x", "xx"});
  CHECK(planner.plan().ties.empty());
  low.priority = 1;
  planner.add("xy");
  planner.add("xy");
  CHECK(planner.plan().ties.at({0, 1}).sources == 2);
  CHECK(planner.plan().ties.at({2, 3}).examples[0] == "xy");
  CHECK_THAT(planner.describe({2, 3}), Catch::Contains("'lab.high' and 'lab.low' both load it"));
}

TEST_CASE("without features sources are counted all the same", "[host][plan]") {
  const std::vector<Selected> nothing;
  Planner planner(nothing);
  planner.add("a.png");
  CHECK(planner.plan().sources == 1);
  CHECK(planner.plan().skipped() == 1);
}
