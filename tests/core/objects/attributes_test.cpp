// SPDX-License-Identifier: MIT
#include "core/objects/attributes.hpp"

#include <sstream>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/objects/file.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::objects;
using namespace sheaf::test;
using Catch::Contains;

TEST_CASE("attributes hold scalars, text, arrays, bytes and none", "[core][objects]") {
  enum class Phase : std::int16_t { Before, After };
  const TempDir folder;
  const std::vector<std::pair<std::string, Tree>> all{
      {"int", 1},
      {"small", std::uint8_t{200}},
      {"float", 0.5F},
      {"text", "\u65e5\u672c"},
      {"bool", true},
      {"complex", std::complex<float>(1, 2)},
      {"enum", Phase::After},
      {"none", none},
      {"bytes", Bytes{{std::byte{0}, std::byte{1}, std::byte{0}}, false}},
      {"no bytes", Bytes{}},
      {"array", std::vector<double>{1, 2, 3}},
      {"texts", std::vector<std::string>{"a", ""}},
      {"flags", std::vector<bool>{true, false}},
      {"nothing", std::vector<int>{}}};
  {
    const File file = File::open(folder / "lab.h5", "w");
    file["array"] = 1;
    for (const Attributes& attrs : {file.attrs(), file["array"].attrs()}) attrs.set(all);
  }
  const File file = File::open(folder / "lab.h5");
  CHECK(Tree(file.attrs().items()) == Tree(all));
  CHECK(std::ranges::is_sorted(file.attrs().names()));
  CHECK(Tree(file["array"].attrs().items()) == Tree(all));
  CHECK(file.attrs().get<Phase>("enum") == Phase::After);
  CHECK(file.attrs()["array"].as<std::vector<int>>() == std::vector<int>{1, 2, 3});
  CHECK(file.attrs().get("absent", 4) == 4);
  CHECK_THROWS_WITH(file.attrs().at("txet"), Contains("there are text"));
  CHECK_THROWS_WITH(file["nowhere"].attrs().size(), Contains("isn't there; there are array"));
}

TEST_CASE("attributes are replaced and erased, also many and of any type", "[core][objects]") {
  const File file = File::in_memory();
  file["a"] = 1;
  for (const Attributes& attrs : {file.attrs(), file["a"].attrs()}) {
    for (int at = 0; at < 40; ++at) attrs["a" + std::to_string(at)] = at;
    for (int at = 0; at < 40; ++at) attrs["a" + std::to_string(at)] = "text";
    for (int at = 0; at < 40; at += 2) CHECK(attrs.erase("a" + std::to_string(at)));
    for (int at = 0; at < 40; at += 4) attrs["a" + std::to_string(at)] = 0.5;
    CHECK_FALSE(attrs.erase("absent"));
    CHECK(attrs.size() == 30);
    CHECK(attrs.get<double>("a0") == 0.5);
    CHECK(attrs.get<std::string>("a1") == "text");
    CHECK_FALSE(attrs.contains("a2"));
    attrs["copy"] = attrs["a0"];
    CHECK(attrs.get<double>("copy") == 0.5);
  }
}

TEST_CASE("an attribute may be larger than HDF5's headers", "[core][objects]") {
  const File file = File::in_memory();
  const std::vector<double> large(20000, 0.25);
  file["a"] = 1;
  file["b"] = Tree::dict();
  for (const char* path : {"a", "b", "/"}) {
    const Attributes attrs = file[path].attrs();
    attrs["x"] = large;
    attrs["x"] = large;
    attrs["y"] = 1;
    CHECK(attrs.get<std::vector<double>>("x") == large);
    CHECK(attrs.names() == std::vector<std::string>{"x", "y"});
  }
}

TEST_CASE("there is no end of attributes that are made and replaced", "[core][objects]") {
  const File file = File::in_memory();
  (void)file["a"].require_dict();
  const Attributes attrs = file["a"].attrs();
  for (int at = 0; at < 70000; ++at) attrs["x"] = at % 2 == 0 ? Tree(at) : Tree(0.5);
  CHECK(attrs.get<double>("x") == 0.5);
}

TEST_CASE("what an attribute can't hold changes nothing", "[core][objects]") {
  const File file = File::in_memory();
  file.attrs()["a"] = 1;
  CHECK_THROWS_WITH(file.attrs()["a"] = Tree::list({1}), Contains("store that as an entry"));
  CHECK_THROWS_WITH(file.attrs()["a"] = std::string("a\0b", 3), Contains("NUL"));
  CHECK_THROWS_AS(file.attrs().set({{"b", 2}, {"", 3}}), Error);
  CHECK(Tree(file.attrs().items()) == Tree{{"a", 1}});
  CHECK_THROWS_WITH(file.attrs().get<std::string>("a"), Contains("attribute 'a' of"));
  CHECK_THROWS_WITH(
      file.attrs().get<bool>("a") == true ? throw Error(ErrorCode::Invalid, "x", "y") : 0,
      Contains("x: y"));
}

TEST_CASE("attributes print as ch5mpy's do", "[core][objects]") {
  const File file = File::in_memory();
  file.attrs().set({{"value", 1}, {"creation", "02/08/2021"}, {"parent", none}});
  std::ostringstream out;
  out << file.attrs();
  CHECK(out.str() ==
        "AttributeManager{creation: 02/08/2021, \n                 parent: None, \n"
        "                 value: 1}");
}
