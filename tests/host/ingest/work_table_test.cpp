// SPDX-License-Identifier: MIT
#include "host/ingest/work_table.hpp"

#include <array>
#include <cstring>
#include <unistd.h>

#include <catch2/catch.hpp>

using namespace sheaf::host;

namespace {

WorkTable three_sources() {
  WorkTable table;
  table.add({"photos/a.jpg", "/data/photos/a.jpg", 10, 20}, std::array<std::uint32_t, 2>{0, 2});
  table.add({"an id of its own", "/data/b%.jpg", -1, -1}, {});
  table.add({"c.jpg", "c.jpg", 30, 40}, std::array<std::uint32_t, 1>{1});
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

TEST_CASE("a table that was moved has its texts still", "[host][work]") {
  WorkTable table;
  table.add({"a", "a", 1, 1}, {});  // so short that it lies inside of the string
  WorkTable moved = std::move(table);
  CHECK(moved[0].id == "a");
  CHECK(moved[0].path == "a");
}

TEST_CASE("a shared table is the same in the process that attaches it", "[host][work]") {
  const int file = three_sources().share();
  check(WorkTable::attach(file));
  // And nobody can change it.
  CHECK(write(file, "x", 1) == -1);
  CHECK(ftruncate(file, 0) == -1);
  close(file);
}
