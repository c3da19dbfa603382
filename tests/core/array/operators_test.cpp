// SPDX-License-Identifier: MIT
// Operators of C++, in place too, and functions that give pairs or truth.
#include <vector>

#include <catch2/catch.hpp>

#include "core/array/logic.hpp"
#include "core/array/math.hpp"
#include "core/error.hpp"
#include "core/objects/file.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::test;
using Catch::Contains;
using np::Array;
using Ints = std::vector<int>;
using Doubles = std::vector<double>;

TEST_CASE("operators are NumPy's", "[core][array]") {
  const Array a(Ints{-7, 0, 5, 12});
  CHECK((a % 3).item<Ints>() == Ints{2, 0, 2, 0});
  CHECK((a & 6).item<Ints>() == Ints{0, 0, 4, 4});
  CHECK((a | 1).item<Ints>() == Ints{-7, 1, 5, 13});
  CHECK((a ^ a).item<Ints>() == Ints{0, 0, 0, 0});
  CHECK((~a).item<Ints>() == Ints{6, -1, -6, -13});
  CHECK((a << 2).item<Ints>() == Ints{-28, 0, 20, 48});
  CHECK((a >> 1).item<Ints>() == Ints{-4, 0, 2, 6});
  CHECK((1 - a).item<Ints>() == Ints{8, 1, -4, -11});
  CHECK((a / 2).item<Doubles>() == Doubles{-3.5, 0, 2.5, 6});
  CHECK((a + 0.5).dtype() == float64);
  CHECK((a * 2).dtype() == int32);
  CHECK((a + 3000000000).dtype() == int64);
}

TEST_CASE("operators in place change what is stored", "[core][array]") {
  const TempDir folder;
  const objects::File file = objects::File::open(folder / "a.h5", "w");
  file["a"] = Ints{-7, 0, 5, 12};
  Array a(file["a"]);
  a += 2;
  a *= a;
  CHECK(file["a"].as<Ints>() == Ints{25, 4, 49, 196});
  a %= 10;
  a <<= 1;
  CHECK(file["a"].as<Ints>() == Ints{10, 8, 18, 12});
  a |= 1;
  a ^= 3;
  a &= 12;
  CHECK(file["a"].as<Ints>() == Ints{8, 8, 16 & 12, 12});
  a >>= 2;
  a -= 1;
  CHECK(file["a"].as<Ints>() == Ints{1, 1, -1, 2});
  CHECK_THROWS_WITH(a += 0.5, Contains("int32") && Contains("float64") && Contains("astype"));
  CHECK_THROWS_WITH(a /= 2, Contains("float64"));
  CHECK(file["a"].as<Ints>() == Ints{1, 1, -1, 2});
}

TEST_CASE("functions of two outcomes give a pair", "[core][array]") {
  const auto [quotient, rest] = np::divmod(Array(Ints{-7, 7}), 3);
  CHECK(quotient.item<Ints>() == Ints{-3, 2});
  CHECK(rest.item<Ints>() == Ints{2, 1});
  const auto [fraction, whole] = np::modf(Array(Doubles{-2.5, 7.25}));
  CHECK(fraction.item<Doubles>() == Doubles{-0.5, 0.25});
  CHECK(whole.item<Doubles>() == Doubles{-2, 7});
  const auto [mantissa, exponent] = np::frexp(Array(Doubles{8, 0.75}));
  CHECK(mantissa.item<Doubles>() == Doubles{0.5, 0.75});
  CHECK(exponent.item<Ints>() == Ints{4, 0});
}

TEST_CASE("functions of whole arrays give truth", "[core][array]") {
  const Array a(Doubles{1, 2, 3});
  CHECK(np::allclose(a, a * (1 + 1e-7)));
  CHECK_FALSE(np::allclose(a, a * (1 + 1e-3)));
  CHECK(np::array_equal(a, Array(Ints{1, 2, 3})));
  CHECK_FALSE(np::array_equal(a, Array(Ints{1, 2})));
  CHECK_FALSE(np::array_equiv(a, Array(Ints{1, 2})));
  CHECK(np::array_equiv(a - a, 0));
  CHECK(np::where(a > 1, a, -1).item<Doubles>() == Doubles{-1, 2, 3});
  CHECK(np::clip(a, 2, {}).item<Doubles>() == Doubles{2, 2, 3});
  CHECK(np::binary_repr(-3, 5) == "11101");
  CHECK_FALSE(np::isfortran(a));
  CHECK(np::isscalar(3.5));
  CHECK_FALSE(np::isscalar(a(0)));
}
