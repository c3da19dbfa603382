// SPDX-License-Identifier: MIT
// Lists: what changes their order, and what the file holds of it.
#include "core/objects/list.hpp"

#include <sstream>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/objects/file.hpp"
#include "tests/crash/random.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::objects;
using namespace sheaf::test;
using Catch::Contains;

TEST_CASE("a list holds anything, at any index", "[core][objects]") {
  const File file = File::in_memory();
  const List list = file["log"].require_list();
  list.append(1.0);
  list.append("two");
  list.append(Tree{{"three", 3}});
  list.insert(1, none);
  CHECK(list == Tree::list({1.0, none, "two", Tree{{"three", 3}}}));
  CHECK(list[-1]["three"].as<int>() == 3);
  CHECK(list[1].tree().is_none());
  list.erase(-2);
  list.set(0, std::vector<int>{4, 5});
  CHECK(list.size() == 3);
  CHECK(list.copy() == Tree::list({std::vector<int>{4, 5}, none, Tree{{"three", 3}}}));
  list.extend({6, 7});
  list.insert(-1, "before the last");
  CHECK(file["log/4"].as<std::string>() == "before the last");
  CHECK(file["log/5"].as<int>() == 7);
  for (const std::int64_t wrong : {6, -7, 100}) {
    CHECK_THROWS_WITH(list[wrong], Contains("its size is 6"));
  }
  CHECK_THROWS_WITH(file["log/6"] = 1, Contains("append() adds one"));
  CHECK_THROWS_WITH(file["log/6"].tree(), Contains("the list has 6 entries"));
  CHECK_THROWS_AS(file["log/x"] = 1, Error);
  CHECK_THROWS_WITH(file.root().rename("log/0", "x"), Contains("have no names"));
  int count = 0;
  list.for_each([&](const Item&) { return ++count < 4; });
  CHECK(count == 4);
  list.clear();
  CHECK(list.empty());
}

TEST_CASE("all handles of one list see the same order", "[core][objects]") {
  const File file = File::in_memory();
  file["log"] = Tree::list({0, Tree{{"a", 1}}, 2});
  const List one = file["log"].list();
  const List other = file["log"].list();
  const Item inner = file["log/1/a"];
  CHECK(inner.as<int>() == 1);
  one.erase(0);
  CHECK(other.size() == 2);
  CHECK(file["log/0/a"].as<int>() == 1);
  CHECK_FALSE(inner.exists());  // it is a place: the second entry's
  other.insert(0, "new");
  CHECK(inner.as<int>() == 1);
  CHECK(one == other);
  file["copy"] = file["log"];
  CHECK(file["copy"].list() == one);
  file.root().rename("log", "moved");
  CHECK(file["moved"].list() == Tree::list({"new", Tree{{"a", 1}}, 2}));
}

TEST_CASE("a commit leaves the entries named by their index", "[core][objects]") {
  const TempDir folder;
  const Tree expected = Tree::list({"x", 2, 3, Tree::list({"y", 1}), 4});
  {
    const File file = File::open(folder / "lab.h5", "w");
    file["log"] = Tree::list({1, 2, 3, Tree::list({0, 1}), 4});
    file["gone"] = Tree::list({1, 2});
    file["gone"].list().erase(0);
    file["log"].list().insert(0, "x");
    file["log"].list().erase(1);
    file["log/3"].list().erase(0);
    file["log/3"].list().insert(0, "y");
    CHECK(file["log"].list() == expected);
    file.root().erase("gone");
    file.commit();
    CHECK(file["log"].list() == expected);
  }
  const File file = File::open(folder / "lab.h5");
  CHECK(file["log"].list() == expected);
  CHECK(file.root().size() == 1);
}

namespace lab {

struct Log {
  int first = 0;
};

void sheaf_write(const Item& to, const Log& log) {
  const List list = to["entries"].require_list();
  list.append("second");
  list.insert(0, log.first);
  to["draft"] = log.first;
  to.dict().rename("draft", "final");
}

}  // namespace lab

TEST_CASE("lists are changed that have no name yet, or none any more", "[core][objects]") {
  const File file = File::in_memory();
  file["log"] = lab::Log{7};
  file["outer"] = Tree::list({Tree::list({1, 2}), 3, Tree::list({4, 5})});
  for (const char* inner : {"outer/0", "outer/2"}) file[inner].list().erase(0);
  file["outer"].list().erase(1);
  file["kept"] = file["outer"];
  file.root().erase("outer");
  file.commit();
  CHECK(file["log"].tree() == Tree{{"entries", Tree::list({7, "second"})}, {"final", 7}});
  CHECK(file["kept"].list() == Tree::list({Tree::list({2}), Tree::list({5})}));
  CHECK(file.root().size() == 2);
}

TEST_CASE("lists are what vectors are, whatever is done to them", "[core][objects]") {
  const TempDir folder;
  crash::Random random(20240607);
  const auto at = [&](std::size_t limit) { return static_cast<std::int64_t>(random.below(limit)); };
  std::vector<Tree> model;
  File file = File::open(folder / "lab.h5", "w");
  (void)file["a/log"].require_list();
  for (int step = 0; step < 400; ++step) {
    const List list = file["a/log"].list();
    const std::uint64_t what = random.below(100);
    if (what < 25 || model.empty()) {
      list.append(step);
      model.emplace_back(step);
    } else if (what < 55) {
      const std::int64_t index = at(model.size() + 1);
      list.insert(index, step);
      model.insert(model.begin() + index, step);
    } else if (what < 85) {
      const std::int64_t index = at(model.size());
      list.erase(index);
      model.erase(model.begin() + index);
    } else if (what < 92) {
      const std::int64_t index = at(model.size());
      list.set(index, "set");
      model[static_cast<std::size_t>(index)] = "set";
    } else if (what < 97) {
      file.commit();
    } else {
      file.close();
      file = File::open(folder / "lab.h5", "r+");
    }
    if (step % 20 == 0) CHECK(file["a/log"].list() == Tree(model));
  }
  file.close();
  CHECK(File::open(folder / "lab.h5")["a/log"].list() == Tree(model));
}

TEST_CASE("a list prints its ends", "[core][objects]") {
  const File file = File::in_memory();
  const List list = file["log"].require_list();
  const auto printed = [&] {
    std::ostringstream out;
    out << list;
    return out.str();
  };
  CHECK(printed() == "List[]");
  list.extend({1.0, 2, "4.", Tree::list({1}), Tree{{"a", 1}}});
  CHECK(printed() == "List[1.0, 2, '4.', [...], {...}]");
  list.extend({6, 7, 8});
  CHECK(printed() == "List[1.0, 2, '4.', ..., 6, 7, 8]");
}
