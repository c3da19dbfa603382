// SPDX-License-Identifier: MIT
// xtensor's arrays, in a file and as attributes.
#include "core/objects/storing_xtensor.hpp"

#include <catch2/catch.hpp>
#include <xtensor/xview.hpp>

#include "core/error.hpp"
#include "core/objects/file.hpp"

using namespace sheaf;
using namespace sheaf::objects;
using Catch::Contains;

namespace {

using ByColumn = xt::xarray<double, xt::layout_type::column_major>;

// 0, 1, … in row-major order, whatever the layout.
template <class E>
E counted(const std::vector<std::size_t>& shape) {
  E array;
  array.resize(shape);
  int next = 0;
  for (auto at = array.template begin<xt::layout_type::row_major>();
       at != array.template end<xt::layout_type::row_major>(); ++at) {
    *at = static_cast<typename E::value_type>(next++);
  }
  return array;
}

std::vector<double> flat(const Item& item) {
  Value value = item.as<Value>();
  value.shape = {element_count(value.shape)};
  return Tree(value).as<std::vector<double>>();
}

}  // namespace

static_assert(Writable<xt::xarray<int>> && Readable<xt::xtensor<float, 2>>);
static_assert(!Writable<xt::xarray<std::string>>);

TEST_CASE("xtensor's arrays come back, whatever their layout", "[core][objects][xtensor]") {
  const File file = File::in_memory();
  const auto rows = counted<xt::xtensor<double, 3>>({2, 3, 4});
  const auto columns = counted<ByColumn>({2, 3, 4});
  file["rows"] = rows;
  file["columns"] = columns;
  CHECK(file["rows"].array().shape() == Shape{2, 3, 4});
  CHECK(file["columns"].tree() == file["rows"].tree());
  CHECK(flat(file["columns"])[7] == 7);
  CHECK((file["rows"].as<ByColumn>() == columns));
  CHECK((file["rows"].as<xt::xtensor<float, 3>>() == rows));
  CHECK((file["rows"].as<xt::xarray<int, xt::layout_type::dynamic>>() == rows));
  file["fixed"] = xt::xtensor_fixed<int, xt::xshape<2, 2>>{{1, 2}, {3, 4}};
  CHECK(file["fixed"].as<xt::xtensor_fixed<short, xt::xshape<2, 2>>>()(1, 0) == 3);
}

TEST_CASE("xtensor's views and expressions are written as what they are",
          "[core][objects][xtensor]") {
  const File file = File::in_memory();
  const auto columns = counted<ByColumn>({3, 2});
  file["view"] = xt::view(columns, xt::range(1, 3), 1);
  CHECK(flat(file["view"]) == std::vector<double>{3, 5});
  file["expression"] = columns * 2 + 1;
  CHECK(flat(file["expression"]) == std::vector<double>{1, 3, 5, 7, 9, 11});
  file["transposed"] = xt::transpose(columns);
  CHECK(file["transposed"].array().shape() == Shape{2, 3});
  CHECK(flat(file["transposed"]) == std::vector<double>{0, 2, 4, 1, 3, 5});
  file["large"] = columns > 2;
  CHECK(file["large"].array().dtype() == boolean);
  file["list"].require_list().append(xt::view(columns, 0));
  CHECK(file["list/0"].as<std::vector<double>>() == std::vector<double>{0, 1});
  file.attrs()["matrix"] = columns;
  CHECK((file.attrs().get<xt::xtensor<double, 2>>("matrix") == columns));
}

TEST_CASE("xtensor's arrays may be empty, without axes, complex or bool",
          "[core][objects][xtensor]") {
  const File file = File::in_memory();
  file["scalar"] = xt::xarray<double>(3.5);
  CHECK(file["scalar"].kind() == Kind::Scalar);
  CHECK(file["scalar"].as<xt::xarray<double>>()() == 3.5);
  file["empty"] = xt::xtensor<int, 2>::from_shape({0, 3});
  CHECK(file["empty"].array().shape() == Shape{0, 3});
  CHECK(file["empty"].as<xt::xtensor<int, 2>>().shape()[1] == 3);
  const xt::xtensor<std::complex<float>, 2> z{{{1, 2}}, {{3, 4}}};
  file["z"] = z;
  CHECK(file["z"].as<xt::xarray<std::complex<double>>>()(1, 0) == std::complex<double>(3, 4));
  const xt::xarray<bool> flags{true, false};
  file["flags"] = flags;
  CHECK((file["flags"].as<xt::xtensor<bool, 1>>() == flags));
  file["list"] = Tree::list({1, 2.0});
  CHECK((file["list"].as<xt::xarray<int>>() == xt::xarray<int>{1, 2}));
}

TEST_CASE("an array of another shape or dtype is no xtensor", "[core][objects][xtensor]") {
  const File file = File::in_memory();
  file["a"] = counted<xt::xtensor<double, 2>>({2, 3}) / 2;
  CHECK_THROWS_WITH((file["a"].as<xt::xtensor<double, 1>>()),
                    Contains(":/a: holds float64 of shape (2, 3)") && Contains("(any,)"));
  CHECK_THROWS_WITH((file["a"].as<xt::xtensor_fixed<double, xt::xshape<2, 2>>>()),
                    Contains("shape (2, 2)"));
  CHECK_THROWS_WITH(file["a"].as<xt::xarray<int>>(), Contains("without a loss"));
  file["t"] = "text";
  CHECK_THROWS_WITH(file["t"].as<xt::xarray<int>>(), Contains("holds str"));
  file["p"] = Bytes{{std::byte{0x80}}, true};
  CHECK_THROWS_WITH(file["p"].as<xt::xarray<int>>(), Contains("holds a pickle"));
}
