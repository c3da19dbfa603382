// SPDX-License-Identifier: MIT
#include "host/source/walk.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::host;
using Ids = std::vector<std::string>;

namespace {

Ids ids(const std::vector<std::string>& arguments, const WalkOptions& options = {}) {
  Ids ids;
  const WalkResult result = walk(arguments, options);
  for (const WalkProblem& problem : result.problems) INFO(problem.id + ": " + problem.message);
  CHECK(result.problems.empty());
  for (const Source& source : result.sources) ids.push_back(source.id);
  return ids;
}

// A folder that is the working directory for the time of a test.
class Here : public test::TempDir {
 public:
  Here() { std::filesystem::current_path(path()); }
  ~Here() { std::filesystem::current_path("/"); }
};

// photos/{a.png, b/c.png, b/d.txt}
void fill(const test::TempDir& folder) {
  folder.write("photos/b/d.txt", "d");
  folder.write("photos/b/c.png", "cc");
  folder.write("photos/a.png", "aaa");
}

}  // namespace

TEST_CASE("a folder's ids begin with its name", "[host][walk]") {
  const Here here;
  fill(here);
  CHECK(ids({"photos"}) == Ids{"photos/a.png", "photos/b/c.png", "photos/b/d.txt"});
  CHECK(ids({(here / "photos").string()}) ==
        Ids{"photos/a.png", "photos/b/c.png", "photos/b/d.txt"});
  CHECK(ids({"./photos/b"}) == Ids{"b/c.png", "b/d.txt"});
}

TEST_CASE("ids of a folder with a slash behind and of . and .. begin inside it", "[host][walk]") {
  const Here here;
  fill(here);
  const Ids inside{"a.png", "b/c.png", "b/d.txt"};
  CHECK(ids({"photos/"}) == inside);
  CHECK(ids({"photos//"}) == inside);
  CHECK(ids({"photos/."}) == inside);
  CHECK(ids({"photos/b/.."}) == inside);
  std::filesystem::current_path(here / "photos");
  CHECK(ids({"."}) == inside);
  CHECK(ids({"./"}) == inside);
  std::filesystem::current_path(here / "photos/b");
  CHECK(ids({".."}) == inside);
}

TEST_CASE("a file's id is its path as written, without what leads out of the folder",
          "[host][walk]") {
  const Here here;
  fill(here);
  CHECK(ids({"photos/a.png"}) == Ids{"photos/a.png"});
  CHECK(ids({"./photos/b/../a.png"}) == Ids{"photos/a.png"});
  const std::string absolute = (here / "photos/a.png").string();
  CHECK(ids({absolute}) == Ids{absolute.substr(1)});
  std::filesystem::current_path(here / "photos/b");
  CHECK(ids({"../a.png"}) == Ids{"a.png"});
}

TEST_CASE("a glob stands for its matches, sorted bytewise", "[host][walk]") {
  const Here here;
  here.write("z.png", "");
  here.write("B.png", "");
  here.write("ä.png", "");
  here.write("a.txt", "");
  here.write("more/x.png", "");
  CHECK(ids({"*.png"}) == Ids{"B.png", "z.png", "ä.png"});
  CHECK(ids({"mor*"}) == Ids{"more/x.png"});
  CHECK(ids({"{z,B}.p*"}) == Ids{"B.png", "z.png"});
  CHECK_THROWS_WITH(walk({"*.gif"}), Catch::Contains("no file matches"));
}

TEST_CASE("a name that holds glob characters is that file before it is a pattern", "[host][walk]") {
  const Here here;
  here.write("a[1].png", "");
  here.write("a1.png", "");
  CHECK(ids({"a[1].png"}) == Ids{"a[1].png"});
  CHECK(ids({"a*"}) == Ids{"a1.png", "a[1].png"});
}

TEST_CASE("a list names sources one a line", "[host][walk]") {
  const Here here;
  fill(here);
  here.write("list.txt", "photos/b\r\n\nphotos/a.png\n./photos/b/../a.tif");
  here.write("photos/a.tif", "");
  CHECK(ids({"@list.txt"}) == Ids{"b/c.png", "b/d.txt", "photos/a.png", "photos/a.tif"});
}

TEST_CASE("a list with zero bytes is separated by them, so that names may hold newlines",
          "[host][walk]") {
  const Here here;
  here.write("two\nlines", "");
  here.write("b", "");
  here.write("list", std::string("two\nlines\0b\0", 12));
  CHECK(ids({"@list"}) == Ids{"two\nlines", "b"});
}

TEST_CASE("a list that isn't there is an error that names it", "[host][walk]") {
  const Here here;
  CHECK_THROWS_WITH(walk({"@gone.txt"}), Catch::Contains("gone.txt"));
  CHECK_THROWS_WITH(walk({"gone"}), Catch::Contains("gone"));
}

