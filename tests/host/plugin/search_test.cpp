// SPDX-License-Identifier: MIT
#include "host/plugin/search.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include "host/plugin/digest.hpp"
#include "tests/host/world.hpp"

using namespace sheaf;
using namespace sheaf::host::plugin;
using test::ScopedVariable;
using test::TempDir;
namespace fs = std::filesystem;

namespace {

// The environment of a user with an empty home.
struct Home {
  TempDir folder;
  ScopedVariable data{"XDG_DATA_HOME", (folder / "data").string()};
  ScopedVariable config{"XDG_CONFIG_HOME", (folder / "config").string()};
  ScopedVariable system{"SHEAF_SYSTEM_CONFIG", (folder / "system.toml").string()};
};

std::vector<Place> places_of(const std::string& path) {
  const ScopedVariable variable("SHEAF_PLUGIN_PATH", path);
  return search_places();
}

const Candidate* find(const std::vector<Place>& places, const std::string& name) {
  for (const Place& place : places) {
    for (const Candidate& candidate : place.candidates) {
      if (candidate.file.filename() == name) return &candidate;
    }
  }
  return nullptr;
}

std::string refusal(const std::string& path, const std::string& name) {
  const auto places = places_of(path);
  const Candidate* candidate = find(places, name);
  return candidate == nullptr ? "not found" : candidate->refused;
}

void trust(const Home& home, const std::string& line) {
  home.folder.write("config/sheaf/trusted", line);
}

}  // namespace

TEST_CASE("places are searched in order, the named ones first", "[host][search]") {
  const Home home;
  const auto places = places_of("/a:/b");
  REQUIRE(places.size() == 5);
  CHECK(places[0].folder == "/a");
  CHECK(places[1].folder == "/b");
  CHECK(places[2].origin == "user");
  CHECK(places[2].folder == home.folder / "data/sheaf/plugins");
  CHECK(places[3].folder == "/usr/local/lib/sheaf/plugins");
  CHECK(places[4].origin == "install");
  CHECK_FALSE(places[0].exists);
}

TEST_CASE("without XDG_DATA_HOME the user's plugins are below the home folder", "[host][search]") {
  const Home home;
  const ScopedVariable data("XDG_DATA_HOME", "relative/is/ignored");
  const ScopedVariable variable("HOME", home.folder.path().string());
  CHECK(places_of("")[0].folder == home.folder / ".local/share/sheaf/plugins");
}

TEST_CASE("relative and empty entries are refused with the reason", "[host][search]") {
  const Home home;
  const auto places = places_of(":plugins:./x:/a:");
  REQUIRE(places.size() == 8);
  CHECK_THAT(places[0].refused, Catch::Contains("working directory"));
  CHECK_THAT(places[1].refused, Catch::Contains("relative"));
  CHECK_THAT(places[2].refused, Catch::Contains("relative"));
  CHECK(places[3].refused.empty());
  CHECK_THAT(places[4].refused, Catch::Contains("empty entry"));
  CHECK_THAT(places_of("/a:/b/../a")[1].refused, Catch::Contains("already"));
  CHECK_THAT(places_of("/a:/a/")[1].refused, Catch::Contains("already"));
}

TEST_CASE("candidates are the .so files of a place, by name", "[host][search]") {
  const Home home;
  for (const char* name : {"p/b.so", "p/a.so", "p/a.txt", "p/lib.so.1", "p/sub/c.so"}) {
    home.folder.write(name, "");
  }
  const auto places = places_of((home.folder / "p").string());
  REQUIRE(places[0].exists);
  REQUIRE(places[0].candidates.size() == 2);
  CHECK(places[0].candidates[0].file == home.folder / "p/a.so");
  CHECK(places[0].candidates[1].file == home.folder / "p/b.so");
  CHECK(places[0].candidates[0].refused.empty());
}

TEST_CASE("a file or folder that others can write to is refused", "[host][search]") {
  const Home home;
  const auto file = home.folder.write("p/a.so", "x");
  const std::string path = (home.folder / "p").string();
  REQUIRE(::chmod(file.c_str(), 0666) == 0);
  CHECK_THAT(refusal(path, "a.so"), Catch::Contains("everybody can write to") &&
                                        Catch::Contains(file.string()) &&
                                        Catch::Contains("chmod go-w"));
  REQUIRE(::chmod(file.c_str(), 0644) == 0);
  CHECK(refusal(path, "a.so").empty());
  REQUIRE(::chmod(path.c_str(), 0777) == 0);
  CHECK_THAT(refusal(path, "a.so"), Catch::Contains("everybody can write to '" + path));
}

TEST_CASE("a link is as good as the folder it leads to", "[host][search]") {
  const Home home;
  home.folder.write("open/a.so", "x");
  fs::create_directory(home.folder / "p");
  fs::create_symlink("../open/a.so", home.folder / "p/a.so");
  const std::string path = (home.folder / "p").string();
  CHECK(refusal(path, "a.so").empty());
  REQUIRE(::chmod((home.folder / "open").c_str(), 0777) == 0);
  CHECK_THAT(refusal(path, "a.so"), Catch::Contains("everybody can write to"));
}

