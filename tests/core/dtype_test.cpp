// SPDX-License-Identifier: MIT
#include "core/dtype.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"

using namespace sheaf;

TEST_CASE("A dtype's name parses back to it", "[core][dtype]") {
  const Dtype all[] = {int8,    int16,   int32,   int64,     uint8,      uint16,  uint32, uint64,
                       float16, float32, float64, complex64, complex128, boolean, utf8};
  for (const Dtype dtype : all) CHECK(Dtype::parse(dtype.name()) == dtype);
  CHECK(uint8.name() == "uint8");
  CHECK(boolean.name() == "bool");
  CHECK(utf8.name() == "str");
}

TEST_CASE("An unknown dtype name is refused with the names there are", "[core][dtype]") {
  CHECK_THROWS_AS(Dtype::parse("uint24"), Error);
  CHECK_THROWS_WITH(Dtype::parse("uint24"), Catch::Contains("uint24") && Catch::Contains("uint16"));
}

TEST_CASE("A dtype knows the bytes of an element", "[core][dtype]") {
  CHECK(complex128.size() == 16);
  CHECK(boolean.size() == 1);
  CHECK(utf8.size() == 0);
}
