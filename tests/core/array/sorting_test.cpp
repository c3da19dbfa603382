// SPDX-License-Identifier: MIT
// Sorting in place, and results that have parts.
#include "core/array/sorting.hpp"

#include <algorithm>
#include <dlfcn.h>
#include <random>

#include <catch2/catch.hpp>

#include "core/array/options.hpp"
#include "core/array/searching.hpp"
#include "core/array/sets.hpp"
#include "core/error.hpp"
#include "core/objects/file.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::test;
using np::Array;

namespace {

std::vector<double> numbers(std::size_t count) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal;
  std::vector<double> all(count);
  for (double& one : all) one = normal(random);
  return all;
}

}  // namespace

TEST_CASE("a dataset is sorted in its place", "[core][array]") {
  const np::OptionsScope scope({.max_memory = std::size_t{1} << 20U, .threads = 2});
  const TempDir folder;
  const objects::File file = objects::File::open(folder / "a.h5", "w");
  std::vector<double> all = numbers(400'000);  // three times the memory
  file["a"] = all;
  const Array a(file["a"]);
  np::sort_in_place(a);
  std::ranges::sort(all);
  CHECK(file["a"].as<std::vector<double>>() == all);
}

TEST_CASE("what is sorted goes into chunks of any size, and may be read after that",
          "[core][array]") {
  const std::int64_t chunk = GENERATE(0, 300, 70'000, 399'999);
  const np::OptionsScope scope({.max_memory = std::size_t{4} << 20U, .threads = 2});
  const TempDir folder;
  const objects::File file = objects::File::open(folder / "a.h5", "w");
  std::vector<double> all = numbers(400'000);
  const Array sorted = np::sort(Array(all));
  std::ranges::sort(all);
  const np::Storage storage{.chunks = chunk == 0 ? Shape{} : Shape{chunk}};
  for (const char* const name : {"a", "b"}) {
    np::store(file[name], sorted, storage);
    CHECK(file[name].as<std::vector<double>>() == all);
  }
  CHECK(sorted.item<std::vector<double>>() == all);
  np::store(file["c"], sorted, storage);
  CHECK(file["c"].as<std::vector<double>>() == all);
}

TEST_CASE("places of a sort are those of its elements, in order where these are equal",
          "[core][array]") {
  const np::OptionsScope scope({.max_memory = std::size_t{1} << 20U, .threads = 2});
  std::vector<std::int64_t> all;
  for (const double one : numbers(300'000)) all.push_back(static_cast<std::int64_t>(one * 3));
  const auto places = np::argsort(Array(all)).item<std::vector<std::int64_t>>();
  REQUIRE(places.size() == all.size());
  const auto key = [&](std::int64_t place) {
    return std::pair(all[static_cast<std::size_t>(place)], place);
  };
  CHECK(std::ranges::is_sorted(places, std::ranges::less{}, key));
}

TEST_CASE("what differs comes with its parts", "[core][array]") {
  using Ints = std::vector<std::int64_t>;
  const Array a(Ints{5, 3, 5, 5, 9});
  const auto [values, index, inverse, counts] =
      np::unique(a, {.index = true, .inverse = true, .counts = true});
  CHECK(values.item<Ints>() == Ints{3, 5, 9});
  CHECK(index->item<Ints>() == Ints{1, 0, 4});
  CHECK(inverse->item<Ints>() == Ints{1, 0, 1, 1, 2});
  CHECK(counts->item<Ints>() == Ints{1, 3, 1});
  const np::Intersection both = np::intersect1d_with_indices(a, Ints{9, 5});
  CHECK(both.values.item<Ints>() == Ints{5, 9});
  CHECK(both.index1.item<Ints>() == Ints{0, 4});
  CHECK(both.index2.item<Ints>() == Ints{1, 0});
  CHECK(np::nonzero(a == 5).front().item<Ints>() == Ints{0, 2, 3});
}

TEST_CASE("numbers are sorted by Highway, whose functions are found by name", "[core][array]") {
  const std::vector<double> values = numbers(5000);
  std::vector<double> expected = values;
  std::ranges::sort(expected);
  CHECK((np::sort(Array(values)).item<std::vector<double>>() == expected));
  CHECK(dlopen("libhwy_contrib.so.1", RTLD_LAZY | RTLD_NOLOAD) != nullptr);
}
