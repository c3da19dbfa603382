// SPDX-License-Identifier: MIT
// Dictionaries: lazy, nested, merged, renamed, printed.
#include "core/objects/dict.hpp"

#include <sstream>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/objects/file.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::objects;
using namespace sheaf::test;
using Catch::Contains;

namespace {

const Tree nested{{"gain", 0.5},
                  {"name", "scan"},
                  {"when", none},
                  {"raw", Bytes{{std::byte{0}, std::byte{255}}, false}},
                  {"counts", std::vector<int>{1, 2, 3}},
                  {"names", std::vector<std::string>{"a", "\u00e9\u00e9", ""}},
                  {"flags", std::vector<bool>{true, false}},
                  {"phase", std::complex<double>(1, -2)},
                  {"empty", Tree::dict()},
                  {"no_counts", std::vector<float>{}},
                  {"notes", Tree::list({"a", 2, Tree{{"b", true}}, Tree::list()})}};

template <class T>
std::string printed(const T& what) {
  std::ostringstream out;
  out << what;
  return out.str();
}

}  // namespace

TEST_CASE("a nested value is stored and read back as it was", "[core][objects]") {
  const TempDir folder;
  {
    const File file = File::open(folder / "lab.h5", "w");
    file["run/7"] = nested;
    CHECK(file["run/7"].tree() == nested);
  }
  const File file = File::open(folder / "lab.h5");
  const Dict run = file["run"].dict();
  CHECK(run["7"].tree() == nested);
  CHECK(run.copy() == Tree{{"7", nested}});
  std::vector<std::string> names;
  for (const auto& [name, value] : *nested.entries()) names.push_back(name);
  CHECK(run["7"].dict().keys() == names);
  CHECK(run["7/notes/2/b"].as<bool>());
  CHECK(run["7"]["notes"][std::string_view("0")].as<std::string>() == "a");
  CHECK(run["/run/7/gain"].as<double>() == 0.5);
}

TEST_CASE("each kind of value says what it is", "[core][objects]") {
  const File file = File::in_memory();
  file["run"] = nested;
  CHECK(file["run"].kind() == Kind::Dict);
  CHECK(file["run/gain"].kind() == Kind::Scalar);
  CHECK(file["run/counts"].kind() == Kind::Array);
  CHECK(file["run/raw"].kind() == Kind::Bytes);
  CHECK(file["run/notes"].kind() == Kind::List);
  CHECK(file["run/nothing"].kind() == Kind::Absent);
  CHECK(file["run/gain/x"].kind() == Kind::Absent);
  CHECK_THROWS_WITH(file["run/gian"].tree(), Contains("isn't there; there are gain"));
  CHECK_THROWS_WITH(file["run"].dict().at("nmae"), Contains("there are name"));
  CHECK_THROWS_WITH(file["run/gain"].dict(), Contains("no dictionary"));
  CHECK_THROWS_WITH(file["run/notes"].dict(), Contains("a list"));
  CHECK_THROWS_WITH(file["run"].list(), Contains("no list"));
  CHECK_THROWS_WITH(file["run/gain/x"] = 1, Contains("is no dictionary"));
  CHECK(file["run"].dict().get("nothing", 7) == 7);
  CHECK(file["run"].dict().get("gain", 7.0) == 0.5);
}

TEST_CASE("merging goes deep, and setting replaces", "[core][objects]") {
  const File file = File::in_memory();
  Dict root = file.root();
  root |= Tree{{"a", {{"x", 1}, {"y", {{"z", 2}}}}}, {"b", 3}};
  root |= Tree{{"a", {{"x", "new"}, {"y", {{"w", 4}}}}}, {"c", Tree::list({1})}};
  const Tree merged{
      {"a", {{"x", "new"}, {"y", {{"z", 2}, {"w", 4}}}}}, {"b", 3}, {"c", Tree::list({1})}};
  CHECK(root.copy() == merged);
  const File other = File::in_memory();
  other.root() |= root;
  CHECK(other.root().copy() == merged);
  root["a"] = Tree{{"q", 1}};
  CHECK(root["a"].tree() == Tree{{"q", 1}});
  root["a"] = 5;
  CHECK(root["a"].as<int>() == 5);
  CHECK(root["a"].kind() == Kind::Scalar);
  CHECK_THROWS_WITH(root |= Tree(1), Contains("merged with a dictionary only"));
  CHECK_THROWS_WITH(file["/"].set(Tree::dict()), Contains("can't be replaced"));
}

TEST_CASE("entries are renamed, erased and copied with their attributes", "[core][objects]") {
  const File file = File::in_memory();
  const Dict root = file.root();
  root["a/b"] = nested;
  root["a/b"].attrs()["unit"] = "mV";
  root["a/b/gain"].attrs()["by"] = std::vector<int>{1, 2};
  root.rename("a/b", "c/d/e");
  CHECK(root["c/d/e"].tree() == nested);
  CHECK_FALSE(root.contains("a/b"));
  CHECK(root["a"].dict().empty());
  root["copy"] = root["c/d/e"];
  CHECK(root["copy"].tree() == nested);
  CHECK(root["copy"].attrs().get<std::string>("unit") == "mV");
  CHECK(root["copy/gain"].attrs().get<std::vector<int>>("by") == std::vector<int>{1, 2});
  const File other = File::in_memory();
  other["from/here"] = root["copy"];
  CHECK(other["from/here"].attrs().get<std::string>("unit") == "mV");
  CHECK_THROWS_WITH(root.rename("copy", "a"), Contains("is there already"));
  CHECK_THROWS_WITH(root.rename("copy", "copy/inner"), Contains("into itself"));
  CHECK_THROWS_WITH(root.rename("nothing", "x"), Contains("isn't there"));
  CHECK(root.erase("c/d"));
  CHECK_FALSE(root.erase("c/d"));
  CHECK(root["c"].dict().empty());
  root.clear();
  CHECK(root.empty());
}

