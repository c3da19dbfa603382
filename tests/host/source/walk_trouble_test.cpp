// SPDX-License-Identifier: MIT
// What the walk does about links, pipes, odd names and sources named twice.
#include <filesystem>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include "core/error.hpp"
#include "core/layout/source_id.hpp"
#include "host/source/walk.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::host;

namespace {

std::string complaint(const std::vector<std::string>& arguments) {
  try {
    static_cast<void>(walk(arguments));
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a link to a folder is followed, one back into its own folder is a problem",
          "[host][walk]") {
  const test::TempDir folder;
  folder.write("elsewhere/x", "");
  folder.write("in/a", "");
  std::filesystem::create_symlink("../elsewhere", folder / "in/link");
  std::filesystem::create_symlink("..", folder / "in/loop");
  std::filesystem::create_symlink(".", folder / "in/self");
  folder.write("in/sub/b", "");
  std::filesystem::create_symlink("../../in", folder / "in/sub/up");
  const WalkResult result = walk({(folder / "in").string() + "/"});
  std::vector<std::string> ids;
  for (const Source& source : result.sources) ids.push_back(source.id);
  // `loop` leads to the folder above, which isn't one we are in: it is walked once.
  CHECK(std::count(ids.begin(), ids.end(), "a") == 1);
  CHECK(std::count(ids.begin(), ids.end(), "link/x") == 1);
  CHECK(std::count(ids.begin(), ids.end(), "sub/b") == 1);
  std::vector<std::string> problems;
  for (const WalkProblem& problem : result.problems) {
    CHECK_THAT(problem.message, Catch::Contains("links back"));
    problems.push_back(problem.id);
  }
  CHECK(std::count(problems.begin(), problems.end(), "self") == 1);
  CHECK(std::count(problems.begin(), problems.end(), "sub/up") == 1);
  CHECK(std::count(problems.begin(), problems.end(), "loop/in") == 1);
}

TEST_CASE("a broken link and a pipe are problems with a reason, not the end of the walk",
          "[host][walk]") {
  const test::TempDir folder;
  folder.write("in/a", "");
  std::filesystem::create_symlink("gone", folder / "in/broken");
  REQUIRE(::mkfifo((folder / "in/pipe").c_str(), 0600) == 0);
  const auto check = [&](const std::string& argument, const std::string& prefix) {
    const WalkResult result = walk({argument});
    REQUIRE(result.sources.size() == 1);
    REQUIRE(result.problems.size() == 2);
    CHECK(result.problems[0].id == prefix + "broken");
    CHECK_THAT(result.problems[0].message, Catch::Contains("can't be read"));
    CHECK(result.problems[1].id == prefix + "pipe");
    CHECK_THAT(result.problems[1].message, Catch::Contains("neither a file nor a folder"));
  };
  check((folder / "in").string(), "in/");
  const std::string absolute = (folder / "in").string().substr(1) + "/";
  check((folder / "in/*").string(), absolute);
  folder.write("list", (folder / "in/a").string() + "\n" + (folder / "in/broken").string() + "\n" +
                           (folder / "in/pipe").string());
  check("@" + (folder / "list").string(), absolute);
}

TEST_CASE("a pipe or a missing file that was named is an error", "[host][walk]") {
  const test::TempDir folder;
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK_THAT(complaint({(folder / "pipe").string()}), Catch::Contains("neither a file nor"));
  CHECK_THAT(complaint({(folder / "gone").string()}), Catch::Contains("gone"));
  CHECK_THAT(complaint({""}), !Catch::Contains("accepted"));
}

TEST_CASE("a folder that can't be read is a problem", "[host][walk]") {
  if (::geteuid() == 0) {
    WARN("skipped: root reads everything");
    return;
  }
  const test::TempDir folder;
  folder.write("in/a", "");
  folder.write("in/locked/b", "");
  std::filesystem::permissions(folder / "in/locked", std::filesystem::perms::none);
  const WalkResult result = walk({(folder / "in").string()});
  std::filesystem::permissions(folder / "in/locked", std::filesystem::perms::owner_all);
  CHECK(result.sources.size() == 1);
  REQUIRE(result.problems.size() == 1);
  CHECK(result.problems[0].id == "in/locked");
}

TEST_CASE("names of any bytes become ids that lead back to them", "[host][walk]") {
  const test::TempDir folder;
  const std::vector<std::string> names{"a b",  "line\nbreak", "\xff\xfe",
                                       "100%", "%41",         "gr\xc3\xbcn"};
  for (const std::string& name : names) folder.write("in/" + name, name);
  const WalkResult result = walk({(folder / "in").string() + "/"});
  REQUIRE(result.sources.size() == names.size());
  for (const Source& source : result.sources) {
    CHECK(layout::unescape_id(source.id) == test::read_file(source.path));
  }
  const auto has = [&](const std::string& id) {
    return std::ranges::count(result.sources, id, &Source::id) == 1;
  };
  CHECK(has("a b"));
  CHECK(has("line\nbreak"));
  CHECK(has("%FF%FE"));
  CHECK(has("100%"));
  CHECK(has("%2541"));
}

TEST_CASE("a source named twice is refused", "[host][walk]") {
  const test::TempDir folder;
  const std::string file = folder.write("a.png", "").string();
  CHECK_THAT(complaint({file, file}), Catch::Contains("listed twice"));
  CHECK_THAT(complaint({file, (folder / "./a.png").string()}), Catch::Contains("a.png"));
}

TEST_CASE("two sources with one id are refused and both named", "[host][walk]") {
  const test::TempDir folder;
  folder.write("one/a.png", "");
  folder.write("two/a.png", "");
  const std::string said =
      complaint({(folder / "one").string() + "/", (folder / "two").string() + "/"});
  CHECK_THAT(said, Catch::Contains("one/a.png") && Catch::Contains("two/a.png"));
  CHECK_THAT(said, Catch::Contains("--base"));
}