TEST_CASE("with a base folder every id is the path from there", "[host][walk]") {
  const Here here;
  fill(here);
  WalkOptions options;
  options.base = here.path().string();
  CHECK(ids({"photos/b", "photos/a.png"}, options) ==
        Ids{"photos/b/c.png", "photos/b/d.txt", "photos/a.png"});
  options.base = "photos";
  CHECK(ids({"photos/b/"}, options) == Ids{"b/c.png", "b/d.txt"});
  CHECK(ids({(here / "photos").string()}, options) == Ids{"a.png", "b/c.png", "b/d.txt"});
  options.base = "photos/b/";
  CHECK(ids({"photos/b/c.png"}, options) == Ids{"c.png"});
  CHECK_THROWS_WITH(walk({"photos/a.png"}, options), Catch::Contains("isn't below --base"));
}

TEST_CASE("hidden files and folders are left out of folders but can be named", "[host][walk]") {
  const Here here;
  here.write("in/.hidden", "");
  here.write("in/.git/x", "");
  here.write("in/seen", "");
  CHECK(ids({"in"}) == Ids{"in/seen"});
  CHECK(ids({"in/.hidden"}) == Ids{"in/.hidden"});
}

TEST_CASE("names are sorted bytewise within each folder, whatever the locale", "[host][walk]") {
  const Here here;
  for (const char* name : {"in/b", "in/B", "in/10", "in/9", "in/a/z", "in/a.x", "in/ä"}) {
    here.write(name, "");
  }
  CHECK(ids({"in/"}) == Ids{"10", "9", "B", "a/z", "a.x", "b", "ä"});
}

TEST_CASE("folders of many names are walked in order, and may be left at any of them",
          "[host][walk]") {
  const Here here;
  Ids expected;
  for (int number = 0; number < 9000; ++number) {
    // Names that differ in their first eight bytes, behind them, or in their length.
    std::string name = std::to_string(number % 3 == 0 ? 10'000'000 + number : number);
    if (number % 3 == 1) name = "picture-" + name;
    const std::string path = here.write("many/" + name, std::string(number % 7, 'x')).string();
    expected.push_back("many/" + name);
    if (number % 1000 == 0) expected.push_back("many/a" + name + "/" + name);
    if (number % 1000 == 0) here.write("many/a" + name + "/" + name, "x");
  }
  std::filesystem::remove(here.path() / "many" / "2");
  std::filesystem::create_symlink("nowhere", here.path() / "many" / "2");
  std::ranges::sort(expected);
  const WalkResult result = walk({"many"});
  REQUIRE(result.problems.size() == 1);
  CHECK(result.problems[0].id == "many/2");
  std::erase(expected, "many/2");
  Ids found;
  for (const Source& source : result.sources) found.push_back(source.id);
  CHECK((found == expected));
  for (const Source& source : result.sources) {
    if (source.size != static_cast<std::int64_t>(std::filesystem::file_size(source.path))) {
      FAIL(source.id);
    }
  }
  for (const std::size_t last : {0, 1, 63, 64, 4095, 4096, 4097, 8999}) {
    std::size_t met = 0;
    const auto leave = [&](const Source&) {
      if (met++ < last) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));  // whoever looks ahead waits now
      throw Error(ErrorCode::Cancelled, "walk", "left");
    };
    CHECK_THROWS_WITH(walk({"many"}, {}, leave), Catch::Contains("left"));
  }
}

TEST_CASE("arguments keep their order", "[host][walk]") {
  const Here here;
  here.write("b", "");
  here.write("a", "");
  CHECK(ids({"b", "a"}) == Ids{"b", "a"});
}

TEST_CASE("a source has size, time and a path that can be opened", "[host][walk]") {
  const Here here;
  fill(here);
  const WalkResult result = walk({"photos/a.png"});
  REQUIRE(result.sources.size() == 1);
  CHECK(result.sources[0].size == 3);
  CHECK(result.sources[0].mtime_ns > 1'600'000'000'000'000'000);
  CHECK(test::read_file(result.sources[0].path) == "aaa");
}

TEST_CASE("the file being written is no source of itself", "[host][walk]") {
  const Here here;
  fill(here);
  here.write("photos/out.h5", "old");
  WalkOptions options;
  options.output = here / "photos/out.h5";
  CHECK(ids({"photos/"}, options) == Ids{"a.png", "b/c.png", "b/d.txt"});
  std::filesystem::create_symlink("out.h5", here / "photos/link.h5");
  CHECK(ids({"photos/"}, options) == Ids{"a.png", "b/c.png", "b/d.txt"});
}
