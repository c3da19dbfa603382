// SPDX-License-Identifier: MIT
#include "core/layout/source_id.hpp"

#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "core/utf8.hpp"

using sheaf::layout::escape_id;
using sheaf::layout::unescape_id;

TEST_CASE("Names that are UTF-8 are their own ids", "[core][layout]") {
  CHECK(escape_id("train/cat/0001.png") == "train/cat/0001.png");
  CHECK(escape_id("50%.png") == "50%.png");
  CHECK(escape_id("\u65e5\u672c.png") == "\u65e5\u672c.png");
}

TEST_CASE("Bytes that aren't UTF-8 are escaped", "[core][layout]") {
  CHECK(escape_id("caf\xe9.png") == "caf%E9.png");
  CHECK(escape_id(std::string("a\0b", 3)) == "a%00b");
}

TEST_CASE("A percent sign that looks like an escape is escaped", "[core][layout]") {
  CHECK(escape_id("caf%E9.png") == "caf%25E9.png");
  CHECK(escape_id("100%ab") == "100%25ab");
  CHECK(unescape_id("100%25ab") == "100%ab");
}

TEST_CASE("Escaping is reversible and injective for any bytes", "[core][layout]") {
  std::mt19937 random(7);
  // Few different bytes, so that escapes and things like them come up often.
  const std::string alphabet("%25E9a\xe9\xc3\xa9\0/", 11);
  std::uniform_int_distribution<std::size_t> letter(0, alphabet.size() - 1);
  std::uniform_int_distribution<std::size_t> length(0, 9);
  std::set<std::string> names;
  std::set<std::string> ids;
  for (int round = 0; round < 20000; ++round) {
    std::string name;
    for (std::size_t count = length(random); count > 0; --count) name += alphabet[letter(random)];
    const std::string id = escape_id(name);
    REQUIRE(sheaf::is_utf8(id));
    REQUIRE(id.find('\0') == std::string::npos);
    REQUIRE(unescape_id(id) == name);
    names.insert(name);
    ids.insert(id);
  }
  CHECK(names.size() == ids.size());
}
