// SPDX-License-Identifier: MIT
#include <fstream>
#include <numeric>
#include <sstream>

#include <catch2/catch.hpp>

#include "core/array/array_xtensor.hpp"
#include "core/array/chunks.hpp"
#include "core/array/creation.hpp"
#include "core/array/joining.hpp"
#include "core/array/logic.hpp"
#include "core/array/options.hpp"
#include "core/array/printing.hpp"
#include "core/array/statistics.hpp"
#include "core/error.hpp"
#include "core/objects/array.hpp"
#include "core/objects/file.hpp"
#include "tests/support/temp_dir.hpp"

namespace sheaf::np {
namespace {

using objects::File;
using Doubles = std::vector<double>;

Doubles doubles(const Array& a) { return ravel(a).astype(float64).item<Doubles>(); }

TEST_CASE("a dataset grows and shrinks along an axis", "[core][array]") {
  const test::TempDir folder;
  const File file = File::open(folder / "a.h5", "w");
  (void)file["a"].make_array(int32, {2, 3});
  Array a(file["a"]);
  a(all, 1) = 5;
  a.expand(0, 2);
  CHECK(a.shape() == Shape{4, 3});
  CHECK(doubles(a(all, 1)) == Doubles{5, 5, 0, 0});
  a.expand(-1);
  a.contract(0, 3);
  CHECK(doubles(a) == Doubles{0, 5, 0, 0});
  CHECK_THROWS_AS(a.contract(0, 2), Error);
  Array part = a(slice(1));
  CHECK_THROWS_WITH(Array(part + 1).expand(0), Catch::Contains("store() makes"));
}

TEST_CASE("astype in place keeps attributes and room to grow", "[core][array]") {
  const test::TempDir folder;
  const File file = File::open(folder / "a.h5", "w");
  (void)file["a"].make_array(float64, {3});
  file["a"].attrs()["unit"] = "mV";
  Array a(file["a"]);
  a = std::vector<double>{1.5, -2.5, 3};  // the variable
  a = Array(file["a"]);
  a(all) = std::vector<double>{1.5, -2.5, 3};
  a.astype_in_place(int16);
  CHECK(a.dtype() == int16);
  CHECK(file["a"].array().dtype() == int16);
  CHECK(doubles(a) == Doubles{1, -2, 3});
  CHECK(file["a"].attrs().get<std::string>("unit") == "mV");
  a.expand(0);
  CHECK(a.len() == 4);
  a.astype_in_place(utf8);
  CHECK(a.tolist().as<std::vector<std::string>>() == std::vector<std::string>{"1", "-2", "3", "0"});
  a.astype_in_place(float32);
  CHECK_FALSE(file["a"].attrs().contains("dtype"));
}

TEST_CASE("chunks come in order, alone and in pairs", "[core][array]") {
  const test::TempDir folder;
  const File file = File::open(folder / "a.h5", "w");
  const Array a = store(file["a"], reshape(arange(120), {10, 12}), {.chunks = {4, 5}});
  const OptionsScope scope({.max_memory = 4096, .threads = 1, .temporary_folder = {}});
  std::int64_t count = 0;
  double total = 0;
  std::int64_t blocks = 0;
  for (const Chunk& chunk : chunks(a)) {
    CHECK(chunk.values.shape == chunk.box.count);
    CHECK(chunk.box.first[0] % 4 == 0);
    count += chunk.box.size();
    const Doubles values = doubles(chunk.values);
    total += std::accumulate(values.begin(), values.end(), 0.0);
    ++blocks;
  }
  CHECK(count == 120);
  CHECK(total == 119 * 60);
  CHECK(blocks > 1);
  for (const auto& [box, first, second] : chunks(a, a(0))) {
    CHECK(first.shape == second.shape);
    CHECK(doubles(second)[0] == static_cast<double>(box.first[1]));
  }
  CHECK(chunks(zeros({0, 3})).begin() == std::default_sentinel);
}

TEST_CASE("an array is stored compressed, and the rest of the edges' chunks is zeros",
          "[core][array]") {
  const test::TempDir folder;
  const auto compression =
      GENERATE(layout::Compression::None, layout::Compression::Deflate, layout::Compression::Lzf,
               layout::Compression::Lz4, layout::Compression::Zstd, layout::Compression::Blosc);
  const std::string filters = GENERATE("none", "shuffle");
  const std::size_t memory = GENERATE(1 << 20U, 400);  // chunks whole, and cut
  const OptionsScope scope({.max_memory = memory, .threads = 2, .temporary_folder = {}});
  // The second one makes noise, which filters leave as it is.
  const std::int64_t factor = GENERATE(3, 0x1E3779B97F4A7C15);
  const Array values = reshape(arange(7 * 11, int64), {7, 11}) * factor;
  const File file = File::open(folder / "a.h5", "w");
  Array a = store(file["a"], values,
                  {.chunks = {3, 4}, .compression = compression, .shuffle = filters == "shuffle"});
  CHECK(array_equal(a, values));  // decoded by HDF5
  a(slice(1, 5), slice(2, 3)) = -1;
  a.write(values);
  a(6, 10) = 5;
  CHECK(a.item<int>(6, 10) == 5);
  a(6, 10) = values(6, 10);
  file.commit();
  const File again = File::open(folder / "a.h5", "r");
  CHECK(array_equal(Array(again["a"]), values));
  CHECK(array_equal(Array(file["a"])(slice(1, 6, 2)), values(slice(1, 6, 2))));
}

TEST_CASE("parts of large datasets are what HDF5 reads, also where they go past the cache",
          "[core][array]") {
  const test::TempDir folder;
  const auto compression = GENERATE(layout::Compression::None, layout::Compression::Zstd);
  const Shape chunks = GENERATE(Shape{64, 50}, Shape{128, 300}, Shape{50, 60});
  const std::size_t memory = GENERATE(64 << 20U, 256 << 10U);  // all chunks are kept, or none
  const OptionsScope scope({.max_memory = memory, .threads = 2, .temporary_folder = {}});
  const File file = File::open(folder / "a.h5", "w");
  const Array slow = store(file["a"], reshape(arange(700 * 300, int32), {700, 300}),
                           {.chunks = chunks, .compression = compression});
  file.commit();
  const File again = File::open(folder / "a.h5", "r");
  const Array fast(again["a"]);
  const auto parts = {slice(0, 700), slice(50, 100), slice(100, 150), slice(64, 128),
                      slice(10, 30), slice(0, 50),   slice(60, 120),  slice(250, 300)};
  for (const Slice& rows : parts) {
    for (const Slice& columns : parts) {
      CHECK(array_equal(fast(rows, columns), slow(rows, columns)));
    }
  }
  CHECK(sum(fast).item<std::int64_t>() == std::int64_t{700 * 300} * (700 * 300 - 1) / 2);
}

TEST_CASE("a large array has the chunks of what it is made of, unless told otherwise",
          "[core][array]") {
  const test::TempDir folder;
  const File file = File::open(folder / "a.h5", "w");
  const Array a = store(file["a"], zeros({1000, 1000}), {.chunks = {100, 500}});
  CHECK(a.node()->grain() == Shape{100, 500});
  CHECK(store(file["b"], a + 1).node()->grain() == Shape{100, 500});
  CHECK(store(file["c"], a + 1, {.is_contiguous = true}).node()->grain().empty());
  CHECK(store(file["d"], a(slice(10)) + 1).node()->grain().empty());  // small
  CHECK(store(file["e"], a(slice(10)), {.chunks = {500, 10}}).node()->grain() == Shape{10, 10});
  const Array packed = store(file["f"], a(0), {.compression = layout::Compression::Zstd});
  CHECK(packed.node()->grain() == Shape{1000});
  CHECK_THROWS_WITH(store(file["g"], a, {.compression = layout::Compression::Zstd, .level = 100}),
                    Catch::Contains("level of zstd is 100"));
  CHECK_THROWS_WITH(store(file["g"], a, {.chunks = {10}}), Catch::Contains("shape (1000, 1000)"));
  CHECK_FALSE(file["g"].exists());
}

TEST_CASE("what is stored may be made of what was there", "[core][array]") {
  const test::TempDir folder;
  const File file = File::open(folder / "a.h5", "w");
  const Array a = store(file["run/a"], arange(5000), {.chunks = {700}});
  CHECK(array_equal(store(file["run/a"], a + 1), arange(1, 5001)));
  CHECK(array_equal(store(file["run"], Array(file["run/a"])(slice({}, {}, -1)) * 0.5),
                    arange(2500, 0, -0.5)));
  SECTION("and stays where it fails") {
    const Array now(file["run"]);
    const Array fails = now(now > 3)(slice(10, {}));
    now(all) = 9;  // not what was counted any more
    CHECK_THROWS_WITH(store(file["run"], fails), Catch::Contains("has changed since"));
    CHECK(array_equal(Array(file["run"]), full({5000}, 9.0)));
    CHECK(file.root().keys() == std::vector<std::string>{"run"});
  }
}

TEST_CASE("elements by index, lists of lists", "[core][array]") {
  const Array a = arange(6).reshape({2, -1});
  CHECK(a.item<int>(1, 2) == 5);
  CHECK(a.item<int>(4) == 4);
  CHECK(a.item<int>(-1) == 5);
  CHECK(a.len() == 2);
  CHECK(a.tolist() ==
        objects::Tree(objects::Tree::List{
            objects::Tree::list({std::int64_t{0}, std::int64_t{1}, std::int64_t{2}}),
            objects::Tree::list({std::int64_t{3}, std::int64_t{4}, std::int64_t{5}})}));
  CHECK_THROWS_WITH(a.item<int>(6), Catch::Contains("no index 6"));
  CHECK_THROWS_WITH(a.reshape({-2, -3}), Catch::Contains("(-2, -3)"));
}

TEST_CASE("writing through selections reads like NumPy's", "[core][array]") {
  const test::TempDir folder;
  const File file = File::open(folder / "a.h5", "w");
  const Array a = store(file["a"], arange(10), {.chunks = {3}});
  SECTION("overlapping") {
    a(slice(1, {})) = a(slice({}, -1));
    CHECK(doubles(a) == Doubles{0, 0, 1, 2, 3, 4, 5, 6, 7, 8});
    a(slice({}, {}, -1)) = a;
    CHECK(doubles(a) == Doubles{8, 7, 6, 5, 4, 3, 2, 1, 0, 0});
  }
  SECTION("lists, of which the last one counts") {
    a(std::vector<int>{0, 3, 0}) = std::vector<int>{7, 8, 9};
    CHECK(doubles(a) == Doubles{9, 1, 2, 8, 4, 5, 6, 7, 8, 9});
  }
  SECTION("masks") {
    a(a > 5) = 0;
    CHECK(doubles(a) == Doubles{0, 1, 2, 3, 4, 5, 0, 0, 0, 0});
    a(a == 0) += 100;
    CHECK(doubles(a) == Doubles{100, 1, 2, 3, 4, 5, 100, 100, 100, 100});
    copyto(a, arange(10) * 10, a > 50);
    CHECK(doubles(a) == Doubles{0, 1, 2, 3, 4, 5, 60, 70, 80, 90});
  }
  SECTION("parts of what a mask chooses, which changes by that") {
    const OptionsScope scope({.max_memory = 4096, .threads = 2, .temporary_folder = {}});
    const Array many = store(file["many"], arange(5000));
    many(many > 2)(slice(1, {}, 2)) = -1;
    CHECK(doubles(many(slice({}, 8))) == Doubles{0, 1, 2, 3, -1, 5, -1, 7});
    CHECK(sum(many == -1).item<int>() == 2498);
  }
  SECTION("leading axes of one index more than there are") {
    a(all) = ones({1, 1, 10});
    CHECK(doubles(a) == Doubles(10, 1));
    CHECK_THROWS_WITH(a.write(ones({2, 10})), Catch::Contains("(2, 10)"));
    CHECK_THROWS_WITH(copyto(a, 9, Array(std::vector<int>(10, 1))), Catch::Contains("of bool"));
  }
  SECTION("a mask of what has changed since says so") {
    const Array chosen = a(a > 5);
    a(all) = 9;
    CHECK_THROWS_WITH(chosen.load(), Catch::Contains("has changed since"));
  }
  SECTION("a thing that can't be written") {
    CHECK_THROWS_WITH((a + 1).write(0), Catch::Contains("can't be written"));
    CHECK_THROWS_WITH(broadcast_to(a, {2, 10}).write(0), Catch::Contains("repeats elements"));
  }
  SECTION("steps leave alone what lies between") {
    const Array big = store(file["big"], zeros({5000}));
    big(slice(1, {}, 2)) = 1;
    big(slice({}, {}, 2)) = arange(2500);
    CHECK(doubles(big(slice(4996, {}))) == Doubles{2498, 1, 2499, 1});
  }
}

TEST_CASE("rows named by slices are deleted and inserted", "[core][array]") {
  const Array a = arange(10);
  CHECK(doubles(delete_(a, slice(2, 8))) == Doubles{0, 1, 8, 9});
  CHECK(doubles(delete_(a, slice({}, {}, -2))) == Doubles{0, 2, 4, 6, 8});
  CHECK(doubles(delete_(a, slice(8, 2))) == doubles(a));
  CHECK(doubles(insert(a(slice(4)), slice({}, {}, 2), 7)) == Doubles{7, 0, 1, 7, 2, 3});
}

TEST_CASE("functions, iterators, buffers and files make arrays", "[core][array]") {
  const test::TempDir folder;
  const Array table = fromfunction([](const Shape& at) { return 10 * at[0] + at[1]; }, {3, 4});
  CHECK(table.dtype() == int64);
  CHECK(doubles(table(2)) == Doubles{20, 21, 22, 23});
  const OptionsScope scope({.max_memory = 1 << 16, .threads = 2, .temporary_folder = {}});
  const Array many = fromiter(std::views::iota(0, 10000));  // beyond what is kept in memory
  CHECK(many.dtype() == int32);
  CHECK(many(-1).item<int>() == 9999);
  const std::vector<float> numbers{1, 2, 3, 4};
  CHECK(doubles(frombuffer(std::as_bytes(std::span(numbers)), float32, 2, 4)) == Doubles{2, 3});
  std::ofstream(folder / "raw", std::ios::binary)
      .write(reinterpret_cast<const char*>(numbers.data()), 16);
  CHECK(doubles(fromfile(folder / "raw", float32)) == Doubles{1, 2, 3, 4});
  CHECK(doubles(fromfile(folder / "raw", float32, 2, 8)) == Doubles{3, 4});
  CHECK_THROWS_WITH(fromfile(folder / "raw", float64, 3), Catch::Contains("2 elements"));
  CHECK_THROWS_WITH(fromfile(folder / "none"), Catch::Contains("can't be opened"));
}

TEST_CASE("tables of numbers are read from text", "[core][array]") {
  const test::TempDir folder;
  const auto file = folder.write("t.txt", "# x y\n1 2.5\n\n-3\t4e2  # last\n");
  CHECK(loadtxt(file).shape() == Shape{2, 2});
  CHECK(doubles(loadtxt(file)) == Doubles{1, 2.5, -3, 400});
  CHECK(doubles(loadtxt(file, {.usecols = {-1}})) == Doubles{2.5, 400});
  const auto commas = folder.write("c.csv", "a,b\n1,2\n3, 4\n");
  const LoadText how{.dtype = int32, .delimiter = ",", .skiprows = 1};
  CHECK(doubles(loadtxt(commas, how)) == Doubles{1, 2, 3, 4});
  CHECK_THROWS_WITH(loadtxt(commas, {.delimiter = ","}), Catch::Contains("line 1"));
  CHECK_THROWS_WITH(loadtxt(folder.write("u", "1 2\n3\n")), Catch::Contains("line 2"));
}

TEST_CASE("a huge array is printed by its edges and read no more than that", "[core][array]") {
  std::ostringstream text;
  text << fromfunction(
      [](const Shape& at) {
        if (at[0] > 2 && at[0] < 1'000'000'000'000 - 3)
          throw Error(ErrorCode::Invalid, "x", "read");
        return at[0];
      },
      {1'000'000'000'000});
  CHECK(text.str() ==
        "[           0            1            2 ... 999999999997 999999999998\n"
        " 999999999999]");
  CHECK(array_repr(arange(3, std::optional(float32))) == "array([0., 1., 2.], dtype=float32)");
}

TEST_CASE("xtensor's arrays come and go", "[core][array]") {
  const xt::xarray<double> from = {{1, 2, 3}, {4, 5, 6}};
  const Array a = asarray(from * 2);
  CHECK(a.shape() == Shape{2, 3});
  CHECK((as_xarray<double>(a) == from * 2));
  const xt::xtensor<int, 1> row = as_xtensor<int, 1>(a(1));
  CHECK(row == xt::xtensor<int, 1>{8, 10, 12});
  CHECK_THROWS_AS((as_xtensor<int, 3>(a)), Error);
}

}  // namespace
}  // namespace sheaf::np
