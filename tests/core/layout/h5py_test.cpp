// SPDX-License-Identifier: MIT
// What the Writer writes, plain h5py reads; what h5py writes, the Reader reads.
#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/layout/reader.hpp"
#include "core/layout/writer.hpp"
#include "tests/core/rows.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::layout;
using namespace sheaf::test;
namespace fs = std::filesystem;

namespace {

const fs::path scripts = fs::path(__FILE__).parent_path();

void run_script(const char* script, const std::string& name, const fs::path& file) {
  const ProcessResult result = run_python(scripts / script, {name, file.string()});
  INFO(result.out << result.err);
  REQUIRE(result.ok());
}

void h5py_checks(const std::string& name, const fs::path& file) {
  run_script("h5py_check.py", name, file);
}

void h5py_makes(const std::string& name, const fs::path& file) {
  run_script("h5py_make.py", name, file);
}

// Rows of zeros, ones and twos in any dtype.
void store_012(Writer& writer, std::size_t number, Dtype dtype) {
  std::vector<std::byte> bytes(3 * dtype.size());
  const auto put = [&](std::size_t row, auto value) {
    std::memcpy(bytes.data() + row * dtype.size(), &value, sizeof value);
  };
  for (std::size_t row = 1; row < 3; ++row) {
    if (dtype == float16) {
      put(row, static_cast<std::uint16_t>(row == 1 ? 0x3C00 : 0x4000));
    } else if (dtype == float32 || dtype == complex64) {
      put(row, static_cast<float>(row));
    } else if (dtype == float64 || dtype == complex128) {
      put(row, static_cast<double>(row));
    } else {
      put(row, static_cast<std::uint8_t>(dtype == boolean ? 1 : row));
    }
  }
  REQUIRE_FALSE(writer.append(number, 0, {3, {}, bytes.data(), nullptr}));
}

}  // namespace

TEST_CASE("h5py sees the layout that the format describes", "[core][layout][h5py]") {
  const TempDir folder;
  Writer writer = Writer::create(folder / "data.h5");
  FeatureSpec image = feature("data/image", uint8, {-1, 3});
  image.attrs = {
      {"channels", Value::of("RGB")}, {"flag", Value::of(true)}, {"mean", Value::of(0.5)}};
  writer.add_feature(image);
  writer.add_feature(ragged_feature("ragged", float32, {-1}));
  writer.add_feature(
      {"scan",
       {{"depth", float64, {-1, 7}, Ragged::Never, {}}, {"text", utf8, {}, Ragged::Never, {}}},
       {}});

  writer.begin_source({"a", 10, std::int64_t{1} << 60});
  REQUIRE_FALSE(writer.append(0, 0, counting<std::uint8_t>(3, {2, 3})));
  REQUIRE_FALSE(writer.append(1, 0, counting<float>(2, {4})));
  REQUIRE_FALSE(writer.append(2, 1, Texts(2, {}, {"", "\u65e5\u672c"})));
  writer.end_source();
  writer.begin_source({"caf\u00e9"});
  REQUIRE_FALSE(writer.append(1, 0, counting<float>(1, {1})));
  writer.end_source();
  writer.begin_source({"c", 30, 0});
  REQUIRE_FALSE(writer.append(0, 0, counting<std::uint8_t>(2, {2, 3}, 100)));
  writer.end_source();
  writer.finish();
  h5py_checks("layout", folder / "data.h5");
}

TEST_CASE("h5py sees the container that the format describes", "[core][layout][h5py]") {
  const TempDir folder;
  Writer writer = Writer::create(folder / "data.h5");
  writer.add_feature(feature("x", uint8, {32, 32, 3}));
  writer.add_feature(feature("label", int64, {}));
  for (int source = 0; source < 100; ++source) {
    writer.begin_source({std::to_string(source)});
    REQUIRE_FALSE(writer.append(0, 0, counting<std::uint8_t>(1, {32, 32, 3})));
    REQUIRE_FALSE(writer.append(1, 0, counting<std::int64_t>(1, {})));
    writer.end_source();
  }
  writer.finish();
  h5py_checks("container", folder / "data.h5");
}

