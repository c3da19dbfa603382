// SPDX-License-Identifier: MIT
// The fast reader against layout::Reader and HDF5.
#include "core/read/file.hpp"

#include <algorithm>
#include <random>
#include <thread>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/layout/reader.hpp"
#include "tests/core/read/small_files.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::test;
using layout::Span;
using read::File;
using read::Options;

namespace {

using RowList = std::vector<std::int64_t>;

// Ranges, single rows and lists of ranges, at random; `all` is what HDF5 reads.
void check_access(const read::Array& array, const std::vector<std::byte>& all) {
  const std::int64_t rows = array.shape()[0];
  const std::size_t row_bytes = array.row_bytes();
  REQUIRE(rows_of(array, {0, rows}) == all);
  if (rows == 0) return;
  std::mt19937 random(5);
  const auto any = [&](std::int64_t below) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(below));
  };
  RowList list;
  std::vector<Span> spans;
  std::vector<std::byte> of_list;
  std::vector<std::byte> of_spans;
  for (int turn = 0; turn < 40; ++turn) {
    const std::int64_t start = any(rows);
    const Span span{start, start + any(rows - start + 1)};
    const auto expected = part(all, row_bytes, span);
    REQUIRE(rows_of(array, span) == expected);
    spans.push_back(span);
    of_spans.insert(of_spans.end(), expected.begin(), expected.end());
    list.push_back(any(rows));
    const auto row = part(all, row_bytes, {list.back(), list.back() + 1});
    of_list.insert(of_list.end(), row.begin(), row.end());
    if (const auto view = array.view(span)) {
      REQUIRE(std::ranges::equal(*view, expected));
    }
  }
  std::vector<std::byte> out(of_list.size());
  array.gather(list, out);
  REQUIRE(out == of_list);
  out.resize(of_spans.size());
  array.gather(spans, out);
  REQUIRE(out == of_spans);
}

void check_like_hdf5(const std::filesystem::path& path, const Options& options) {
  const auto file = File::open(path, options);
  for (const std::string& name : file->paths()) {
    const read::Array& array = file->output(name).array();
    if (array.dtype().is_string() || name.starts_with("other") || name == "sparse") continue;
    INFO(name);
    check_access(array, bytes_by_hdf5(path, name));
  }
}

// Everything that both readers tell of a file with sources.
void check_like_reader(const std::filesystem::path& path) {
  const layout::Reader slow = layout::Reader::open(path);
  const auto fast = File::open(path);
  CHECK(fast->ids() == slow.ids());
  std::vector<std::string> paths;
  for (const layout::OutputInfo& info : slow.outputs()) {
    paths.push_back(info.path);
    if (!info.dtype) continue;
    INFO(info.path);
    const read::Output& output = fast->output(info.path);
    CHECK(output.is_ragged() == info.ragged);
    CHECK(output.array().dtype() == *info.dtype);
    CHECK(output.array().shape() == info.shape);
    CHECK(output.array().rows(0, info.shape[0]) == slow.rows(info.path, 0, info.shape[0]));
    CHECK(output.array().rows(-2, -1) == slow.rows(info.path, -2, -1));
    for (std::size_t source = 0; source < slow.ids().size(); ++source) {
      CHECK(output.span(source) == slow.span(info.path, source));
      CHECK(output.shape(source) == slow.shape(info.path, source));
      CHECK(output.get(source) == slow.get(info.path, source));
    }
    CHECK(fast->attrs(info.path) == slow.attrs(info.path));
  }
  CHECK(fast->paths() == paths);
  for (const std::string& id : slow.ids()) CHECK(fast->find(id) == slow.find(id));
  CHECK_FALSE(fast->find("no such id"));
}

}  // namespace

