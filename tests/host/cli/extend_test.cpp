// SPDX-License-Identifier: MIT
// Methods and transforms as a user calls them, compared with NumPy.
#include <catch2/catch.hpp>

#include "tests/host/cli/sheaf.hpp"

using Catch::Matchers::Contains;
using sheaf::test::is_one_error_line;
using sheaf::test::Workplace;

namespace {

sheaf::test::ProcessResult compare_python(std::vector<std::string> arguments) {
  return sheaf::test::run_python(std::string(SHEAF_TEST_FOLDER) + "/extend.py", arguments);
}

}  // namespace

TEST_CASE("Methods and transforms give what NumPy gives", "[host][cli][extend][compare]") {
  const Workplace here;
  std::filesystem::create_directory(here / "m");
  const auto made = compare_python({"make", (here / "m").string()});
  INFO(made.err);
  REQUIRE(made.status == 0);
  const auto done = here.sheaf(
      {"ingest", "m/", "-o", "x.h5", "-f", "image", "-f", "image_statistics", "-f", "audio"});
  INFO(done.err);
  REQUIRE(done.status == 0);
  const auto compared = compare_python({"check", SHEAF_PROGRAM, (here / "x.h5").string()});
  INFO(compared.out << compared.err);
  CHECK(compared.status == 0);
  CHECK(compared.out == "equal\n");
}

TEST_CASE("call lists methods, calls one and says what is wrong", "[host][cli][extend]") {
  const Workplace here;
  here.picture("p/a.ppm", 4, 3, 10);
  here.picture("p/b=1.ppm", 4, 3, 20);
  REQUIRE(here.sheaf({"ingest", "p/", "-o", "x.h5", "-f", "image", "-f", "pathlabel:pattern=^(.)"})
              .status == 0);
  CHECK_THAT(here.sheaf({"call", "x.h5", "image"}).out,
             Contains("histogram") && Contains("bins") && Contains("16") && Contains("size"));
  CHECK(here.json({"call", "x.h5", "image"})[1]["name"] == "size");
  const auto printed = here.sheaf({"call", "x.h5", "image", "size", "a.ppm", "b=1.ppm"});
  CHECK(printed.out ==
        "height:\n[3, 3]\n(2,) int64\nwidth:\n[4, 4]\n(2,) int64\nchannels:\n[3, 3]\n"
        "(2,) int64\n");
  const auto there = here.json({"call", "x.h5", "image", "histogram", "a.ppm", "bins=2"});
  const auto in_here =
      here.json({"call", "x.h5", "image", "histogram", "a.ppm", "bins=2", "--in-process"});
  CHECK(there == in_here);
  CHECK(there["histogram"]["values"] == nlohmann::json({{12, 0}, {12, 0}, {12, 0}}));
  using Command = std::vector<std::string>;
  for (const auto& [arguments, why] : std::vector<std::pair<Command, const char*>>{
           {{"image", "sise", "a.ppm"}, "has no method 'sise'; it has histogram, size"},
           {{"image", "histogram", "a.ppm", "bins=0"}, "won't do; it is"},
           {{"image", "histogram", "a.ppm", "c=1"}, "has no parameter 'c'"},
           {{"image", "size", "c.ppm"}, "no such source"},
           {{"image", "size"}, "at least one source"},
           {{"pathlabel", "size", "a.ppm"}, "has no methods"},
           {{"audio", "size", "a.ppm"}, "there are: image, pathlabel"}}) {
    Command command{"call", "x.h5"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const auto refused = here.sheaf(command);
    INFO(refused.err);
    CHECK(refused.status == 1);
    CHECK(is_one_error_line(refused.err));
    CHECK_THAT(refused.err, Contains(why));
  }
}

TEST_CASE("The option --transform changes what get and export give", "[host][cli][extend]") {
  const Workplace here;
  here.picture("p/a.ppm", 2, 1, 255);
  REQUIRE(here.sheaf({"ingest", "p/", "-o", "x.h5", "-f", "image"}).status == 0);
  const auto grey = here.sheaf({"get", "x.h5", "image", "a.ppm", "--transform", "to_grey",
                                "--transform", "reshape:shape=[2]"});
  CHECK(grey.out == "[[91, 91]]\n(1, 2) uint8\n");
  CHECK(here.sheaf({"get", "x.h5", "image", "a.ppm", "--transform", "to_grey", "--transform",
                    "reshape:shape=[2]", "--in-process"})
            .out == grey.out);
  CHECK(here.json({"get", "x.h5", "image", "--rows", "0:1", "--transform",
                   "normalise:mean=[255,20,30],std=1"})["values"][0][0][0] ==
        nlohmann::json({0, 0, 0}));
  const auto unnamed = here.sheaf({"export", "x.h5", "-o", "y.npz", "--transform", "to_float"});
  CHECK(unnamed.status == 2);
  CHECK(is_one_error_line(unnamed.err));
  CHECK_THAT(here.sheaf({"get", "x.h5", "image", "a.ppm", "--transform", "normalise"}).err,
             Contains("has no mean"));
  CHECK_THAT(here.sheaf({"get", "x.h5", "image", "a.ppm", "--transform", "reshape:shape=[5]"}).err,
             Contains("rows of 6 elements"));
}

TEST_CASE("plugins shows methods, transforms and their parameters", "[host][cli][extend]") {
  const Workplace here;
  CHECK_THAT(here.sheaf({"plugins"}).out, Contains("to_float") && Contains("transform"));
  CHECK_THAT(here.sheaf({"plugins", "info", "audio"}).out,
             Contains("methods") && Contains("loudness") && Contains("window"));
  CHECK_THAT(here.sheaf({"plugins", "info", "normalise"}).out,
             Contains("sheaf.normalise") && Contains("std"));
  const auto info = here.json({"plugins", "info", "sheaf.transform"});
  REQUIRE(info["transforms"].size() == 4);
  CHECK(info["transforms"][2]["params"][0]["default"] == "required");
}