TEST_CASE("a file of another user or writable by a foreign group is refused", "[host][search]") {
  const Home home;
  const auto file = home.folder.write("p/a.so", "x");
  const std::string path = (home.folder / "p").string();
  if (::chown(file.c_str(), 12345, 0) != 0) {
    WARN("skipped: only root can give files away");
    return;
  }
  CHECK_THAT(refusal(path, "a.so"), Catch::Contains("another user"));
  REQUIRE(::chown(file.c_str(), 0, 12345) == 0);
  REQUIRE(::chmod(file.c_str(), 0664) == 0);
  CHECK_THAT(refusal(path, "a.so"), Catch::Contains("its group can write"));
}

TEST_CASE("a digest the user trusts lets a file in, wherever it lies", "[host][search]") {
  const Home home;
  const auto file = home.folder.write("p/a.so", "x");
  home.folder.write("p/b.so", "y");
  const std::string path = (home.folder / "p").string();
  REQUIRE(::chmod(path.c_str(), 0777) == 0);
  trust(home, sha256_of_file(file) + "  " + file.string() + "\n");
  CHECK(refusal(path, "a.so").empty());
  CHECK_THAT(refusal(path, "b.so"), Catch::Contains("everybody"));
  home.folder.write("p/a.so", "changed");
  CHECK_THAT(refusal(path, "a.so"), Catch::Contains("everybody"));
}

TEST_CASE("a list of trusted digests that others can write to counts for nothing",
          "[host][search]") {
  const Home home;
  const auto file = home.folder.write("p/a.so", "x");
  const std::string path = (home.folder / "p").string();
  REQUIRE(::chmod(file.c_str(), 0666) == 0);
  trust(home, sha256_of_file(file) + "\n");
  CHECK(refusal(path, "a.so").empty());
  REQUIRE(::chmod((home.folder / "config/sheaf/trusted").c_str(), 0666) == 0);
  CHECK_THAT(refusal(path, "a.so"), Catch::Contains("everybody"));
  REQUIRE(::chmod((home.folder / "config/sheaf/trusted").c_str(), 0600) == 0);
  REQUIRE(::chmod((home.folder / "config/sheaf").c_str(), 0777) == 0);
  CHECK_THAT(refusal(path, "a.so"), Catch::Contains("everybody"));
}

TEST_CASE("broken links, pipes and folders that end in .so are refused and harm nobody",
          "[host][search]") {
  const Home home;
  trust(home, std::string(64, '0') + "\n");
  home.folder.write("p/good.so", "x");
  fs::create_symlink("gone", home.folder / "p/link.so");
  fs::create_directory(home.folder / "p/folder.so");
  REQUIRE(::mkfifo((home.folder / "p/pipe.so").c_str(), 0600) == 0);
  const std::string path = (home.folder / "p").string();
  CHECK(refusal(path, "good.so").empty());
  for (const char* name : {"link.so", "folder.so", "pipe.so"}) {
    CAPTURE(name);
    CHECK_THAT(refusal(path, name), Catch::Contains("is no file"));
  }
}

TEST_CASE("folders of the settings come behind the user's own, the user's before the system's",
          "[host][search]") {
  const Home home;
  home.folder.write("config/sheaf/sheaf.toml", "plugin_folders = ['/lab/one', '/lab/two']\n");
  home.folder.write("system.toml", "plugin_folders = '/site'\n");
  std::vector<std::string> folders;
  for (const Place& place : places_of("/a")) folders.push_back(place.folder.string());
  REQUIRE(folders.size() == 7);
  CHECK(folders[2] == "/lab/one");
  CHECK(folders[3] == "/lab/two");
  CHECK(folders[4] == "/site");
  CHECK(folders[5] == "/usr/local/lib/sheaf/plugins");
}

TEST_CASE("settings that others could have written, or that make no sense, stop the search",
          "[host][search]") {
  const Home home;
  home.folder.write("config/sheaf/sheaf.toml", "plugin_folders = 'lab'\n");
  CHECK_THROWS_WITH(places_of(""), Catch::Contains("sheaf.toml:1:18") &&
                                       Catch::Contains("'lab' is no absolute path"));
  home.folder.write("config/sheaf/sheaf.toml", "plugin_folder = '/lab'\n");
  CHECK_THROWS_WITH(places_of(""), Catch::Contains("plugin_folder"));
  home.folder.write("config/sheaf/sheaf.toml", "plugin_folders = '/lab'\n");
  REQUIRE(::chmod((home.folder / "config/sheaf/sheaf.toml").c_str(), 0666) == 0);
  CHECK_THROWS_WITH(places_of(""), Catch::Contains("everybody can write"));
}
