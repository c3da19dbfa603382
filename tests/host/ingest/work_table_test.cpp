// SPDX-License-Identifier: MIT
#include "host/ingest/work_table.hpp"

#include <cstring>
#include <unistd.h>

#include <catch2/catch.hpp>

using namespace sheaf::host;

namespace {

WorkTable three_sources() {
  WorkTable table;
  table.add({"photos/a.jpg", "/data/photos/a.jpg", 10, 20}, {0, 2});
  table.add({"an id of its own", "/data/b%.jpg", -1, -1}, {});
  table.add({"c.jpg", "c.jpg", 30, 40}, {1});
  table.close();
  return table;
}

void check(const WorkTable& table) {
  REQUIRE(table.size() == 3);
  CHECK(table[0].id == "photos/a.jpg");
  CHECK(table[0].path == "/data/photos/a.jpg");
  CHECK(table[0].size == 10);
  CHECK(table[0].mtime_ns == 20);
  CHECK(table[1].id == "an id of its own");
  CHECK(table[1].path == "/data/b%.jpg");
  CHECK(table[2].id == "c.jpg");
  CHECK(table[2].path == "c.jpg");
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(std::strlen(table[i].path.data()) == table[i].path.size());
  REQUIRE(table.claims(0).size() == 2);
  CHECK(table.claims(0)[1] == 2);
  CHECK(table.claims(1).empty());
  REQUIRE(table.claims(2).size() == 1);
  CHECK(table.claims(2)[0] == 1);
}

}  // namespace

TEST_CASE("a table of sources gives back what was added", "[host][work]") {
  check(three_sources());
}

TEST_CASE("what a table has let go of is there again", "[host][work]") {
  WorkTable table;
  for (int i = 0; i < 20'000; ++i)
    table.add({std::to_string(i), "/" + std::to_string(i), i, 0}, {});
  table.close();
  table.forget(19'999);
  for (int i = 0; i < 20'000; ++i) REQUIRE(table[i].id == std::to_string(i));
  CHECK(table.bytes() == 20'000 * 19'999 / 2);
}

TEST_CASE("two sources with one id are refused by their paths", "[host][work]") {
  WorkTable table;
  table.add({"a", "x/a", 1, 1}, {});
  table.add({"b", "x/b", 1, 1}, {});
  table.add({"a", "y/a", 1, 1}, {});
  table.close();
  CHECK_THROWS_WITH(table.check_unique(), Catch::Contains("x/a") && Catch::Contains("y/a"));
}

TEST_CASE("two neighbours with one id are refused, and so are ids in any order", "[host][work]") {
  for (const auto& ids : {std::vector<std::string>{"a", "b", "b", "c"}, {"b", "a", "c", "b"}}) {
    WorkTable table;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      table.add({ids[i], std::to_string(i) + "/" + ids[i], 1, 1}, {});
    }
    table.close();
    CHECK_THROWS_WITH(table.check_unique(), Catch::Contains("is the id of two sources"));
  }
  WorkTable descending;
  for (const char* const id : {"c", "b", "a"}) descending.add({id, id, 1, 1}, {});
  descending.close();
  CHECK_NOTHROW(descending.check_unique());
}

TEST_CASE("features that take no part lose their numbers", "[host][work]") {
  WorkTable table;
  table.add({"a", "a", 1, 1}, {0, 2});
  table.renumber(std::vector<std::uint32_t>{0, 0, 1});
  table.close();
  CHECK(table.claims(0) == WorkTable::Claims{0, 1});
}

TEST_CASE("a shared table is the same in the process that attaches it", "[host][work]") {
  const WorkTable table = three_sources();
  check(WorkTable::attach(table.share(), table.claim_lists()));
  // And nobody can change it.
  CHECK(write(table.share(), "x", 1) == -1);
  CHECK(ftruncate(table.share(), 0) == -1);
}