TEST_CASE("Every layout that h5py makes is read as HDF5 reads it", "[core][read]") {
  const TempDir folder;
  const std::string kind = GENERATE("earliest", "v108", "latest", "user_block");
  h5py_makes("read/h5py_arrays.py", kind, folder / "data.h5");
  INFO(kind);
  SECTION("from a mapping") { check_like_hdf5(folder / "data.h5", {}); }
  SECTION("by pread, with a cache that is too small for anything") {
    check_like_hdf5(folder / "data.h5", {.cache_bytes = 100, .threads = 1, .is_mapped = false});
  }
  SECTION("by many threads, without a cache") {
    check_like_hdf5(folder / "data.h5", {.cache_bytes = 0, .threads = 4});
  }
}

TEST_CASE("Any other HDF5 file has its datasets as outputs, and no sources", "[core][read]") {
  const TempDir folder;
  h5py_makes("read/h5py_arrays.py", "v108", folder / "data.h5");
  const auto file = File::open(folder / "data.h5");
  CHECK(file->ids().empty());
  CHECK_FALSE(file->find("a"));
  const std::vector<std::string>& paths = file->paths();
  const auto has = [&](const char* path) { return std::ranges::count(paths, path) == 1; };
  CHECK(has("filter/gzip"));
  CHECK_FALSE(has("scalar"));
  CHECK_FALSE(has("soft"));
  CHECK(std::ranges::count(paths, "contiguous") + std::ranges::count(paths, "again") == 1);
  CHECK_THROWS_WITH(file->output("chunk/rows").span(0), Catch::Contains("no source number 0"));
  CHECK(file->output("text/variable").array().rows(1, 3).strings ==
        std::vector<std::string>{"text 1 \u00e9", "text 2 \u00e9"});
  CHECK(file->output("text/fixed").array().rows(0, 1).strings[0] == "text 0 \u00e9");
  CHECK_THROWS_WITH(file->output("other/compound").array().require_readable(),
                    Catch::Contains("compound, which Sheaf can't read"));
  CHECK_THROWS_WITH(file->output("other/compound").array().rows(0, 1),
                    Catch::Contains("compound, which Sheaf can't read"));
  CHECK_THROWS_WITH(file->output("none"), Catch::Contains("chunk/rows"));
}

TEST_CASE("A sparse array of more chunks than memory holds is read", "[core][read]") {
  const TempDir folder;
  h5py_makes("read/h5py_arrays.py", GENERATE("v108", "latest"), folder / "data.h5");
  const auto file = File::open(folder / "data.h5");
  const read::Array& array = file->output("sparse").array();
  const std::int64_t row = array.shape()[0] / 2;
  std::vector<std::byte> out(3);
  array.read({row - 1, row + 2}, out);
  CHECK(out == std::vector<std::byte>{std::byte{0}, std::byte{9}, std::byte{0}});
  array.gather(RowList{0, row, 2 * row - 1}, out);
  CHECK(out == std::vector<std::byte>{std::byte{0}, std::byte{9}, std::byte{0}});
}

TEST_CASE("Files of sources are read as layout::Reader reads them", "[core][read]") {
  const TempDir folder;
  const std::string kind = GENERATE("mapper", "empty_mapper", "dtypes", "filters");
  INFO(kind);
  h5py_makes("layout/h5py_make.py", kind, folder / "data.h5");
  check_like_reader(folder / "data.h5");
}

TEST_CASE("What h5mapper appended to a file of Sheaf's is read as Reader does", "[core][read]") {
  const TempDir folder;
  {
    layout::Writer writer = layout::Writer::create(folder / "data.h5");
    writer.add_feature(feature("x", int32, {2}));
    writer.add_feature(feature("y", uint8, {}));
    store(writer, 0, "old", counting<std::int32_t>(2, {2}));
    store(writer, 1, "absent", counting<std::uint8_t>(1, {}));
    writer.finish();
  }
  h5py_makes("layout/h5py_make.py", "append_to_sheaf", folder / "data.h5");
  check_like_reader(folder / "data.h5");
}

