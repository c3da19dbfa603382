// SPDX-License-Identifier: MIT
// What differs between two files: by hand, at random, and as h5diff and NumPy see it.
#include "core/objects/difference.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "core/objects/file.hpp"
#include "core/objects/python_text.hpp"
#include "tests/core/objects/draw.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::objects;
using namespace sheaf::test;
namespace fs = std::filesystem;
using Catch::Contains;
using What = Difference::What;
using Wheres = std::vector<std::string>;

namespace {

struct Noted {
  [[nodiscard]] Wheres places() const {
    Wheres all;
    for (const Difference& difference : found) all.push_back(difference.where());
    std::ranges::sort(all);
    return all;
  }
  [[nodiscard]] const Difference& at(const std::string& where) const {
    const auto place = std::ranges::find(found, where, &Difference::where);
    REQUIRE(place != found.end());
    return *place;
  }

  std::vector<Difference> found;
  Wheres left_out, errors;
  DifferenceSummary summary;
};

class Noting final : public DifferenceSink {
 public:
  void differs(const Difference& difference) override { noted.found.push_back(difference); }
  void not_compared(const std::string& where, const std::string& why) override {
    noted.left_out.push_back(where + ": " + why);
  }
  void failed(const std::string& where, const Error& error) override {
    noted.errors.push_back(where + ": " + error.what());
  }
  Noted noted;
};

Noted compared(const Item& a, const Item& b, const DifferenceOptions& options = {}) {
  Noting sink;
  sink.noted.summary = compare(a, b, options, sink);
  CHECK(sink.noted.summary.differences == static_cast<std::int64_t>(sink.noted.found.size()));
  return sink.noted;
}

Noted compared(const fs::path& a, const fs::path& b, const DifferenceOptions& options = {}) {
  return compared(File::open(a)["/"], File::open(b)["/"], options);
}

Noted compared(const TempDir& folder, const DifferenceOptions& options = {}) {
  return compared(folder / "a.h5", folder / "b.h5", options);
}

void make_pairs(const std::string& name, const fs::path& folder) {
  const ProcessResult result =
      run_python(fs::path(__FILE__).parent_path() / "difference_files.py", {name, folder.string()});
  INFO(result.out << result.err);
  REQUIRE(result.ok());
}

// A value that differs in one place, which is told.
class Changer {
 public:
  explicit Changer(std::uint64_t seed) : random_(seed) {}

  struct Changed {
    Tree tree;
    std::string where;
    What what = What::Values;
  };
  Changed change(const Tree& tree) {
    std::uint64_t nodes = 0;
    count(tree, nodes);
    left_ = random_.below(nodes);
    Changed changed;
    changed.tree = rebuilt(tree, "", changed);
    return changed;
  }

 private:
  static void count(const Tree& tree, std::uint64_t& nodes) {
    ++nodes;
    if (const auto* entries = tree.entries()) {
      for (const auto& [name, part] : *entries) count(part, nodes);
    } else if (const auto* items = tree.list_items()) {
      for (const Tree& part : *items) count(part, nodes);
    }
  }

  Tree rebuilt(const Tree& tree, const std::string& path, Changed& changed) {
    if (left_-- == 0) return other(tree, path, changed);
    if (const auto* entries = tree.entries()) {
      Tree::Dict copy;
      for (const auto& [name, part] : *entries) {
        copy.emplace_back(name, rebuilt(part, path + "/" + name, changed));
      }
      return copy;
    }
    if (tree.list_items() == nullptr) return tree;
    Tree::List copy;
    for (const Tree& part : *tree.list_items()) {
      copy.push_back(rebuilt(part, path + "/" + std::to_string(copy.size()), changed));
    }
    return copy;
  }

  Tree other(const Tree& tree, const std::string& path, Changed& changed) {
    changed.where = path.empty() ? "/" : path;
    const bool grows = random_.chance(50);
    if (tree.entries() != nullptr) {
      Tree::Dict entries = *tree.entries();
      const bool adds = grows || entries.empty();
      changed.what = adds ? What::OnlyInB : What::OnlyInA;
      changed.where = path + "/" + (adds ? "new" : entries.back().first);
      if (adds) {
        entries.emplace_back("new", 1);
      } else {
        entries.pop_back();
      }
      return entries;
    }
    if (tree.list_items() != nullptr) {
      Tree::List items = *tree.list_items();
      const bool adds = grows || items.empty();
      changed.what = adds ? What::OnlyInB : What::OnlyInA;
      changed.where = path + "/" + std::to_string(items.size() - (adds ? 0 : 1));
      if (adds) {
        items.emplace_back(none);
      } else {
        items.pop_back();
      }
      return items;
    }
    return other_leaf(tree, changed);
  }

