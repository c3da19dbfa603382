// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include "core/objects/file.hpp"
#include "tests/host/cli/sheaf.hpp"

using Catch::Matchers::Contains;
using sheaf::test::is_one_error_line;
using sheaf::test::Workplace;
using namespace sheaf::objects;

namespace {

// Two files with four differences.
void write_pair(const Workplace& here) {
  const File a = File::open(here / "a.h5", "w");
  const File b = File::open(here / "b.h5", "w");
  a["run"] = Tree{{"gain", 0.5}, {"x", std::vector<int>{1, 2, 3}}, {"same", "text"}};
  b["run"] = Tree{{"gain", 0.25}, {"x", std::vector<int>{1, 2, 4}}, {"same", "text"}};
  a["old"] = Tree::list({1, 2});
  a["run"].attrs()["unit"] = "V";
  b["run"].attrs()["unit"] = "\x1b[31mmV";
}

}  // namespace

TEST_CASE("diff has a line for each difference, and diff's exit status", "[host][cli][diff]") {
  const Workplace here;
  write_pair(here);
  const auto done = here.sheaf({"diff", "a.h5", "b.h5"});
  CHECK(done.status == 1);
  CHECK(done.err.empty());
  CHECK(done.out ==
        "/run@unit: 'V' → '\\x1b[31mmV'\n"
        "/run/gain: 0.5 → 0.25\n"
        "/run/x: 1 of 3 differs, by 1 (relative 0.25): [2] 3 → 4\n"
        "/old: only in a.h5: list of 2 entries\n"
        "4 differences in 6 objects\n");
  std::filesystem::copy_file(here / "a.h5", here / "c.h5");
  const auto same = here.sheaf({"diff", "a.h5", "c.h5"});
  CHECK(same.status == 0);
  CHECK(same.out == "no differences in 8 objects\n");
  const auto itself = here.sheaf({"diff", "a.h5", "a.h5"});
  CHECK(itself.status == 0);
  CHECK(itself.out == "no differences: both are the same object\n");
}

TEST_CASE("diff compares a place with a place", "[host][cli][diff]") {
  const Workplace here;
  write_pair(here);
  CHECK(here.sheaf({"diff", "a.h5", "b.h5", "run/gain"}).out ==
        "/run/gain: 0.5 → 0.25\n1 difference in 1 object\n");
  CHECK(here.sheaf({"diff", "a.h5", "a.h5", "/old/0", "old/1"}).out ==
        ".: 1 → 2\n1 difference in 1 object\n");
  CHECK(here.sheaf({"diff", "a.h5", "b.h5", "run/same"}).status == 0);
}

TEST_CASE("diff leaves out and tolerates what it is told to", "[host][cli][diff]") {
  const Workplace here;
  write_pair(here);
  const auto lines = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"diff", "a.h5", "b.h5"});
    const std::string out = here.sheaf(options).out;
    return std::count(out.begin(), out.end(), '\n') - 1;
  };
  CHECK(lines({"--ignore", "^/run/x$"}) == 3);
  CHECK(lines({"--ignore", "^/run", "--ignore", "old"}) == 0);
  CHECK(lines({"--no-attrs"}) == 3);
  CHECK(lines({"--atol", "0.3"}) == 3);
  CHECK(lines({"--rtol", "1"}) == 2);
  CHECK(here.sheaf({"diff", "a.h5", "b.h5", "--max", "1"}).out ==
        "/run@unit: 'V' → '\\x1b[31mmV'\n… and 3 more\n4 differences in 6 objects\n");
  const auto brief = here.sheaf({"diff", "-q", "a.h5", "b.h5"});
  CHECK(brief.status == 1);
  CHECK(brief.out == "a.h5 and b.h5 differ\n");
  CHECK(here.sheaf({"diff", "-q", "a.h5", "a.h5"}).out.empty());
}

TEST_CASE("diff in JSON has everything", "[host][cli][diff]") {
  const Workplace here;
  write_pair(here);
  const auto json = here.json({"diff", "a.h5", "b.h5"});
  CHECK(json["same"] == false);
  CHECK(json["count"] == 4);
  CHECK(json["objects"] == 6);
  REQUIRE(json["differences"].size() == 4);
  CHECK(json["differences"][0]["attribute"] == "unit");
  const auto& x = json["differences"][2];
  CHECK(x["where"] == "/run/x");
  CHECK(x["what"] == "values");
  CHECK(x["first"][0]["at"] == std::vector<int>{2});
  CHECK(x["first"][0]["b"] == 4);
  CHECK(x["largest_relative"] == 0.25);
  CHECK(json["differences"][3]["what"] == "only_in_a");
}

TEST_CASE("What diff can't compare is exit status 2 and one line", "[host][cli][diff]") {
  const Workplace here;
  write_pair(here);
  here.write("text.h5", "no HDF5 at all");
  using Command = std::vector<std::string>;
  for (const Command& command :
       {Command{"diff", "a.h5"}, Command{"diff", "a.h5", "none.h5"},
        Command{"diff", "text.h5", "a.h5"}, Command{"diff", "a.h5", "b.h5", "nothing"},
        Command{"diff", "a.h5", "b.h5", "old"}, Command{"diff", "a.h5", "b.h5", "--ignore", "("},
        Command{"diff", "a.h5", "b.h5", "--rtol", "-1"}}) {
    const auto done = here.sheaf(command);
    INFO(done.err);
    CHECK(done.status == 2);
    CHECK(done.out.empty());
    CHECK(is_one_error_line(done.err));
  }
  sheaf::test::ProcessOptions options;
  options.folder = here.path();
  const auto full =
      sheaf::test::run({"/bin/bash", "-c", SHEAF_PROGRAM " diff a.h5 b.h5 >/dev/full"}, options);
  CHECK(full.status == 2);
  CHECK(is_one_error_line(full.err));
}

TEST_CASE("A chunk that can't be read makes diff's status 2, and is named", "[host][cli][diff]") {
  const Workplace here;
  const auto made = sheaf::test::run_python(
      std::filesystem::path(SHEAF_TEST_FOLDER) / "../../core/objects/difference_files.py",
      {"broken", here.path().string()});
  REQUIRE(made.ok());
  const auto done = here.sheaf({"diff", "a.h5", "b.h5"});
  CHECK(done.status == 2);
  CHECK(done.out == "/more: 1 → 2\n1 difference in 4 objects, 1 couldn't be read\n");
  CHECK(is_one_error_line(done.err));
  CHECK_THAT(done.err, Contains("b.h5:/grid: elements (20, 0) to (23, 9)"));
}

TEST_CASE("Two ingests of the same sources are the same", "[host][cli][diff]") {
  const Workplace here;
  for (int i = 0; i < 4; ++i) here.picture("p/" + std::to_string(i) + ".ppm", 8, 6);
  REQUIRE(here.sheaf({"ingest", "p", "-o", "1.h5"}).status == 0);
  REQUIRE(here.sheaf({"ingest", "p", "-o", "2.h5", "--workers", "1"}).status == 0);
  const auto same = here.sheaf({"diff", "1.h5", "2.h5"});
  INFO(same.out << same.err);
  CHECK(same.status == 0);
  here.picture("p/3.ppm", 8, 6, 100);
  REQUIRE(here.sheaf({"ingest", "p", "-o", "3.h5"}).status == 0);
  const auto other = here.sheaf({"diff", "1.h5", "3.h5", "--ignore", "^/__src__/mtime"});
  INFO(other.out << other.err);
  CHECK(other.status == 1);
  CHECK_THAT(other.out, Contains("/image/__arr__: 48 of 576 differ, by up to 100"));
}
