// SPDX-License-Identifier: MIT
// Files that the real ch5mpy and Sheaf edit in turn (SHEAF_CH5MPY names its source tree): after
// each edit both tell the same content.
#include <algorithm>
#include <cstdlib>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "core/objects/file.hpp"
#include "core/objects/names.hpp"
#include "core/objects/python_text.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::objects;
using namespace sheaf::test;
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

std::string run_ch5mpy(const std::string& step, const fs::path& file, int seed = 0) {
  const ProcessResult result = run_python(fs::path(__FILE__).parent_path() / "ch5mpy_exchange.py",
                                          {step, file.string(), std::to_string(seed)});
  INFO(step << ": " << result.err);
  REQUIRE(result.ok());
  return result.out;
}

std::string hex(const std::vector<std::byte>& bytes) {
  constexpr const char* digits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : bytes) {
    text += digits[static_cast<unsigned>(byte) >> 4U];
    text += digits[static_cast<unsigned>(byte) & 15U];
  }
  return text;
}

Json told_of(const Tree& tree) {
  if (tree.is_none()) return nullptr;
  if (const Bytes* bytes = tree.bytes()) {
    return bytes->is_pickle ? Json{{"pickle", true}} : Json{{"bytes", hex(bytes->data)}};
  }
  const Value& value = *tree.value();
  if (value.shape.empty()) return {{"scalar", value.dtype.name()}, {"text", repr(value, 0)}};
  Json texts = Json::array();
  const auto count = static_cast<std::size_t>(element_count(value.shape));
  for (std::size_t at = 0; at < count; ++at) texts.push_back(repr(value, at));
  return {{"array", value.dtype.name()}, {"shape", value.shape}, {"texts", texts}};
}

Json told_of(const Attributes& attrs) {
  Json all = Json::object();
  for (const auto& [name, value] : attrs.items()) {
    const bool is_the_formats =
        name == names::type_attr || name == names::class_attr || name == names::dtype_attr;
    if (!is_the_formats) all[name] = told_of(value);
  }
  return all;
}

Json told_of(const Item& item) {
  Json all{{"attrs", told_of(item.attrs())}};
  if (item.kind() == Kind::List) {
    Json items = Json::array();
    item.list().for_each([&](const Item& each) { return items.push_back(told_of(each)), true; });
    all["list"] = items;
  } else if (item.kind() == Kind::Dict || item.kind() == Kind::Object) {
    Json entries = Json::array();
    item.dict().for_each([&](const std::string& key, const Item& each) {
      return entries.push_back(Json::array({key, told_of(each)})), true;
    });
    all[item.kind() == Kind::Dict ? "dict" : "object"] = entries;
  } else {
    all["value"] = told_of(item.tree());
  }
  return all;
}

void check_both_tell_the_same(const fs::path& path) {
  // Without the order of attributes; h5py lists the root by name, whatever order it keeps.
  auto ours = nlohmann::json::parse(told_of(File::open(path)["/"]).dump());
  std::sort(ours["dict"].begin(), ours["dict"].end());
  const auto theirs = nlohmann::json::parse(run_ch5mpy("dump", path));
  // How theirs comes from ours: far shorter than both.
  CHECK(nlohmann::json::diff(ours, theirs).dump(1).substr(0, 3000) == "[]");
}

void edit_all_kinds(const fs::path& path) {
  const File file = File::open(path, "r+");
  const List list = file["list"].list();
  list.erase(3);
  list.insert(1, Tree{{"ours", none}, {"é", std::vector<double>{0.5, 1e-7}}});
  list.insert(0, Bytes{{std::byte{1}}, false});
  list.append(Tree::list({1, "two"}));
  list.set(4, "set");
  const Dict dict = file["dict"].dict();
  dict |= Tree{{"ours", {{"deep", {{"er", true}}}}}, {"n1", 7}};
  const std::vector<std::string> keys = dict.keys();
  dict.rename(keys[0], "moved" + std::to_string(keys.size()));
  dict.erase(keys[2]);
  dict["copy"] = file["list"];
  dict.attrs()["ours"] = "text";
  dict.attrs()["none"] = none;
  file["list"].attrs()["ours"] = std::vector<std::string>{"x", "yé"};
}

void write_all_kinds(const fs::path& path) {
  const File file = File::open(path, "w");
  Tree::Dict entries;
  Tree::List items;
  const std::vector<Tree> all{none,
                              Bytes{{std::byte{0}, std::byte{255}}, false},
                              "tëxt\n",
                              -5,
                              0.1,
                              0.1F,
                              true,
                              std::complex<float>(1, -2),
                              std::vector<std::int8_t>{-1, 2},
                              std::vector<std::uint64_t>{1, ~std::uint64_t{0}},
                              std::vector<std::string>{"ab", "", "cde"},
                              std::vector<bool>{true, false},
                              std::vector<double>(2000, 0.25),
                              Tree::dict(),
                              Tree::list({1, Tree::list({none}), "x"}),
                              Tree{{"a", {{"b", 1}}}}};
  for (const Tree& each : all) {
    entries.emplace_back("n" + std::to_string(entries.size()), each);
    items.push_back(each);
  }
  file["dict"] = Tree(entries);
  file["list"] = Tree(items);
  file["grown"].make_array(int16, {3}).resize({5});
  for (const char* place : {"/", "dict", "list", "grown"}) {
    for (std::size_t at = 0; at < 12; ++at) {
      file[place].attrs().set("a" + std::to_string(at), all[at]);
    }
  }
}

}  // namespace

TEST_CASE("ch5mpy and Sheaf edit one file in turn", "[core][objects][ch5mpy]") {
  if (std::getenv("SHEAF_CH5MPY") == nullptr) {
    WARN("SHEAF_CH5MPY names no source tree of ch5mpy: not compared with it");
    return;
  }
  const TempDir folder;
  for (const int seed : {-1, 0, 1, 2, 3}) {
    INFO("seed " << seed);
    const fs::path path = folder / (std::to_string(seed) + ".h5");
    if (seed < 0) {
      write_all_kinds(path);
    } else {
      run_ch5mpy("make", path, seed);
    }
    check_both_tell_the_same(path);
    edit_all_kinds(path);
    check_both_tell_the_same(path);
    run_ch5mpy("edit", path, seed + 100);
    check_both_tell_the_same(path);
    edit_all_kinds(path);
    check_both_tell_the_same(path);
  }
}
