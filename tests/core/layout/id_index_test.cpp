// SPDX-License-Identifier: MIT
#include "core/layout/id_index.hpp"

#include <string>

#include <catch2/catch.hpp>

using sheaf::layout::IdIndex;

TEST_CASE("An index finds every id among many, and no other", "[core][layout]") {
  std::vector<std::string> ids;
  IdIndex index;
  const auto id_at = [&](std::size_t number) -> const std::string& { return ids[number]; };
  CHECK_FALSE(index.find("id-0", id_at).has_value());
  for (std::size_t number = 0; number < 5000; ++number) {
    ids.push_back("id-" + std::to_string(number));
    index.insert(ids.back(), number, id_at);
  }
  for (std::size_t number = 0; number < ids.size(); ++number) {
    REQUIRE(index.find(ids[number], id_at) == number);
  }
  CHECK_FALSE(index.find("id-5000", id_at).has_value());
  CHECK_FALSE(index.find("", id_at).has_value());
}

TEST_CASE("An id that comes twice is found at its last place", "[core][layout]") {
  const std::vector<std::string> ids{"a", "b", "a"};
  IdIndex index;
  const auto id_at = [&](std::size_t number) -> const std::string& { return ids[number]; };
  for (std::size_t number = 0; number < ids.size(); ++number) {
    index.insert(ids[number], number, id_at);
  }
  CHECK(index.find("a", id_at) == 2U);
  CHECK(index.find("b", id_at) == 1U);
}