TEST_CASE("what can't be stored changes nothing", "[core][objects]") {
  const File file = File::in_memory();
  const Tree before{{"a", 1}, {"b", 2}};
  file["x"] = before;
  const Tree wrong_name{{"c", 3}, {"in/side", 4}};
  const Tree wrong_text{{"c", Tree{{"d", std::string("a\0b", 3)}}}};
  const Tree wrong_shape{{"c", Value{int32, {3}, std::vector<std::byte>(8), {}}}};
  const Tree placeholder{{"c", Unreadable{"compound"}}};
  for (const Tree& wrong : {wrong_name, wrong_text, wrong_shape, placeholder}) {
    CHECK_THROWS_AS(file["x"] = wrong, Error);
    CHECK_THROWS_AS(file["x"].dict() |= wrong, Error);
    CHECK(file["x"].tree() == before);
  }
  CHECK_THROWS_AS(file["x"]["a/./b"], Error);
}

TEST_CASE("the last of several entries with one name counts", "[core][objects]") {
  const Tree tree(Tree::Dict{{"a", 1}, {"b", 2}, {"a", 3}});
  CHECK(tree == Tree{{"b", 2}, {"a", 3}});
  CHECK_FALSE(tree == Tree{{"b", 2}, {"a", 4}});
  CHECK(tree.find("a")->as<int>() == 3);
}

TEST_CASE("a dictionary prints types and shapes", "[core][objects]") {
  const File file = File::in_memory();
  file["d"] = Tree{{"a", 1},
                   {"b", std::vector<std::int64_t>{1, 2, 3}},
                   {"c", {{"x", 1}}},
                   {"e", Tree::dict()},
                   {"f", "it's"},
                   {"g", none},
                   {"h", Tree::list({1.0, "two"})},
                   {"i", std::vector<double>(100, 0.5)}};
  CHECK(printed(file["d"].dict()) ==
        "Dict{\n\ta: 1,\n\tb: Array([1, 2, 3], shape=(3,), dtype=int64),\n\tc: {...},\n\te: {},"
        "\n\tf: \"it's\",\n\tg: None,\n\th: List[1.0, 'two'],"
        "\n\ti: Array([0.5, 0.5, 0.5, ..., 0.5, 0.5, 0.5], shape=(100,), dtype=float64)\n}");
  const Value grid{uint8, {2, 2}, {std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}}, {}};
  file["grid"] = grid;
  CHECK(printed(file["grid"].array()) ==
        "Array([[1, 2],\n       [3, 4]], shape=(2, 2), dtype=uint8)");
}

TEST_CASE("printing stays short, however many entries there are", "[core][objects]") {
  const File file = File::in_memory();
  Tree::Dict many;
  for (int at = 0; at < 3000; ++at) many.emplace_back("key" + std::to_string(at), at);
  file["many"] = Tree(many);
  const std::string text = printed(file["many"].dict());
  CHECK_THAT(text, Contains("key9: 9,\n\t...,\n\tkey2990: 2990"));
  CHECK(std::ranges::count(text, '\n') == 22);
  CHECK(file["many"].dict().size() == 3000);
  CHECK(file["many"].dict().keys()[2999] == "key2999");
  CHECK_THROWS_WITH(file["many/kye77"].tree(), Contains("and 2992 more"));
}

TEST_CASE("thousands of groups in each other are opened where it is asked", "[core][objects]") {
  const File file = File::in_memory();
  std::string path = "g";
  for (int at = 0; at < 1500; ++at) path += "/g";
  file[path] = 1;
  CHECK(file[path].as<int>() == 1);
  CHECK(file["g/g/g"].dict().size() == 1);
  Item at = file["g"];
  for (int level = 0; level < 200; ++level) at = at["g"];
  CHECK(at.kind() == Kind::Dict);
}

TEST_CASE("arrays are read and written in parts, and resized where they can be",
          "[core][objects]") {
  const File file = File::in_memory();
  const Array array = file["a"].make_array(int32, {2, 3});
  CHECK(array.read() == Value{int32, {2, 3}, std::vector<std::byte>(24), {}});
  array.write({1, 1}, Value{uint8, {1, 2}, {std::byte{7}, std::byte{8}}, {}});
  CHECK(array.read({1, 0}, {1, 3}) == [] {
    Value row = Value::of(std::vector<std::int32_t>{0, 7, 8});
    row.shape = {1, 3};
    return row;
  }());
  array.resize({4, 2});
  CHECK(array.shape() == Shape{4, 2});
  CHECK_THROWS_WITH(array.read({3, 0}, {2, 1}), Contains("isn't inside its shape"));
  CHECK_THROWS_WITH(array.write(Value::of(1)), Contains("resize it"));
  CHECK_THROWS_WITH(
      array.write({0, 0}, Value{float64, {1, 1}, std::vector<std::byte>(8, std::byte{63}), {}}),
      Contains("without a loss"));
  file["b"] = std::vector<double>{1, 2};
  CHECK_THROWS_WITH(file["b"].array().resize({3}), Contains("make_array()"));
  file["b"].array().write(Value::of(std::vector<int>{3, 4}));
  CHECK(file["b"].as<std::vector<double>>() == std::vector<double>{3, 4});
  const Array texts = file["t"].make_array(utf8, {2});
  texts.write(Value::of(std::vector<std::string>{"a", "bc"}));
  texts.resize({3});
  CHECK(file["t"].as<std::vector<std::string>>() == std::vector<std::string>{"a", "bc", ""});
  // As ch5mpy shows it.
  CHECK_THAT(printed(file["t"].array()), Contains("dtype='<U2'"));
}