TEST_CASE("Ragged outputs and strings are read as Reader does", "[core][read]") {
  const TempDir folder;
  layout::Writer writer = layout::Writer::create(folder / "data.h5");
  writer.add_feature(ragged_feature("r", float32, {-1, -1}));
  writer.add_feature(feature("t", utf8, {}, {.chunk_rows = 4}));
  writer.add_feature(feature("x", int32, {3}));
  for (std::int64_t source = 0; source < 30; ++source) {
    writer.begin_source({"source/" + std::to_string(source)});
    if (source % 3 != 0) {
      (void)writer.append(0, 0, counting<float>(1, {source % 5, 2}, static_cast<float>(source)));
    }
    (void)writer.append(1, 0, Texts(1, {}, {"text " + std::to_string(source)}));
    if (source % 4 == 1) writer.mark_present(2);
    writer.end_source();
  }
  writer.finish();
  check_like_reader(folder / "data.h5");
}

TEST_CASE("Ids of any length, and rows known by references alone, are read", "[core][read]") {
  const TempDir folder;
  h5py_makes("read/h5py_arrays.py", "texts", folder / "data.h5");
  const auto file = File::open(folder / "data.h5");
  const layout::Reader slow = layout::Reader::open(folder / "data.h5");
  REQUIRE(file->ids() == slow.ids());
  CHECK(file->find(std::string(100'000, 'x')) == 3U);
  const read::Output& output = file->output("x");
  for (std::size_t source = 0; source < file->ids().size(); source += 91) {
    CHECK(output.span(source) == slow.span("x", source));
  }
  CHECK_FALSE(output.get(7));
}

TEST_CASE("Chunks of every filter are decoded, in any order of access", "[core][read]") {
  const TempDir folder;
  const auto compression =
      GENERATE(layout::Compression::None, layout::Compression::Deflate, layout::Compression::Lzf,
               layout::Compression::Blosc, layout::Compression::Lz4, layout::Compression::Zstd);
  const bool is_checked = GENERATE(false, true);
  const auto path = counting_file(folder / "data.h5", 1003, {6},
                                  {.chunk_rows = 50,
                                   .compression = compression,
                                   .shuffle = is_checked,
                                   .fletcher32 = is_checked});
  const Options options = GENERATE(Options{}, Options{.cache_bytes = 4000, .threads = 3},
                                   Options{.cache_bytes = 0, .threads = 1, .is_mapped = false});
  const auto file = File::open(path, options);
  const read::Array& array = file->output("x").array();
  const auto all = bytes_by_hdf5(path, "x/__arr__");
  check_access(array, all);
  // Scans, which read ahead; the second one begins anew.
  for (const std::int64_t step : {20, 50, 50, 130}) {
    for (std::int64_t row = 0; row + step <= 1003; row += step) {
      REQUIRE(rows_of(array, {row, row + step}) == part(all, 24, {row, row + step}));
    }
  }
}

TEST_CASE("Scans of several threads over one array don't disturb each other", "[core][read]") {
  const TempDir folder;
  const auto path =
      counting_file(folder / "data.h5", 5000, {6},
                    {.chunk_rows = 50, .compression = layout::Compression::Zstd, .shuffle = true});
  const auto all = bytes_by_hdf5(path, "x/__arr__");
  const auto file = File::open(path, {.cache_bytes = 20000, .threads = 3});
  const read::Array& array = file->output("x").array();
  std::atomic<int> wrong{0};
  std::vector<std::jthread> threads;
  for (std::int64_t number = 0; number < 4; ++number) {
    threads.emplace_back([&, step = 50 * (number / 2 + 1)] {
      for (std::int64_t row = 0; row < 5000; row += step) {
        if (rows_of(array, {row, row + step}) != part(all, 24, {row, row + step})) ++wrong;
      }
    });
  }
  threads.clear();
  CHECK(wrong == 0);
}

TEST_CASE("Views are the file's own bytes, where rows lie one behind the other", "[core][read]") {
  const TempDir folder;
  const auto path = counting_file(folder / "data.h5", 1000, {6}, {.chunk_rows = 100});
  const auto file = File::open(path);
  const read::Array& array = file->output("x").array();
  const auto view = array.view({110, 190});
  REQUIRE(view);
  CHECK(view->size() == 80 * 24);
  CHECK(std::ranges::equal(*view, rows_of(array, {110, 190})));
  CHECK(array.view({5, 5})->empty());
  CHECK_FALSE(File::open(path, {.is_mapped = false})->output("x").array().view({0, 1}));
  const auto packed =
      counting_file(folder / "z.h5", 100, {6}, {.compression = layout::Compression::Deflate});
  CHECK_FALSE(File::open(packed)->output("x").array().view({0, 1}));
}

TEST_CASE("Rows that aren't there and room of another size are refused", "[core][read]") {
  const TempDir folder;
  const auto file = File::open(counting_file(folder / "data.h5", 10, {6}));
  const read::Array& array = file->output("x").array();
  std::vector<std::byte> row(24);
  CHECK_THROWS_WITH(array.read({9, 11}, row), Catch::Contains("has 10 rows, not 9 to 11"));
  CHECK_THROWS_WITH(array.gather(RowList{-1}, row), Catch::Contains("x/__arr__"));
  CHECK_THROWS_WITH(array.gather(RowList{1, 2}, row), Catch::Contains("room for 24 bytes"));
  CHECK_THROWS_AS(array.gather(std::vector<Span>{{0, 1}, {5, 3}}, row), Error);
  CHECK_THROWS_AS(file->output("x").span(1), Error);
  CHECK(array.rows(-3, 100).shape == Shape{3, 6});
}

TEST_CASE("Eight readers at once read the same rows", "[core][read]") {
  const TempDir folder;
  layout::Writer writer = layout::Writer::create(folder / "data.h5");
  writer.add_feature(feature("plain", int32, {6}, {.chunk_rows = 10}));
  writer.add_feature(
      feature("packed", int32, {6}, {.chunk_rows = 10, .compression = layout::Compression::Lz4}));
  for (int source = 0; source < 100; ++source) {
    writer.begin_source({std::to_string(source)});
    (void)writer.append(0, 0, counting<std::int32_t>(3, {6}, source));
    (void)writer.append(1, 0, counting<std::int32_t>(3, {6}, source));
    writer.end_source();
  }
  writer.finish();
  const auto file = File::open(folder / "data.h5", {.cache_bytes = 1000, .threads = 3});
  std::atomic<int> wrong{0};
  std::vector<std::jthread> threads;
  for (unsigned number = 0; number < 8; ++number) {
    threads.emplace_back([&, number] {
      std::mt19937 random(number);
      for (int turn = 0; turn < 200; ++turn) {
        const auto source = random() % 100;
        const auto found = file->find(std::to_string(source));
        const read::Output& output = file->output(turn % 2 == 0 ? "plain" : "packed");
        const auto expected = counting<std::int32_t>(3, {6}, static_cast<std::int32_t>(source));
        if (elements<std::int32_t>(*output.get(*found)) != expected.data) ++wrong;
        std::vector<std::byte> rows(2 * 24);
        output.array().gather(RowList{output.span(source)->start, 299}, rows);
        if (std::memcmp(rows.data(), expected.data.data(), 24) != 0) ++wrong;
      }
    });
  }
  threads.clear();
  CHECK(wrong == 0);
}

TEST_CASE("What isn't a whole HDF5 file is refused", "[core][read]") {
  const TempDir folder;
  CHECK_THROWS_WITH(File::open(folder / "none.h5"), Catch::Contains("none.h5"));
  CHECK_THROWS_AS(File::open(folder.path()), Error);
  CHECK_THROWS_AS(File::open(folder.write("text.h5", "no HDF5")), Error);
  const auto path = counting_file(folder / "data.h5", 10'000, {6});
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  CHECK_THROWS_AS(File::open(path), Error);
}
