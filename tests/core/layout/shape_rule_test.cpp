// SPDX-License-Identifier: MIT
#include "core/layout/shape_rule.hpp"

#include <catch2/catch.hpp>

using Catch::Contains;
using sheaf::layout::ShapeRule;

TEST_CASE("A shape that doesn't match the declared one is refused", "[core][layout]") {
  const ShapeRule rule({-1, 3});
  CHECK_FALSE(rule.check({7, 3}));
  CHECK_FALSE(rule.check({0, 3}));
  REQUIRE(rule.check({7, 4}));
  CHECK_THAT(*rule.check({7, 4}), Contains("(7, 4)") && Contains("(any, 3)"));
  CHECK(rule.check({7}));
  CHECK(rule.check({7, 3, 1}));
  CHECK(rule.check({-7, 3}));
}

TEST_CASE("The first source fixes the shape until it is forgotten", "[core][layout]") {
  ShapeRule rule({-1, 3});
  CHECK(rule.shape() == sheaf::Shape{0, 3});
  rule.fix({7, 3}, "first.png");
  CHECK_FALSE(rule.check({7, 3}));
  REQUIRE(rule.check({8, 3}));
  CHECK_THAT(*rule.check({8, 3}), Contains("(8, 3)") && Contains("(7, 3)") &&
                                      Contains("'first.png'") && Contains("ragged"));
  CHECK(rule.shape() == sheaf::Shape{7, 3});
  rule.forget();
  CHECK_FALSE(rule.check({8, 3}));
}
