// SPDX-License-Identifier: MIT
#include "core/value.hpp"

#include <catch2/catch.hpp>

using sheaf::Value;

TEST_CASE("Shapes read as in NumPy", "[core][value]") {
  CHECK(sheaf::to_string({}) == "()");
  CHECK(sheaf::to_string({5}) == "(5,)");
  CHECK(sheaf::to_string({32, 32, 3}) == "(32, 32, 3)");
}

TEST_CASE("A shape's elements are the product of its extents", "[core][value]") {
  CHECK(sheaf::element_count({}) == 1);
  CHECK(sheaf::element_count({4, 0, 2}) == 0);
  CHECK(sheaf::element_count({4, 3, 2}) == 24);
  CHECK(sheaf::element_count({std::int64_t{1} << 60, 1024}) == INT64_MAX);
  CHECK(sheaf::element_count({std::int64_t{1} << 60, 1024, 0}) == 0);
}

TEST_CASE("Values are made from scalars, arrays and text", "[core][value]") {
  CHECK(Value::of(3.5).dtype == sheaf::float64);
  CHECK(Value::of(3.5).shape.empty());
  CHECK(Value::of(true).dtype == sheaf::boolean);
  CHECK(Value::of(std::vector<std::int16_t>{1, 2}).bytes.size() == 4);
  CHECK(Value::of("text").strings == std::vector<std::string>{"text"});
  CHECK(Value::of(std::vector<std::string>{"a", "b"}).shape == sheaf::Shape{2});
}
