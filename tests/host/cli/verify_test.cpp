// SPDX-License-Identifier: MIT
#include <chrono>

#include <catch2/catch.hpp>

#include "tests/core/layout/damage.hpp"
#include "tests/host/cli/sheaf.hpp"

using Catch::Matchers::Contains;
using sheaf::test::damageable_file;
using sheaf::test::run_case;
using sheaf::test::Workplace;

namespace {

void damage(const Workplace& here, const std::string& name, const std::string& ending = {}) {
  run_case("h5py_damage.py", name, damageable_file(here / "x.h5").string() + ending);
}

}  // namespace

TEST_CASE("verify says that a sound file is, and what it checked", "[host][cli][verify]") {
  const Workplace here;
  here.picture("p/1.ppm");
  here.picture("p/2.ppm");
  REQUIRE(here.sheaf({"ingest", "p", "-o", "x.h5"}).status == 0);
  const auto done = here.sheaf({"verify", "x.h5"});
  CHECK(done.status == 0);
  CHECK(done.err.empty());
  CHECK_THAT(done.out, Contains("x.h5: sound\n") && Contains("2 sources") && Contains("chunks"));
  const auto json = here.json({"verify", "x.h5"});
  CHECK(json["file"] == "x.h5");
  CHECK(json["ok"] == true);
  CHECK(json["checked"]["sources"] == 2);
  CHECK(json["problems"].empty());
  CHECK(json["notes"].empty());
}

TEST_CASE("verify names a problem, its place and the remedy, and exits with 3",
          "[host][cli][verify]") {
  const Workplace here;
  damage(here, "chunk_middle");
  const auto done = here.sheaf({"verify", "x.h5"});
  CHECK(done.status == 3);
  CHECK_THAT(done.out, Contains("x.h5: 1 problem found\n  /z/__arr__: rows 8 to 16: ") &&
                           Contains("checksum") && Contains("→ restore"));
  const auto json = here.json({"verify", "x.h5"});
  CHECK(json["ok"] == false);
  REQUIRE(json["problems"].size() == 1);
  CHECK(json["problems"][0]["object"] == "/z/__arr__");
  CHECK(json["problems"][0]["code"] == "chunk-damaged");
  CHECK(json["problems"][0]["remedy"].get<std::string>().size() > 10);
}

TEST_CASE("verify outlives what HDF5 doesn't, and says where it was", "[host][cli][verify]") {
  struct Case {
    const char* name;
    const char* object;  // nullptr: any
  };
  const Case lethal = GENERATE(values<Case>({{"heap_zero", "/"},
                                             {"heap_sizes", "/"},
                                             {"heap_signature", nullptr},
                                             {"heap_size", nullptr},
                                             {"ref_garbage", "/x/__ref__"},
                                             {"ref_address", "/x/__ref__"},
                                             {"tree_signature", nullptr},
                                             {"tree_garbage", nullptr},
                                             {"tree_children", nullptr},
                                             {"tree_circle", nullptr}}));
  const Workplace here;
  damage(here, lethal.name);
  const auto begin = std::chrono::steady_clock::now();
  const auto done = here.sheaf({"verify", "x.h5", "--json", "--timeout", "1"});
  INFO(lethal.name << "\n" << done.out << done.err);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
  REQUIRE(done.status == 3);
  const auto json = nlohmann::json::parse(done.out);
  CHECK_FALSE(json["problems"].empty());
  bool is_named = lethal.object == nullptr;
  for (const auto& problem : json["problems"]) {
    is_named |= !is_named && problem["object"] == lethal.object;
  }
  CHECK(is_named);
}

TEST_CASE("verify never crashes or hangs on bytes flipped anywhere", "[host][cli][verify]") {
  for (int seed = 1; seed <= 40; ++seed) {
    const Workplace here;
    damage(here, "many", "@" + std::to_string(seed));
    const auto done = here.sheaf({"verify", "x.h5", "--timeout", "1"});
    INFO(seed << "\n" << done.out << done.err);
    CHECK_FALSE(done.timed_out);
    CHECK((done.status == 0 || done.status == 3));
  }
}

TEST_CASE("verify compares sources with their files", "[host][cli][verify]") {
  const Workplace here;
  here.picture("p/1.ppm");
  here.picture("p/2.ppm");
  here.picture("p/3.ppm");
  REQUIRE(here.sheaf({"ingest", "p", "-o", "x.h5"}).status == 0);
  CHECK(here.sheaf({"verify", "x.h5", "--sources", "."}).status == 0);
  here.write("p/2.ppm", "other");
  std::filesystem::remove(here / "p/3.ppm");
  const auto done = here.sheaf({"verify", "x.h5", "--sources", "."});
  CHECK(done.status == 3);
  CHECK_THAT(done.out,
             Contains("'p/2.ppm' had") && Contains("2 sources") && Contains("1 not at hand"));
}

TEST_CASE("verify says in one line what it can't open", "[host][cli][verify]") {
  const Workplace here;
  const auto none = here.sheaf({"verify", "none.h5"});
  CHECK(none.status == 1);
  CHECK(sheaf::test::is_one_error_line(none.err));
  CHECK_THAT(none.err, Contains("none.h5"));
  CHECK(here.sheaf({"verify"}).status == 2);
  CHECK(here.sheaf({"verify", "x.h5", "--sources", "nowhere"}).status == 2);
  here.write("text.h5", "no HDF5");
  const auto text = here.sheaf({"verify", "text.h5"});
  CHECK(text.status == 3);
  CHECK_THAT(text.out, Contains("no HDF5 file"));
}