TEST_CASE("h5py and the Reader agree on every dtype", "[core][layout][h5py]") {
  const TempDir folder;
  Writer writer = Writer::create(folder / "data.h5");
  std::vector<Dtype> dtypes;
  for (const char* name : {"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
                           "float16", "float32", "float64", "complex64", "complex128", "bool"}) {
    dtypes.push_back(Dtype::parse(name));
    writer.add_feature(feature(name, dtypes.back(), {}));
  }
  writer.begin_source({"a"});
  for (std::size_t number = 0; number < dtypes.size(); ++number) {
    store_012(writer, number, dtypes[number]);
  }
  writer.end_source();
  writer.finish();
  h5py_checks("dtypes", folder / "data.h5");
  const Reader reader = Reader::open(folder / "data.h5");
  for (const OutputInfo& output : reader.outputs()) {
    CHECK(output.dtype_name == output.path);
    CHECK(reader.get(output.path, 0)->dtype.name() == output.path);
    CHECK(output.logical_bytes == 3 * static_cast<std::int64_t>(output.dtype->size()));
  }
}

TEST_CASE("h5py sees filters, fill values and stored dtypes", "[core][layout][h5py]") {
  const TempDir folder;
  Writer writer = Writer::create(folder / "data.h5");
  const std::int64_t chunk = 50;
  writer.add_feature(feature("plain", int32, {4}, {.chunk_rows = chunk}));
  writer.add_feature(feature("all", int32, {4},
                             {.chunk_rows = chunk,
                              .compression = Compression::Deflate,
                              .level = 9,
                              .shuffle = true,
                              .fletcher32 = true}));
  writer.add_feature(feature("stored", int32, {4}, {.chunk_rows = chunk, .dtype = float32}));
  writer.add_feature(
      feature("filled", int32, {4}, {.chunk_rows = chunk, .fill_value = Value::of(7.0)}));
  writer.add_feature(
      feature("lzf", int32, {4}, {.chunk_rows = chunk, .compression = Compression::Lzf}));
  writer.begin_source({"a"});
  for (std::size_t number = 0; number < 5; ++number) {
    REQUIRE_FALSE(writer.append(number, 0, counting<std::int32_t>(120, {4})));
  }
  writer.end_source();
  CHECK(elements<std::int32_t>(writer.read(2, 0, 40, 110)) ==
        counting<std::int32_t>(70, {4}, 160).data);
  writer.finish();
  {
    const Reader reader = Reader::open(folder / "data.h5");
    CHECK(reader.outputs()[1].filters ==
          std::vector<std::string>{"shuffle", "deflate(9)", "fletcher32"});
    CHECK(reader.outputs()[1].stored_bytes < reader.outputs()[1].logical_bytes);
    CHECK(elements<std::int32_t>(*reader.get("all", 0)) == counting<std::int32_t>(120, {4}).data);
  }
  h5py_checks("filters", folder / "data.h5");
}

TEST_CASE("A file that h5mapper made is read", "[core][layout][h5py]") {
  const TempDir folder;
  h5py_makes("mapper", folder / "data.h5");
  const Reader reader = Reader::open(folder / "data.h5");
  CHECK(reader.format_version().empty());
  CHECK(reader.complete());
  CHECK(reader.ids() == std::vector<std::string>{"a", "b", "c"});
  CHECK(reader.sources()[1].size == -1);
  CHECK(reader.sources()[1].mtime_ns == -1);

  std::vector<std::string> paths;
  for (const OutputInfo& output : reader.outputs()) paths.push_back(output.path);
  CHECK(paths == std::vector<std::string>{"image", "net", "late"});
  CHECK(reader.span("image", 0) == Span{0, 2});
  CHECK_FALSE(reader.span("image", 1));
  CHECK(reader.span("image", 2) == Span{2, 3});
  CHECK(elements<std::uint8_t>(*reader.get("image", 2)) == std::vector<std::uint8_t>(6, 9));
  CHECK_FALSE(reader.get("late", 0));
  CHECK(elements<std::int16_t>(*reader.get("late", 1)) == std::vector<std::int16_t>{0, 1, 2, 3});
  CHECK(reader.get("net", 0)->shape == Shape{2, 3});
  CHECK_FALSE(reader.get("net", 1));
  CHECK(reader.get("net", 2)->shape == Shape{});  // a ragged scalar
}

TEST_CASE("A file that h5mapper made without sources is read", "[core][layout][h5py]") {
  const TempDir folder;
  h5py_makes("empty_mapper", folder / "data.h5");
  const Reader reader = Reader::open(folder / "data.h5");
  CHECK(reader.ids().empty());
  CHECK(reader.outputs().empty());
  CHECK(reader.failures().empty());
}

