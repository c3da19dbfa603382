// SPDX-License-Identifier: MIT
// Files of others: h5py's, ch5mpy's (SHEAF_CH5MPY names its source tree), and theirs of ours.
#include <cstdlib>
#include <sstream>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/objects/file.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::objects;
using namespace sheaf::test;
namespace fs = std::filesystem;
using Catch::Contains;

namespace {

void python(const std::string& name, const fs::path& file) {
  const ProcessResult result =
      run_python(fs::path(__FILE__).parent_path() / "h5py_objects.py", {name, file.string()});
  INFO(result.out << result.err);
  REQUIRE(result.ok());
}

void write_ours(const fs::path& path) {
  const File file = File::open(path, "w");
  file["uns"] = Tree{{"a", 1},
                     {"b", std::vector<std::int64_t>{1, 2, 3}},
                     {"c", {{"d", "t\u00e9st"}, {"e", std::vector<double>{0.5}}}},
                     {"names", std::vector<std::string>{"abc", "\u00e9\u00e9"}},
                     {"plain", std::vector<std::string>{"abc", "d"}},
                     {"flag", true},
                     {"z", std::complex<double>(1, 2)},
                     {"nothing", none},
                     {"bytes", Bytes{{std::byte{'x'}, std::byte{0}}, false}},
                     {"empty", Tree::dict()}};
  const List log = file["log"].require_list();
  log.extend({9, 1.0, "2", none, Tree{{"k", 3}}, Tree::list({4, 5})});
  log.erase(0);
  log.insert(1, std::vector<int>{7, 8});
  file.attrs().set(
      {{"value", 1}, {"text", "t\u00e9xt"}, {"bytes", Bytes{{std::byte{'b'}}, false}}});
  file.attrs()["none"] = none;
}

// What h5py_objects.py makes, with plain h5py or with ch5mpy.
void check_theirs(const fs::path& path) {
  const File file = File::open(path);
  const Tree expected{{"a", 1},
                      {"b", std::vector<std::int64_t>{1, 2, 3}},
                      {"c", {{"d", "test"}, {"e", std::vector<double>{0, 0.5}}}},
                      {"names", std::vector<std::string>{"abc", "d"}},
                      {"nothing", none}};
  CHECK(file["uns"].tree() == expected);
  const List list = file["log"].list();
  CHECK(list.size() == 5);
  CHECK(list[0].as<double>() == 1);
  CHECK(list[3].as<std::string>() == "4.");
  CHECK(list[4].kind() == Kind::Bytes);
  CHECK(list[4].as<Bytes>().is_pickle);
  CHECK(file["object"].kind() == Kind::Object);
  CHECK(file["object/l"].as<std::vector<int>>() == std::vector<int>{1, 2});
  CHECK_FALSE(file["object"].attrs().get<Bytes>("__h5_class__").data.empty());
  CHECK(file.attrs().get<int>("value") == 1);
  CHECK(file.attrs().at("parent").is_none());
  CHECK(file.attrs().at("bytes") == Tree(Bytes{{std::byte{'x'}, std::byte{'y'}}, false}));
}

void grow_theirs(const fs::path& path) {
  const File file = File::open(path, "r+");
  const List list = file["log"].list();
  list.append(Tree{{"new", 1}});
  list.erase(1);
  list.insert(0, "first");
  file["uns"].dict() |= Tree{{"c", {{"d", "changed"}}}, {"more", none}};
}

}  // namespace

TEST_CASE("h5py reads what dictionaries, lists and attributes hold", "[core][objects][h5py]") {
  const TempDir folder;
  write_ours(folder / "ours.h5");
  python("check_ours", folder / "ours.h5");
}

TEST_CASE("files in ch5mpy's format open, and grow", "[core][objects][h5py]") {
  const TempDir folder;
  python("make_theirs", folder / "theirs.h5");
  check_theirs(folder / "theirs.h5");
  grow_theirs(folder / "theirs.h5");
  python("check_grown", folder / "theirs.h5");
}