  Tree other_leaf(const Tree& tree, Changed& changed) {
    if (const Bytes* bytes = tree.bytes()) {
      Bytes more = *bytes;
      more.data.push_back(std::byte{1});
      return more;
    }
    Value value = tree.value() != nullptr ? *tree.value() : Value{};
    if (!value.strings.empty()) {
      value.strings[random_.below(value.strings.size())] += "x";
      return value;
    }
    if (value.bytes.empty() || random_.chance(20)) {
      changed.what = What::Kind;
      return tree.is_none() ? Tree(1) : Tree(none);
    }
    std::byte& byte = value.bytes[random_.below(value.bytes.size())];
    byte = static_cast<std::byte>((std::to_integer<unsigned>(byte) + 1) % 100);
    return value;
  }

  crash::Random random_;
  std::uint64_t left_ = 0;
};

Tree reversed(const Tree& tree) {
  if (tree.entries() == nullptr) return tree;
  Tree::Dict entries(tree.entries()->rbegin(), tree.entries()->rend());
  for (auto& entry : entries) entry.second = reversed(entry.second);
  return entries;
}

}  // namespace

TEST_CASE("one change of a random value is found where it is, and nothing else",
          "[core][objects][difference]") {
  for (std::uint64_t seed = 0; seed < 24; ++seed) {
    Draw draw(seed);
    const Tree tree{{"root", draw.dict(3)}};
    const auto changed = Changer(seed).change(tree);
    const File a = File::in_memory();
    const File b = File::in_memory();
    a["x"] = tree;
    b["x"] = changed.tree;
    b["same"] = reversed(tree);
    INFO("seed " << seed << ": " << changed.where);
    CHECK(compared(a["x"], b["same"]).summary.is_same());
    const Noted noted = compared(a["x"], b["x"]);
    CHECK(noted.places() == Wheres{changed.where});
    CHECK(noted.found[0].what == changed.what);
    CHECK(noted.errors.empty());
  }
}

TEST_CASE("what differs is told in words and numbers", "[core][objects][difference]") {
  const File a = File::in_memory();
  const File b = File::in_memory();
  a["run"] = Tree{{"gain", 0.5}, {"x", std::vector<int>{1, 2, 3, 4}}, {"old", Tree::list({1})}};
  b["run"] = Tree{{"gain", 0.25}, {"x", std::vector<int>{1, 5, 3, 3}}, {"new", "text"}};
  a["run"].attrs().set({{"unit", "V"}, {"gone", 1}, {"kept", 2}});
  b["run"].attrs().set({{"unit", "mV"}, {"made", none}, {"kept", 2}});
  const Noted noted = compared(a["/"], b["/"]);
  CHECK(noted.places() == Wheres{"/run/gain", "/run/new", "/run/old", "/run/x", "/run@gone",
                                 "/run@made", "/run@unit"});
  CHECK(noted.at("/run/old").a == "list of 1 entry");
  CHECK(noted.at("/run/new").b == "str 'text'");
  CHECK(noted.at("/run@made").b == "None");
  const Difference& x = noted.at("/run/x");
  CHECK(x.elements == 4);
  CHECK(x.differing == 2);
  CHECK(x.largest_absolute == 3.0);
  CHECK(x.largest_relative == 0.6);
  REQUIRE(x.first.size() == 2);
  CHECK(x.first[0].at == Shape{1});
  CHECK(x.first[0].a.as<int>() == 2);
  CHECK(x.first[1].b.as<int>() == 3);
  CHECK(compared(a["/"], b["/"], {.attributes = false}).found.size() == 4);
  CHECK(compared(a["/"], b["/"], {.only_whether = true}).found.size() == 1);
  DifferenceOptions ignoring;
  ignoring.ignores = [](std::string_view where) { return where != "/" && where != "/run/x"; };
  CHECK(compared(a["/"], b["/"], ignoring).summary.is_same());
  ignoring.ignores = [](std::string_view where) { return where.find("un/") != where.npos; };
  CHECK(compared(a["/"], b["/"], ignoring).places() ==
        Wheres{"/run@gone", "/run@made", "/run@unit"});
}

