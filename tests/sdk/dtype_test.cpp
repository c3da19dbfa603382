// SPDX-License-Identifier: MIT
#include <catch2/catch.hpp>

#include <sheaf/sdk/dtype.hpp>

using namespace sheaf;

namespace {

// A copy of what with_array makes of a value: its dtype, shape and bytes or strings.
struct Seen {
  sheaf_dtype dtype{};
  std::vector<std::int64_t> shape;
  std::vector<std::string> strings;
  std::vector<double> doubles;
};

template <class T>
Seen see(const T& value) {
  Seen seen;
  sdk::detail::with_array(value, [&](const sheaf_array& array) {
    const sdk::ArrayView view(array);
    seen.dtype = view.dtype();
    seen.shape.assign(view.shape().begin(), view.shape().end());
    if (view.dtype() == sdk::utf8) seen.strings = view.strings();
    if (view.dtype() == sdk::dtype_of<double>()) {
      seen.doubles.assign(view.elements<double>().begin(), view.elements<double>().end());
    }
  });
  return seen;
}

}  // namespace

TEST_CASE("C++ types have the element types of the file", "[sdk][dtype]") {
  CHECK(sdk::dtype_of<bool>() == sheaf_dtype{SHEAF_BOOL, 8, 1});
  CHECK(sdk::dtype_of<std::int8_t>() == sheaf_dtype{SHEAF_INT, 8, 1});
  CHECK(sdk::dtype_of<std::uint8_t>() == sheaf_dtype{SHEAF_UINT, 8, 1});
  CHECK(sdk::dtype_of<std::int64_t>() == sheaf_dtype{SHEAF_INT, 64, 1});
  CHECK(sdk::dtype_of<float>() == sheaf_dtype{SHEAF_FLOAT, 32, 1});
  CHECK(sdk::dtype_of<std::complex<double>>() == sheaf_dtype{SHEAF_COMPLEX, 128, 1});
  CHECK_FALSE(sdk::dtype_of<float>() == sdk::dtype_of<double>());
}

TEST_CASE("attributes are scalars, texts and lists of either", "[sdk][dtype]") {
  CHECK(see(2.5).doubles == std::vector{2.5});
  CHECK(see(2.5).shape.empty());
  CHECK(see(std::vector{1.0, 2.0}).doubles == std::vector{1.0, 2.0});
  CHECK(see(std::vector{1.0, 2.0}).shape == std::vector<std::int64_t>{2});
  CHECK(see("text").strings == std::vector<std::string>{"text"});
  CHECK(see(std::string("text")).shape.empty());
  CHECK(see(std::vector<std::string>{"a", "b"}).strings == std::vector<std::string>{"a", "b"});
  CHECK(see(std::vector<const char*>{"a"}).shape == std::vector<std::int64_t>{1});
  CHECK(see(std::vector<std::string>{}).shape == std::vector<std::int64_t>{0});
  CHECK(see(true).dtype == sdk::dtype_of<bool>());
}

TEST_CASE("an array is read only as what it is", "[sdk][dtype]") {
  const float numbers[] = {1, 2, 3, 4, 5, 6};
  const std::int64_t shape[] = {2, 3};
  const sheaf_array array{sdk::dtype_of<float>(), 2, shape, numbers};
  const sdk::ArrayView view(array);
  CHECK(view.size() == 6);
  CHECK(view.elements<float>().back() == 6);
  CHECK_THROWS_AS(view.elements<double>(), sdk::PluginError);
  CHECK_THROWS_AS(view.strings(), sdk::PluginError);
}
