// SPDX-License-Identifier: MIT
#include "host/export/file_names.hpp"

#include <string>

#include <catch2/catch.hpp>

using sheaf::host::file_above;
using sheaf::host::refuse_name;
using namespace std::string_literals;

TEST_CASE("A name is a path below the folder, or refused", "[host][export]") {
  for (const std::string& good : {"a"s, "a/b.jpg"s, "..."s, ".hidden"s, "a..b/..c"s, " "s, "-"s,
                                  "a\nb"s, std::string(251, 'x'), std::string(255, 'x') + "/y"}) {
    INFO(good);
    CHECK(refuse_name(good, 4).empty());
  }
  for (const std::string& bad :
       {""s, "/"s, "/a"s, ".."s, "."s, "../a"s, "a/.."s, "a/../b"s, "a//b"s, "a/"s, "a\0b"s,
        std::string(252, 'x'), std::string(256, 'x') + "/y", std::string(3000, '/')}) {
    INFO(bad);
    CHECK(!refuse_name(bad, 4).empty());
  }
  std::string deep;
  for (int i = 0; i < 2000; ++i) deep += "a/";
  CHECK(!refuse_name(deep + "a", 4).empty());
}

TEST_CASE("A file that would have to be a folder is found", "[host][export]") {
  const auto has = [](std::string_view id) { return id == "a" || id == "x/y"; };
  CHECK(file_above("a.npy/b", ".npy", has) == "a");
  CHECK(file_above("x/y.npy/z/w", ".npy", has) == "x/y");
  CHECK(file_above("a/b", ".npy", has).empty());
  CHECK(file_above("a.npy", ".npy", has).empty());
  CHECK(file_above("c.npy/b", ".npy", has).empty());
  CHECK(file_above(".npy/b", ".npy", has).empty());
}