TEST_CASE("order and storage make a difference when they are asked for",
          "[core][objects][difference]") {
  const File a = File::in_memory();
  const File b = File::in_memory();
  a["d"] = Tree{{"x", 1}, {"y", 2}, {"z", std::vector<double>{1, 2}}};
  b["d"] = Tree{{"y", 2}, {"x", 1}};
  b["d"].dict()["z"].make_array(float64, {2}).write(Value::of(std::vector<double>{1, 2}));
  CHECK(compared(a["d"], b["d"]).summary.is_same());
  const Noted ordered = compared(a["d"], b["d"], {.order = true});
  CHECK(ordered.places() == Wheres{"/"});
  CHECK(ordered.found[0].what == What::Order);
  CHECK_THAT(ordered.found[0].a, Contains("'y' comes after 'x'"));
  const Noted stored = compared(a["d"], b["d"], {.storage = true});
  CHECK(stored.places() == Wheres{"/z"});
  CHECK_THAT(stored.found[0].b, Contains("chunks (2,)"));
}

TEST_CASE("values are the same however they are stored", "[core][objects][difference][h5py]") {
  const TempDir folder;
  make_pairs("stored_alike", folder.path());
  const Noted noted = compared(folder);
  CHECK(noted.places() == Wheres{});
  CHECK(noted.errors == Wheres{});
  CHECK(noted.left_out == Wheres{});
  const File a = File::open(folder / "a.h5");
  CHECK(compared(a["left"], a["right"]).summary.is_same());
  CHECK(compared(folder, {.nan_differs = true}).places() == Wheres{"/compound"});
  const Wheres stored = compared(folder, {.storage = true}).places();
  for (const std::string name : {"chunks", "f8", "text", "compound", "link"}) {
    CHECK(std::ranges::count(stored, "/" + name) > 0);
  }
}

TEST_CASE("types without a match are compared by their parts",
          "[core][objects][difference][h5py]") {
  const TempDir folder;
  make_pairs("unlike", folder.path());
  const Noted noted = compared(folder, {.most_places = 9});
  CHECK(noted.errors == Wheres{});
  const Wheres places = noted.places();
  for (const std::string& name : File::open(folder / "a.h5").root().keys()) {
    INFO(name);
    CHECK(std::ranges::count(places, "/" + name) == (name == "target" ? 0 : 1));
  }
  CHECK(repr(noted.at("/compound").first[0].b) == "{'x': 3, 'y': 4.5}");
  CHECK(noted.at("/compound").largest_absolute == 0.5);
  CHECK(noted.at("/field").a == "compound {x: int32, y: float64}");
  CHECK(repr(noted.at("/vlen").first[0].b) == "[3, 4]");
  CHECK(noted.at("/reference").first[0].b.as<std::string>() == "/target/two");
  CHECK(noted.at("/region").first[0].b.as<std::string>() == "/target/grid (0, 0) to (2, 3)");
  CHECK(noted.at("/enum").b == "enum {A=0, C=2} of uint8");
  CHECK(noted.at("/long").largest_absolute == 1.0);
  CHECK(noted.at("/natural").largest_absolute == 1.0);
  CHECK(noted.at("/none").a == "none");
  CHECK_THAT(noted.at("/link").a, Contains("a soft link to '/nowhere'"));
}

TEST_CASE("numbers are close where NumPy says so", "[core][objects][difference][h5py]") {
  const TempDir folder;
  make_pairs("close", folder.path());
  const File a = File::open(folder / "a.h5");
  const std::vector<std::pair<std::string, DifferenceOptions>> all{
      {"exact", {}},
      {"nan", {.nan_differs = true}},
      {"rtol", {.rtol = 1e-4}},
      {"both", {.rtol = 1e-6, .atol = 1.5}}};
  for (const auto& [name, options] : all) {
    const Noted noted = compared(folder, options);
    for (const std::string& dtype : a.root().keys()) {
      INFO(name << " " << dtype);
      const auto found = std::ranges::find(noted.found, dtype, &Difference::path);
      const std::int64_t differing = found == noted.found.end() ? 0 : found->differing;
      CHECK(differing == a[dtype].attrs().get<std::int64_t>(name));
    }
  }
}