TEST_CASE("ch5mpy itself and Sheaf open each other's files", "[core][objects][h5py]") {
  if (std::getenv("SHEAF_CH5MPY") == nullptr) {
    WARN("SHEAF_CH5MPY names no source tree of ch5mpy: not compared with it");
    return;
  }
  const TempDir folder;
  write_ours(folder / "ours.h5");
  python("ch5mpy_check_ours", folder / "ours.h5");
  python("ch5mpy_make", folder / "theirs.h5");
  check_theirs(folder / "theirs.h5");
  grow_theirs(folder / "theirs.h5");
  python("ch5mpy_check_grown", folder / "theirs.h5");
}

TEST_CASE("what has no match is told, and doesn't hide the rest", "[core][objects][h5py]") {
  const TempDir folder;
  python("make_odd", folder / "odd.h5");
  const File file = File::open(folder / "odd.h5");
  const std::vector<std::pair<std::string, std::string>> unreadable{
      {"compound", "compound"},
      {"reference", "reference"},
      {"region", "reference"},
      {"type", "a named datatype"},
      {"dangling", "a soft link to"},
      {"elsewhere", "an external link to"},
      {"vlen", "vlen"},
      {"circle", "a soft link to"}};
  for (const auto& [name, reason] : unreadable) {
    INFO(name);
    CHECK(file[name].kind() == Kind::Unreadable);
    CHECK_THAT(file[name].unreadable_because(), Contains(reason));
    CHECK_THROWS_AS(file[name].tree(), Error);
  }
  CHECK(file["empty"].tree().is_none());
  CHECK(file["typed"].as<int>() == 5);
  CHECK(file["soft/x"].as<int>() == 1);
  CHECK(file["enum"].as<std::vector<int>>() == std::vector<int>{0, 2});
  CHECK(file["fixed"].as<std::vector<std::string>>() == std::vector<std::string>{"ab", "c"});
  CHECK(file["opaque"].as<Bytes>() == Bytes{{std::byte{1}, std::byte{2}}, false});
  CHECK(file["external/y"].as<int>() == 2);
  CHECK_THROWS_AS(file.root().copy(), Error);
  const Tree copy = file.root().copy(OnUnreadable::Placeholder);
  CHECK(copy.entries()->size() == file.root().size());
  CHECK(copy.find("compound")->unreadable() != nullptr);
  CHECK(copy.find("group/x")->as<int>() == 1);
  CHECK_THAT(copy.find("group/self")->unreadable()->reason, Contains("a part of itself"));
  CHECK(file["group"].attrs().get<std::string>("odd") == "<compound>");
  CHECK(file["group"].attrs().at("empty").is_none());
  std::ostringstream out;
  out << file.root();
  CHECK_THAT(out.str(), Contains("compound: <unreadable: compound>"));
}

TEST_CASE("odd files are changed, and what is copied keeps its types", "[core][objects][h5py]") {
  const TempDir folder;
  python("make_odd", folder / "odd.h5");
  {
    const File file = File::open(folder / "odd.h5", "r+");
    file["group"].dict().erase("self");
    file["copy/compound"] = file["compound"];
    file["copy/group"] = file["group"];
    file["compound"] = 1;
    file["soft/new"] = 3;
    CHECK_THROWS_AS(file["external/new"] = 3, Error);
    CHECK(file["external/y"].as<int>() == 2);
    file["soft/x"].attrs()["unit"] = "V";
    CHECK(file["group/x"].attrs().get<std::string>("unit") == "V");
    file["enum"].attrs()["unit"] = "A";
    file["enum"].attrs()["unit"] = "W";
    CHECK(file["enum"].attrs().get<std::string>("unit") == "W");
    CHECK_THROWS_AS(file["external"].attrs()["unit"] = "V", Error);
    CHECK_THROWS_AS(file["external/y"].attrs()["unit"] = "V", Error);
    CHECK_THROWS_WITH(file["dangling"].attrs()["unit"] = "V", Contains("a soft link to"));
    CHECK_THROWS_WITH(file["nowhere"].attrs()["unit"] = "V", Contains("isn't there"));
    file.root().erase("dangling");
    file.root().rename("vlen", "renamed");
  }
  python("check_odd", folder / "odd.h5");
}
