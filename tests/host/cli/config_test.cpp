// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "tests/host/cli/sheaf.hpp"

using Catch::Matchers::Contains;
using sheaf::test::Workplace;

TEST_CASE("What init writes passes check and ingests the same bytes", "[host][cli][config]") {
  const Workplace here;
  here.picture("photos/cat/1.ppm");
  here.picture("photos/dog/2.ppm", 5);
  here.write("photos/README.txt", "hello");
  const auto made = here.sheaf({"config", "init", "photos"});
  INFO(made.err);
  CHECK(made.status == 0);
  CHECK_THAT(made.out, Contains("3 sources, loaded by dirlabel, image; 1 by nothing"));
  const auto checked = here.sheaf({"config", "check", "sheaf.toml"});
  CHECK(checked.status == 0);
  CHECK_THAT(checked.out, Contains("sheaf.toml: no problems\n3 sources → photos.h5") &&
                              Contains("sheaf.image") && Contains("at image") &&
                              Contains("no feature loads 1 .txt: photos/README.txt"));
  REQUIRE(here.sheaf({"ingest", "-c", "sheaf.toml"}).status == 0);
  REQUIRE(here.sheaf({"ingest", "photos", "-o", "plain.h5"}).status == 0);
  CHECK(sheaf::test::read_file(here / "photos.h5") == sheaf::test::read_file(here / "plain.h5"));
}

TEST_CASE("init replaces no file unless it is told to", "[host][cli][config]") {
  const Workplace here;
  here.write("sheaf.toml", "mine");
  const auto refused = here.sheaf({"config", "init"});
  CHECK(refused.status == 1);
  CHECK(sheaf::test::is_one_error_line(refused.err));
  CHECK(sheaf::test::read_file(here / "sheaf.toml") == "mine");
  CHECK_THAT(here.sheaf({"config", "init", "-o", "-", "--to", "o.h5"}).out,
             Contains("output = \"o.h5\""));
  CHECK(here.sheaf({"config", "init", "--force"}).status == 0);
}

TEST_CASE("check prints problems as compilers do, or as JSON", "[host][cli][config]") {
  const Workplace here;
  here.write("s.toml", "soruces = 'p'\nworkers = 0\n[[feature]]\nname = 'imaje'\n");
  const auto done = here.sheaf({"config", "check", "s.toml"});
  CHECK(done.status == 3);
  CHECK_THAT(done.out, Contains("s.toml:1:1: unknown key 'soruces'") &&
                           Contains("did you mean 'sources'?") && Contains("s.toml:2:11: ") &&
                           Contains("did you mean 'image'?") && Contains("s.toml: 3 problems"));
  const auto json = here.json({"config", "check", "s.toml"});
  REQUIRE(json["problems"].size() == 3);
  CHECK(json["problems"][2]["line"] == 4);
  CHECK(json["problems"][2]["column"] == 8);
  // An ingest says the first, and where to see the others.
  CHECK_THAT(here.sheaf({"ingest", "p", "-o", "x.h5", "-c", "s.toml"}).err,
             Contains("s.toml:1:1: unknown key") && Contains("and 1 more: `sheaf config check"));
  CHECK(here.sheaf({"config", "check", "gone.toml"}).status == 1);
}
