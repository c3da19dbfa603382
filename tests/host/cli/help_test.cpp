// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "tests/host/cli/sheaf.hpp"

using Catch::Matchers::Contains;
using sheaf::test::Workplace;

TEST_CASE("Every command's help has an example", "[host][cli][help]") {
  const Workplace here;
  for (const std::string command :
       {"ingest", "info", "get",  "ls",     "preview", "export",  "call",
        "verify", "pack", "diff", "doctor", "plugins", "explain", "config",
        "show",   "set",  "rm",   "mv",     "cp",      "stat",    "eval"}) {
    const auto done = here.sheaf({command, "--help"});
    INFO(done.out);
    CHECK(done.status == 0);
    CHECK_THAT(done.out, Contains("Example") && Contains("sheaf " + command));
    CHECK_THAT(done.out, !Contains("\n\n\n"));
  }
  CHECK_THAT(here.sheaf({"--help"}).out, !Contains("\n\n\n"));
}

TEST_CASE("A slip in the usage is one line and exit status 2", "[host][cli][help]") {
  const Workplace here;
  using Command = std::vector<std::string>;
  for (const Command& command :
       {Command{"ingest"}, Command{"ingest", "p"}, Command{"inglest"}, Command{"info"},
        Command{"ingest", "p", "-o", "x", "--workers", "0"},
        Command{"ingest", "p", "-o", "x", "--no-such-option"}}) {
    const auto done = here.sheaf(command);
    INFO(done.err);
    CHECK(done.status == 2);
    CHECK(sheaf::test::is_one_error_line(done.err));
  }
}

TEST_CASE("plugins lists, informs and shows where it looked", "[host][cli][plugins]") {
  const Workplace here;
  CHECK_THAT(here.sheaf({"plugins"}).out, Contains("image") && Contains("audio") &&
                                              Contains("dirlabel") && Contains("pathlabel"));
  CHECK_THAT(here.sheaf({"plugins", "info", "image"}).out,
             Contains("size") && Contains("color") && Contains("sha256:"));
  const auto paths = here.sheaf({"plugins", "paths"});
  CHECK_THAT(paths.out, Contains("sheaf_image.so") && Contains("loaded") && Contains("/usr/local"));
  const auto unknown = here.sheaf({"plugins", "info", "imaje"});
  CHECK(unknown.status == 1);
  CHECK(sheaf::test::is_one_error_line(unknown.err));
}

TEST_CASE("explain says which feature loads a source and by which pattern",
          "[host][cli][explain]") {
  const Workplace here;
  const auto rows = here.json({"explain", "photos/cats/1.JPG"});
  REQUIRE(rows[0]["matches"].size() == 2);
  CHECK(rows[0]["matches"][0]["feature"] == "sheaf.dirlabel");
  CHECK(rows[0]["matches"][1]["feature"] == "sheaf.image");
  CHECK(rows[0]["matches"][1]["wins"] == true);
  CHECK_THAT(here.sheaf({"explain", "notes.xyz"}).out, Contains("no feature loads it"));
}

TEST_CASE("explain names sources as an ingest with the same base would", "[host][cli][explain]") {
  const Workplace here;
  here.picture("data/cats/1.ppm");
  CHECK(here.json({"explain", "data"})[0]["id"] == "data/cats/1.ppm");
  CHECK(here.json({"explain", "data", "--base", "data"})[0]["id"] == "cats/1.ppm");
  here.write("s.toml", "base = 'data'\n");
  CHECK(here.json({"explain", "data", "-c", "s.toml"})[0]["id"] == "cats/1.ppm");
}

TEST_CASE("plugins info shows each parameter's default, type, range, choices and doc",
          "[host][cli][plugins]") {
  const Workplace here;
  const auto params = here.json({"plugins", "info", "audio"})["features"][0]["params"];
  CHECK(params[0]["name"] == "rate");
  CHECK(params[0]["type"] == "a whole number, 1 to 768000");
  CHECK(params[0]["default"] == "unset");
  CHECK(params[1]["type"] == "one of as-is, mono, stereo");
  CHECK(params[1]["default"] == "as-is");
  CHECK_FALSE(params[1]["doc"].get<std::string>().empty());
  CHECK_THAT(here.sheaf({"plugins", "info", "spectrogram"}).out,
             Contains("unset") && Contains("16 to 65536") && Contains("true or false"));
}