TEST_CASE("h5diff and Sheaf agree on whether files differ", "[core][objects][difference][h5py]") {
  const TempDir folder;
  make_pairs("random_arrays", folder.path());
  int differing = 0;
  for (int seed = 0; seed < 12; ++seed) {
    const fs::path a = folder / (std::to_string(seed) + ".a.h5");
    const fs::path b = folder / (std::to_string(seed) + ".b.h5");
    const ProcessResult theirs = run({"h5diff", "-q", a.string(), b.string()});
    REQUIRE((theirs.status == 0 || theirs.status == 1));
    CHECK(compared(a, b).summary.is_same() == theirs.ok());
    differing += theirs.status;
  }
  CHECK(differing > 2);
  CHECK(differing < 10);
}

TEST_CASE("a chunk that can't be read is named, and the rest is compared",
          "[core][objects][difference][h5py]") {
  const TempDir folder;
  make_pairs("broken", folder.path());
  const Noted noted = compared(folder);
  CHECK(noted.places() == Wheres{"/more"});
  REQUIRE(noted.errors.size() == 1);
  CHECK_THAT(noted.errors[0], Contains("b.h5:/grid") && Contains("elements (20, 0) to (23, 9)"));
  CHECK(noted.summary.failed == 1);
  CHECK_FALSE(noted.summary.is_same());
}

TEST_CASE("circles and second names are compared once", "[core][objects][difference][h5py]") {
  const TempDir folder;
  make_pairs("looped", folder.path());
  const Noted noted = compared(folder);
  CHECK(noted.places() == Wheres{"/ring/x", "/twice/z"});
  CHECK(compared(folder / "a.h5", folder / "a.h5").summary.objects == 1);
  const File a = File::open(folder / "a.h5");
  CHECK(compared(a["ring"], a["twice/z"]).summary.is_one);
}

TEST_CASE("circles of different lengths don't take a step for each pair",
          "[core][objects][difference][h5py]") {
  const TempDir folder;
  make_pairs("rings", folder.path());
  const Noted noted = compared(folder);
  CHECK(noted.summary.is_same());
  CHECK(noted.summary.objects < 15'000);
}

TEST_CASE("what lies deeper than HDF5 finds paths is compared, and errors there are told",
          "[core][objects][difference][h5py]") {
  const TempDir folder;
  make_pairs("deep", folder.path());
  const Noted noted = compared(folder);
  CHECK(noted.summary.objects == 12'005);
  REQUIRE(noted.found.size() == 1);
  CHECK(noted.found[0].path.ends_with("/d/reference"));
  REQUIRE(noted.errors.size() == 1);
  CHECK_THAT(noted.errors[0], Contains("b.h5:/d/d/d") && Contains("/d/grid: elements (20, 0)"));
}

TEST_CASE("what nests deeper than a stack is compared", "[core][objects][difference]") {
  const File a = File::in_memory();
  const File b = File::in_memory();
  constexpr int levels = 2000;
  for (const File* file : {&a, &b}) {
    std::string path;
    for (int level = 0; level < levels; ++level) path += "/d";
    (*file)[path + "/leaf"] = file == &a ? 1 : 2;
  }
  const Noted noted = compared(a["/"], b["/"]);
  CHECK(noted.found.size() == 1);
  CHECK(noted.summary.objects == levels + 2);
}

TEST_CASE("changes of a list that aren't committed are compared by index",
          "[core][objects][difference]") {
  const File file = File::in_memory();
  file["a"] = Tree::list({1, 2, 3});
  file["b"] = Tree::list({9, 1, 2, 3});
  file["b"].list().erase(0);
  CHECK(compared(file["a"], file["b"]).summary.is_same());
  file["b"].list().insert(1, "new");
  CHECK(compared(file["a"], file["b"]).places() == Wheres{"/1", "/2", "/3"});
  CHECK_THROWS_AS(compared(file["a"], file["c"]), Error);
}
