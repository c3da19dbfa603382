// SPDX-License-Identifier: MIT
#include "host/plugin/catalog.hpp"

#include <catch2/catch.hpp>

#include "tests/host/world.hpp"

using namespace sheaf;
using namespace sheaf::host::plugin;
using test::World;

namespace {

std::string refusal(const Catalog& catalog, const std::string& name) {
  for (const Place& place : catalog.places()) {
    for (const Candidate& candidate : place.candidates) {
      if (candidate.file.filename() == name) return candidate.refused;
    }
  }
  return "not found";
}

}  // namespace

TEST_CASE("the catalog knows plugins and their features by full and short name",
          "[host][catalog]") {
  World world({"flow", "rival"});
  const Catalog& catalog = world.catalog();
  const Plugin* flow = catalog.find_plugin("test.flow");
  REQUIRE(flow != nullptr);
  CHECK(flow->version == "1.2.3");
  CHECK(flow->file.filename() == "test_flow.so");
  CHECK(catalog.find_features("values").size() == 2);
  CHECK(catalog.find_features("test.values").size() == 1);
  CHECK(catalog.find_features("values", "test.rival").size() == 1);
  CHECK(catalog.find_features("nobody").empty());
  CHECK(catalog.find_features("values")[0]->plugin == flow);
  CHECK(catalog.find_plugin("nobody") == nullptr);
}

TEST_CASE("of two plugins with one id the first wins and the other is reported",
          "[host][catalog]") {
  World world({"twin_second", "twin_first"});
  const Catalog& catalog = world.catalog();
  REQUIRE(catalog.find_plugin("test.twin") != nullptr);
  CHECK(catalog.find_plugin("test.twin")->version == "2.0.0");
  CHECK(refusal(catalog, "twin_second.so").empty());
  CHECK_THAT(refusal(catalog, "twin_first.so"),
             Catch::Contains("'test.twin' 2.0.0 is there already, from") &&
                 Catch::Contains("twin_second.so"));
}

TEST_CASE("a plugin that doesn't keep what its note promises is refused with the reason",
          "[host][catalog]") {
  const auto why = [](const char* folder) {
    World world({folder});
    CHECK(world.catalog().find_plugin("test.hollow") == nullptr);
    return refusal(world.catalog(), "test_" + std::string(folder) + ".so");
  };
  CHECK_THAT(why("hollow"), Catch::Contains("has no sheaf_plugin_entry_v1"));
  CHECK_THAT(why("borrowed"), Catch::Contains("from another library"));
  CHECK_THAT(why("unwilling"),
             Catch::Contains("can't run with this host: needs a machine with a scanner"));
  CHECK_THAT(why("missing"), Catch::Contains("sheaf_test_nobody_has_this"));
}

TEST_CASE("a plugin whose descriptor disagrees with its note is refused", "[host][catalog]") {
  World world({});
  std::string bytes = test::read_file(SHEAF_TEST_PLUGINS "/twin_first/twin_first.so");
  const std::size_t note = bytes.find(std::string("sheaf\0\0\0\1\0\0\0", 12));
  bytes.replace(bytes.find("test.twin", note), 9, "test.liar");
  world.folder.write("p/liar.so", bytes);
  const test::ScopedVariable path("SHEAF_PLUGIN_PATH", (world.folder / "p").string());
  CHECK_THAT(refusal(Catalog::load(), "liar.so"),
             Catch::Contains("test.twin") && Catch::Contains("test.liar"));
}