TEST_CASE("What h5mapper appended to a file of Sheaf's is read", "[core][layout][h5py]") {
  const TempDir folder;
  {
    Writer writer = Writer::create(folder / "data.h5");
    writer.add_feature(feature("x", int32, {2}));
    writer.add_feature(feature("y", uint8, {}));
    writer.begin_source({"old", 5, 6});
    REQUIRE_FALSE(writer.append(0, 0, counting<std::int32_t>(2, {2})));
    writer.end_source();
    store(writer, 1, "absent", counting<std::uint8_t>(1, {}));
    writer.finish();
  }
  h5py_makes("append_to_sheaf", folder / "data.h5");
  const Reader reader = Reader::open(folder / "data.h5");
  CHECK(reader.ids() == std::vector<std::string>{"old", "absent", "new", "none"});
  CHECK(reader.sources()[0].size == 5);
  CHECK(reader.sources()[2].size == -1);
  CHECK(elements<std::int32_t>(*reader.get("x", 0)) == std::vector<std::int32_t>{0, 1, 2, 3});
  CHECK(elements<std::int32_t>(*reader.get("x", 1)) == std::vector<std::int32_t>{80, 81, 82, 83});
  CHECK(elements<std::int32_t>(*reader.get("x", 2)) == std::vector<std::int32_t>{70, 71});
  CHECK_FALSE(reader.get("x", 3));
  CHECK(reader.get("y", 1));
  CHECK_FALSE(reader.get("y", 2));
}

TEST_CASE("What h5py stores is read in any byte order and string kind", "[core][layout][h5py]") {
  const TempDir folder;
  h5py_makes("dtypes", folder / "data.h5");
  const Reader reader = Reader::open(folder / "data.h5");
  CHECK(elements<double>(*reader.get("big", 0)) == std::vector<double>{1, 2});
  CHECK(elements<double>(*reader.get("complex", 0)) == std::vector<double>{1, 2, 0, 3});
  CHECK(reader.get("half", 0)->dtype == float16);
  CHECK(elements<std::uint16_t>(*reader.get("half", 0)) ==
        std::vector<std::uint16_t>{0x3800, 0xC000});
  CHECK(reader.get("bool", 0)->dtype == boolean);
  CHECK(elements<std::uint8_t>(*reader.get("enum", 0)) == std::vector<std::uint8_t>{3, 5});
  CHECK(reader.get("bytes", 0)->strings == std::vector<std::string>{"ab", "c"});
  CHECK(reader.get("ascii", 0)->strings == std::vector<std::string>{"one", "two"});
  CHECK(reader.get("fixed", 0)->strings == std::vector<std::string>{"caf\u00e9", "x"});

  const std::vector<Attribute> expected{{"array", Value::of(std::vector<std::int16_t>{1, 2})},
                                        {"bytes", Value::of("old")},
                                        {"compound", Value::of("<compound>")},
                                        {"empty", Value::of("<empty>")},
                                        {"text", Value::of(std::vector<std::string>{"x", "y"})}};
  CHECK(reader.attrs("big") == expected);
}

TEST_CASE("What Sheaf has no dtype for is listed but not read", "[core][layout][h5py]") {
  const TempDir folder;
  h5py_makes("dtypes", folder / "data.h5");
  const Reader reader = Reader::open(folder / "data.h5");
  for (const char* name : {"compound", "opaque", "vlen"}) {
    const auto& outputs = reader.outputs();
    const auto output = std::find_if(outputs.begin(), outputs.end(),
                                     [&](const OutputInfo& info) { return info.path == name; });
    REQUIRE(output != outputs.end());
    CHECK_FALSE(output->dtype);
    CHECK(output->dtype_name == name);
    CHECK(output->sources == 1);
    CHECK_THROWS_WITH(reader.get(name, 0), Catch::Contains(std::string(name) + "/__arr__"));
  }
}

TEST_CASE("Filtered arrays that h5py made are read", "[core][layout][h5py]") {
  const TempDir folder;
  h5py_makes("filters", folder / "data.h5");
  const Reader reader = Reader::open(folder / "data.h5");
  auto expected = counting<std::int32_t>(1000, {4}).data;
  for (std::int32_t& element : expected) element /= 64;
  for (const char* name : {"plain", "gzip", "checked", "lzf"}) {
    CHECK(elements<std::int32_t>(*reader.get(name, 0)) == expected);
  }
}
