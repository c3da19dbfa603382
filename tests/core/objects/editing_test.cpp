// SPDX-License-Identifier: MIT
// Values changed by hand keep what is around them; lists are moved through like dictionaries.
#include "core/objects/editing.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/objects/file.hpp"

using namespace sheaf;
using namespace sheaf::objects;
using Catch::Contains;

TEST_CASE("a value takes the dtype that is there, if that holds it", "[core][objects]") {
  const File file = File::in_memory();
  file["gain"] = 0.5F;
  file["gain"].attrs()["unit"] = "dB";
  assign(file["gain"], 2);
  CHECK(file["gain"].array().dtype() == float32);
  CHECK(file["gain"].as<int>() == 2);
  assign(file["gain"], "loud");
  CHECK(file["gain"].as<std::string>() == "loud");
  CHECK(file["gain"].attrs().get<std::string>("unit") == "dB");
  assign(file["flag"], 1);
  assign(file["flag"], true);
  CHECK(file["flag"].array().dtype() == boolean);
  assign(file["gain"], 3, Dtypes::OfTheValue);
  CHECK(file["gain"].array().dtype() == int32);
}

TEST_CASE("an array that is written into keeps its chunks, another shape makes it anew",
          "[core][objects]") {
  const File file = File::in_memory();
  (void)file["a"].make_array(float64, {3});
  assign(file["a"], std::vector<int>{1, 2, 3});
  CHECK_NOTHROW(file["a"].array().resize({5}));
  assign(file["a"], std::vector<int>{1, 2});
  CHECK(file["a"].array().dtype() == int32);
}

TEST_CASE("what takes the place of a pickle isn't taken for one", "[core][objects]") {
  const File file = File::in_memory();
  file["x"] = none;
  file["x"].attrs()["about"] = "nothing";
  assign(file["x"], 1);
  CHECK(file["x"].tree() == Tree(1));
  CHECK(file["x"].attrs().names() == std::vector<std::string>{"about"});
}

TEST_CASE("an attribute keeps its dtype likewise", "[core][objects]") {
  const File file = File::in_memory();
  file.attrs()["gain"] = 0.5F;
  assign(file.attrs(), "gain", 1);
  CHECK(file.attrs().at("gain") == Tree(1.0F));
  assign(file.attrs(), "gain", 0.1);
  CHECK(file.attrs().at("gain").value()->dtype == float32);
  assign(file.attrs(), "gain", "much");
  CHECK(file.attrs().at("gain") == Tree("much"));
}

TEST_CASE("entries move into, within and out of lists", "[core][objects]") {
  const File file = File::in_memory();
  file["log"] = Tree::list({1, 2, 3});
  file["x"] = Tree{{"y", 4}};
  move(file["log/0"], file["log/3"], false);
  CHECK(file["log"].tree() == Tree::list({2, 3, 1}));
  move(file["x/y"], file["log/3"], false);
  CHECK(file["log"].tree() == Tree::list({2, 3, 1, 4}));
  CHECK_FALSE(file["x/y"].exists());
  move(file["log/1"], file["new/z"], false);
  CHECK(file["log"].tree() == Tree::list({2, 1, 4}));
  CHECK(file["new/z"].as<int>() == 3);
  move(file["log/2"], file["log/0"], true);
  CHECK(file["log"].tree() == Tree::list({4, 1}));
}

TEST_CASE("what is moved over its own dictionary remains alone", "[core][objects]") {
  const File file = File::in_memory();
  file["a/b"] = Tree{{"b", 1}, {"c", 2}};
  move(file["a/b"], file["a"], true);
  CHECK(file["a"].tree() == Tree{{"b", 1}, {"c", 2}});
}

TEST_CASE("nothing is moved or copied into itself, nor over what is there", "[core][objects]") {
  const File file = File::in_memory();
  file["a/b"] = 1;
  file["c"] = 2;
  for (const auto& transfer : {move, copy}) {
    CHECK_THROWS_WITH(transfer(file["a"], file["a/d"], true), Contains("into itself"));
    CHECK_THROWS_WITH(transfer(file["a"], file["a"], true), Contains("into itself"));
    CHECK_THROWS_WITH(transfer(file["a"], file["c"], false), Contains("there already"));
    CHECK_THROWS_WITH(transfer(file["e"], file["f"], false), Contains("there are a, c"));
  }
  CHECK(file["a"].tree() == Tree{{"b", 1}});
  CHECK(file["c"].as<int>() == 2);
}

TEST_CASE("attributes are moved and copied as they are, or not at all", "[core][objects]") {
  const File file = File::in_memory(), other = File::in_memory();
  file["a"] = 1;
  file["b"] = 2;
  file["a"].attrs()["unit"] = "V";
  file["b"].attrs()["unit"] = 0.5F;
  CHECK_THROWS_WITH(move_attribute({file["a"], "unit"}, {file["b"], "unit"}, false),
                    Contains("there already"));
  CHECK_THROWS_WITH(copy_attribute({file["a"], "nuit"}, {file["b"], "x"}, false),
                    Contains("there are unit"));
  move_attribute({file["a"], "unit"}, {file["b"], "unit"}, true);
  CHECK(file["a"].attrs().empty());
  CHECK(file["b"].attrs().items() == decltype(file["b"].attrs().items()){{"unit", "V"}});
  move_attribute({file["b"], "unit"}, {file["b"], "u"}, false);
  copy_attribute({file["b"], "u"}, {file["b"], "u"}, true);
  move_attribute({file["b"], "u"}, {file["b"], "u"}, true);
  other["c"] = 1;
  copy_attribute({file["b"], "u"}, {other["c"], "unit"}, false);
  CHECK(other["c"].attrs().get<std::string>("unit") == "V");
  CHECK(file["b"].attrs().names() == std::vector<std::string>{"u"});
}

TEST_CASE("copies go across files and to the end of a list", "[core][objects]") {
  const File file = File::in_memory(), other = File::in_memory();
  file["a"] = Tree{{"b", 1}};
  file["a"].attrs()["unit"] = "V";
  other["log"] = Tree::list({0});
  copy(file["a"], other["log/1"], false);
  CHECK(other["log"].tree() == Tree::list({0, Tree{{"b", 1}}}));
  CHECK(other["log/1"].attrs().get<std::string>("unit") == "V");
  copy(file["a"], other["log/0"], true);
  CHECK(other["log/0/b"].as<int>() == 1);
}
