// SPDX-License-Identifier: MIT
// Modes, files without a name, commits and what ends without one, addresses.
#include "core/objects/file.hpp"

#include <csignal>
#include <thread>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::objects;
using namespace sheaf::test;
namespace fs = std::filesystem;
using Catch::Contains;

namespace {

fs::path with_one(const fs::path& path) {
  const File file = File::open(path, "w");
  file["a"] = 1;
  return path;
}

}  // namespace

TEST_CASE("modes mean what they mean in h5py", "[core][objects]") {
  const TempDir folder;
  const fs::path path = folder / "lab.h5";
  for (const char* mode : {"r", "r+"}) CHECK_THROWS_AS(File::open(path, mode), Error);
  CHECK_FALSE(fs::exists(path));
  with_one(path);
  CHECK(File::open(path)["a"].as<int>() == 1);
  CHECK(File::open(path, "r").mode() == "r");
  CHECK_THROWS_WITH(File::open(path)["b"] = 2, Contains("open for reading only"));
  CHECK(File::open(path, "r+").mode() == "r+");
  for (const char* mode : {"w-", "x"}) {
    CHECK_THROWS_WITH(File::open(path, mode), Contains("exists already"));
  }
  File::open(path, "a")["b"] = 2;
  CHECK(File::open(path).root().keys() == std::vector<std::string>{"a", "b"});
  File::open(path, "w")["c"] = 3;
  CHECK(File::open(path).root().keys() == std::vector<std::string>{"c"});
  File::open(folder / "new.h5", "a")["d"] = 4;
  CHECK(File::open(folder / "new.h5")["d"].as<int>() == 4);
  CHECK_THROWS_WITH(File::open(path, "rw"), Contains("there are r, r+, w, w-"));
}

TEST_CASE("a file that is to be replaced stays until the first commit", "[core][objects]") {
  const TempDir folder;
  const fs::path path = with_one(folder / "lab.h5");
  const File file = File::open(path, "w");
  file["b"] = 2;
  CHECK(File::open(path).root().contains("a"));
  file.commit();
  CHECK(File::open(path).root().keys() == std::vector<std::string>{"b"});
  file["c"] = 3;
  CHECK_FALSE(File::open(path).root().contains("c"));
  file.close();
  CHECK(File::open(path).root().contains("c"));
}

TEST_CASE("files without a name leave nothing behind", "[core][objects]") {
  fs::path place;
  for (const bool is_in_memory : {true, false}) {
    const File file = is_in_memory ? File::in_memory() : File::temporary();
    place = file.path();
    file["a/b"] = "text";
    file.commit();
    file["a/c"] = 1;
    file.rollback();
    CHECK(file.root().copy() == Tree{{"a", {{"b", "text"}}}});
    CHECK(fs::exists(place));
  }
  CHECK_FALSE(fs::exists(place));
  CHECK_FALSE(fs::exists(place.parent_path()));
}

TEST_CASE("a rollback takes everything back to the last commit", "[core][objects]") {
  const TempDir folder;
  const File file = File::open(with_one(folder / "lab.h5"), "r+");
  const Tree before{{"a", 1}, {"list", Tree::list({1, 2, 3})}};
  file["list"] = Tree::list({1, 2, 3});
  file.commit();
  file["a"] = 2;
  file["b/c"] = 3;
  file.attrs()["x"] = 1;
  file["list"].list().erase(0);
  file["list"].list().insert(0, "new");
  file.rollback();
  CHECK(file.root().copy() == before);
  CHECK(file.attrs().empty());
  file["list"].list().append(4);
  CHECK(file["list"].list() == Tree::list({1, 2, 3, 4}));
  file.close();
  CHECK_THROWS_WITH(file["a"].tree(), Contains("is closed"));
}

TEST_CASE("a new file that is rolled back is empty and goes on", "[core][objects]") {
  const TempDir folder;
  const File file = File::open(folder / "lab.h5", "w");
  file["a"] = 1;
  file.rollback();
  CHECK(file.root().empty());
  file["b"] = 2;
  file.close();
  CHECK(File::open(folder / "lab.h5").root().copy() == Tree{{"b", 2}});
}

TEST_CASE("an exception on its way drops what wasn't committed", "[core][objects]") {
  const TempDir folder;
  const fs::path path = with_one(folder / "lab.h5");
  const auto fail = [&](const char* mode) {
    const File file = File::open(path, mode);
    file["b"] = 2;
    throw std::runtime_error("out of here");
  };
  CHECK_THROWS(fail("r+"));
  CHECK(File::open(path).root().copy() == Tree{{"a", 1}});
  CHECK_THROWS(fail("w"));
  CHECK(File::open(path).root().copy() == Tree{{"a", 1}});
  CHECK(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()) == 1);
}

TEST_CASE("of a killed process the last commit stays", "[core][objects]") {
  const TempDir folder;
  const fs::path path = folder / "lab.h5";
  const ProcessResult result = run_forked([&] {
    const File file = File::open(path, "w");
    file["list"] = Tree::list({1, 2, 3});
    file.commit();
    file["list"].list().erase(0);
    file["more"] = std::vector<double>(100000);
    ::kill(::getpid(), SIGKILL);
    return 0;
  });
  CHECK(result.signal == SIGKILL);
  CHECK(File::open(path).root().copy() == Tree{{"list", Tree::list({1, 2, 3})}});
  File::open(path, "r+")["after"] = true;
  CHECK(File::open(path).root().contains("after"));
}

TEST_CASE("an address leads back in another thread and in another process", "[core][objects]") {
  const TempDir folder;
  const fs::path path = with_one(folder / "a#b%23.h5");
  std::string reading;
  {
    const File file = File::open(path, "r+");
    file["run/7"] = 0.5;
    const std::string address = file["run/7"].address();
    std::thread([&] {
      const Item there = File::from_address(address);
      CHECK(there.as<double>() == 0.5);
      there.attrs()["seen"] = true;
    }).join();
    CHECK(file["run/7"].attrs().get<bool>("seen"));
    CHECK_THROWS_WITH(File::open(path, "r+"), Contains("open for writing in this process"));
    reading = "r:" + address.substr(3);
  }
  const ProcessResult result =
      run_forked([&] { return File::from_address(reading).as<double>() == 0.5 ? 7 : 1; });
  CHECK(result.status == 7);
  for (const char* wrong : {"", "r:/a", "x:/a#/b", "r:/a#b"}) {
    CHECK_THROWS_WITH(File::from_address(wrong), Contains("is no address of an item"));
  }
}
