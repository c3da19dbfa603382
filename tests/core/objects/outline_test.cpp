// SPDX-License-Identifier: MIT
// Outlines: depth first, in part, once through every circle.
#include "core/objects/outline.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/objects/file.hpp"

using namespace sheaf;
using namespace sheaf::objects;

namespace {

using Names = std::vector<std::string>;

File made() {
  const File file = File::in_memory();
  file["b"] = Tree{{"x", 1}, {"c", {{"y", std::vector<int>{1, 2}}}}};
  file["a"] = Tree::list({1, "two", Tree::list({3})});
  file["b/x"].attrs()["unit"] = "V";
  return file;
}

Names paths_of(Outline& outline) {
  Names all;
  while (const Outline::Entry* entry = outline.next()) all.push_back(entry->path);
  return all;
}

}  // namespace

TEST_CASE("an outline goes depth first, in the order that groups keep", "[core][objects]") {
  const File file = made();
  Outline outline(file["/"]);
  CHECK(paths_of(outline) ==
        Names{"/", "/b", "/b/x", "/b/c", "/b/c/y", "/a", "/a/0", "/a/1", "/a/2", "/a/2/0"});
  CHECK(outline.next() == nullptr);
  Outline below(file["b/c"]);
  CHECK(paths_of(below) == Names{"/b/c", "/b/c/y"});
}

TEST_CASE("an outline tells kinds, sizes, depths and ends, and reads what it is asked for",
          "[core][objects]") {
  const File file = made();
  Outline outline(file["b"]);
  const Outline::Entry* entry = outline.next();
  CHECK(entry->name == "b");
  CHECK(entry->kind == Kind::Dict);
  CHECK(entry->size == 2);
  CHECK(outline.names_below() == Names{"x", "c"});
  entry = outline.next();
  CHECK(entry->type == "int32");
  CHECK(entry->attributes == 1);
  CHECK_FALSE(entry->is_last);
  CHECK(outline.tree() == Tree(1));
  CHECK(outline.attributes() == std::vector<Outline::Attribute>{{"unit", "V"}});
  entry = outline.next();
  CHECK(entry->is_last);
  CHECK(outline.next()->depth == 2);
  CHECK(outline.read({1}, {1}) == Value::of(std::vector<int>{2}));
}

TEST_CASE("an outline skips what it is told to", "[core][objects]") {
  const File file = made();
  Outline outline(file["/"]);
  Names seen;
  while (const Outline::Entry* entry = outline.next()) {
    seen.push_back(entry->name);
    if (entry->depth == 1) outline.skip();
  }
  CHECK(seen == Names{"", "b", "a"});
}

TEST_CASE("an outline shows large groups by their ends", "[core][objects]") {
  const File file = File::in_memory();
  for (int number = 0; number < 50; ++number) {
    file["d"][std::string("k") + std::to_string(number)] = number;
  }
  for (int number = 0; number < 9; ++number) file["l"].require_list().append(number);
  Outline outline(file["/"], {.most = 5, .first = 2, .last = 1});
  std::vector<std::pair<std::string, std::int64_t>> seen;
  while (const auto* entry = outline.next()) seen.emplace_back(entry->name, entry->left_out);
  CHECK(seen == std::vector<std::pair<std::string, std::int64_t>>{{"", 0},
                                                                  {"d", 0},
                                                                  {"k0", 0},
                                                                  {"k1", 0},
                                                                  {"k49", 47},
                                                                  {"l", 0},
                                                                  {"0", 0},
                                                                  {"1", 0},
                                                                  {"8", 6}});
}

TEST_CASE("an outline follows a list's order before it is written", "[core][objects]") {
  const File file = made();
  file["a"].list().erase(0);
  Outline outline(file["a"]);
  (void)outline.next();
  CHECK(outline.next()->path == "/a/0");
  CHECK(outline.tree() == Tree("two"));
}

TEST_CASE("an outline of what isn't there names what is", "[core][objects]") {
  const File file = made();
  Outline outline(file["b/z"]);
  CHECK_THROWS_WITH(outline.next(), Catch::Contains("there are x, c"));
}
