// SPDX-License-Identifier: MIT
#include "core/layout/writer.hpp"

#include <functional>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/layout/reader.hpp"
#include "tests/core/rows.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::layout;
using namespace sheaf::test;
using Catch::Contains;

namespace {

ErrorCode code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  FAIL("no error");
  return ErrorCode::Io;
}

}  // namespace

TEST_CASE("What is written source by source is read back source by source", "[core][layout]") {
  const TempDir folder;
  Writer writer = Writer::create(folder / "data.h5");
  const std::size_t image = writer.add_feature(feature("data/image", uint8, {4, 3}));
  const std::size_t label = writer.add_feature(feature("label", int64, {}));
  for (int source = 0; source < 3000; ++source) {
    writer.begin_source({"s" + std::to_string(source), source, source * 1000});
    const auto pixels =
        counting<std::uint8_t>(source % 3, {4, 3}, static_cast<std::uint8_t>(source));
    CHECK_FALSE(writer.append(image, 0, pixels));
    if (source % 2 == 0)
      CHECK_FALSE(writer.append(label, 0, counting<std::int64_t>(1, {}, source)));
    REQUIRE(writer.end_source());
  }
  CHECK(writer.stored_sources() == 3000);
  CHECK(writer.rows(image, 0) == 3000);
  writer.finish();

  const Reader reader = Reader::open(folder / "data.h5");
  REQUIRE(reader.ids().size() == 3000);
  CHECK(reader.complete());
  CHECK(reader.format_version() == "1.0");
  CHECK(reader.sources()[2999].size == 2999);
  CHECK(reader.sources()[2999].mtime_ns == 2999000);
  for (std::size_t source = 0; source < 3000; ++source) {
    REQUIRE(reader.find("s" + std::to_string(source)) == source);
    const auto rows = static_cast<std::int64_t>(source % 3);
    const auto expected = counting<std::uint8_t>(rows, {4, 3}, static_cast<std::uint8_t>(source));
    const auto image_value = reader.get("data/image", source);
    REQUIRE(image_value);
    REQUIRE(image_value->shape == Shape{rows, 4, 3});
    REQUIRE(elements<std::uint8_t>(*image_value) == expected.data);
    REQUIRE(reader.get("label", source).has_value() == (source % 2 == 0));
  }
  CHECK_FALSE(reader.find("s3000"));
}

TEST_CASE("Any cut of the same rows into appends gives the same array", "[core][layout]") {
  const TempDir folder;
  const auto all = counting<std::int32_t>(1000, {2});
  for (const std::int64_t piece : {1, 7, 64, 100, 1000}) {
    for (const std::int64_t chunk : {1, 10, 64, 5000}) {
      Writer writer = Writer::create(folder / "data.h5", true);
      writer.add_feature(feature("x", int32, {2}, {.chunk_rows = chunk}));
      writer.begin_source({"only"});
      for (std::int64_t row = 0; row < 1000; row += piece) {
        const std::int64_t rows = std::min(piece, 1000 - row);
        REQUIRE_FALSE(writer.append(0, 0, {rows, {2}, all.data.data() + row * 2, nullptr}));
      }
      REQUIRE(elements<std::int32_t>(writer.read(0, 0, 0, 1000)) == all.data);
      writer.end_source();
      writer.finish();
      const Reader reader = Reader::open(folder / "data.h5");
      REQUIRE(elements<std::int32_t>(*reader.get("x", 0)) == all.data);
      REQUIRE(reader.outputs()[0].chunks == Shape{chunk, 2});
    }
  }
}

TEST_CASE("The same calls give the same bytes", "[core][layout]") {
  const TempDir folder;
  const auto write = [&](const char* name) {
    Writer writer = Writer::create(folder / name);
    FeatureSpec image = feature("deep/in/image", uint8, {-1, 3}, {.chunk_rows = 5});
    image.attrs = {{"channels", Value::of("RGB")}};
    writer.add_feature(image);
    writer.add_feature(ragged_feature("ragged", float32, {-1}));
    writer.add_feature(feature("text", utf8, {}));
    for (int source = 0; source < 50; ++source) {
      writer.begin_source({"s" + std::to_string(source)});
      (void)writer.append(0, 0, counting<std::uint8_t>(source % 7, {6, 3}));
      (void)writer.append(1, 0, counting<float>(2, {source % 5}));
      (void)writer.append(2, 0, Texts(1, {}, {std::to_string(source)}));
      if (source % 3 == 0) writer.drop(0);
      writer.end_source();
    }
    writer.add_failure({"bad", "image", "source", "no image", "sheaf.image 0.1.0"});
    writer.set_attr(0, "mean", Value::of(0.5));
    writer.finish();
    return read_file(folder / name);
  };
  const std::string first = write("first.h5");
  CHECK(first == write("second.h5"));
}

TEST_CASE("A source without any feature isn't stored", "[core][layout]") {
  const TempDir folder;
  Writer writer = Writer::create(folder / "data.h5");
  writer.add_feature(feature("x", uint8, {}));
  writer.begin_source({"empty"});
  CHECK_FALSE(writer.end_source());
  store(writer, 0, "full", counting<std::uint8_t>(1, {}));
  // It may come again: it isn't in the file.
  store(writer, 0, "empty", counting<std::uint8_t>(2, {}));
  writer.finish();
  CHECK(Reader::open(folder / "data.h5").ids() == std::vector<std::string>{"full", "empty"});
}

TEST_CASE("A source's id is text without NUL", "[core][layout]") {
  const TempDir folder;
  Writer writer = Writer::create(folder / "data.h5");
  writer.add_feature(feature("x", uint8, {}));
  CHECK(code_of([&] { writer.begin_source({std::string("a\0", 2)}); }) == ErrorCode::Invalid);
  store(writer, 0, "b", counting<std::uint8_t>(1, {}));
  writer.finish();
  CHECK(Reader::open(folder / "data.h5").ids().size() == 1);
}

TEST_CASE("Present without rows and absent are different", "[core][layout]") {
  const TempDir folder;
  Writer writer = Writer::create(folder / "data.h5");
  writer.add_feature(feature("x", uint8, {3}));
  writer.add_feature(ragged_feature("y", uint8, {-1, 3}));
  writer.begin_source({"present"});
  writer.mark_present(0);
  writer.mark_present(1);
  writer.end_source();
  writer.begin_source({"half"});
  CHECK_FALSE(writer.append(1, 0, counting<std::uint8_t>(0, {5, 3})));
  writer.end_source();
  writer.finish();
  const Reader reader = Reader::open(folder / "data.h5");
  CHECK(reader.shape("x", 0) == Shape{0, 3});
  CHECK_FALSE(reader.shape("x", 1));
  CHECK(reader.shape("y", 0) == Shape{0, 0, 3});
  CHECK(reader.shape("y", 1) == Shape{0, 5, 3});
  CHECK(reader.outputs()[0].sources == 1);
  CHECK(reader.outputs()[1].sources == 2);
}

TEST_CASE("The first stored source fixes an open shape", "[core][layout]") {
  const TempDir folder;
  Writer writer = Writer::create(folder / "data.h5");
  writer.add_feature(feature("x", uint8, {-1}, {.chunk_rows = 2}));

  SECTION("and others are refused with both shapes") {
    store(writer, 0, "first", counting<std::uint8_t>(3, {4}));
    writer.begin_source({"second"});
    const auto reason = writer.append(0, 0, counting<std::uint8_t>(1, {5}));
    REQUIRE(reason);
    CHECK_THAT(*reason, Contains("(5,)") && Contains("(4,)") && Contains("first"));
    CHECK_FALSE(writer.end_source());
  }
  SECTION("unless it is dropped, even after rows of it went to the file") {
    writer.begin_source({"first"});
    CHECK_FALSE(writer.append(0, 0, counting<std::uint8_t>(7, {4})));
    writer.drop(0);
    CHECK(writer.rows(0, 0) == 0);
    CHECK_FALSE(writer.end_source());
    store(writer, 0, "second", counting<std::uint8_t>(3, {5}));
    writer.finish();
    CHECK(Reader::open(folder / "data.h5").outputs()[0].shape == Shape{3, 5});
  }
  SECTION("but a source with zero rows doesn't") {
    store(writer, 0, "first", counting<std::uint8_t>(0, {4}));
    store(writer, 0, "second", counting<std::uint8_t>(3, {5}));
    writer.finish();
    CHECK(Reader::open(folder / "data.h5").shape("x", 0) == Shape{0, 5});
  }
}

TEST_CASE("Dropping takes back exactly the open source's rows", "[core][layout]") {
  const TempDir folder;
  const std::int64_t chunk = GENERATE(1, 8, 64);
  const std::int64_t before = GENERATE(0, 5, 8, 13);
  const std::int64_t dropped = GENERATE(0, 1, 3, 8, 40);
  INFO(chunk << " rows a chunk, " << before << " before, " << dropped << " dropped");
  Writer writer = Writer::create(folder / "data.h5");
  const DatasetOptions filtered{
      .chunk_rows = chunk, .compression = Compression::Deflate, .shuffle = true};
  writer.add_feature(feature("plain", int32, {2}, {.chunk_rows = chunk}));
  writer.add_feature(feature("filtered", int32, {2}, filtered));
  writer.add_feature(feature("text", utf8, {}, {.chunk_rows = chunk}));
  const auto append_all = [&](std::int64_t rows, std::int32_t first) {
    std::vector<std::string> texts;
    for (std::int64_t row = 0; row < rows; ++row) texts.push_back(std::to_string(first + row));
    REQUIRE_FALSE(writer.append(0, 0, counting<std::int32_t>(rows, {2}, first)));
    REQUIRE_FALSE(writer.append(1, 0, counting<std::int32_t>(rows, {2}, first)));
    REQUIRE_FALSE(writer.append(2, 0, Texts(rows, {}, texts)));
  };
  writer.begin_source({"before"});
  append_all(before, 100);
  writer.end_source();
  writer.begin_source({"dropped"});
  append_all(dropped, -1000);
  for (std::size_t number = 0; number < 3; ++number) writer.drop(number);
  CHECK_FALSE(writer.end_source());
  writer.begin_source({"after"});
  append_all(9, 500);
  writer.end_source();
  writer.finish();

  const Reader reader = Reader::open(folder / "data.h5");
  auto expected = counting<std::int32_t>(before, {2}, 100).data;
  const auto after = counting<std::int32_t>(9, {2}, 500).data;
  expected.insert(expected.end(), after.begin(), after.end());
  CHECK(elements<std::int32_t>(reader.rows("plain", 0, before + 9)) == expected);
  CHECK(elements<std::int32_t>(reader.rows("filtered", 0, before + 9)) == expected);
  CHECK(reader.outputs()[0].shape == Shape{before + 9, 2});
  CHECK(reader.ids() == std::vector<std::string>{"before", "after"});
  const auto text = reader.get("text", 1);
  REQUIRE(text);
  CHECK(text->strings.front() == "500");
  CHECK(text->strings.size() == 9);
}

TEST_CASE("One feature of a source can be dropped and the others kept", "[core][layout]") {
  const TempDir folder;
  Writer writer = Writer::create(folder / "data.h5");
  writer.add_feature(feature("x", uint8, {}));
  writer.add_feature(ragged_feature("y", uint8, {-1}));
  for (const char* id : {"a", "b", "c"}) {
    writer.begin_source({id});
    REQUIRE_FALSE(writer.append(0, 0, counting<std::uint8_t>(2, {})));
    REQUIRE_FALSE(writer.append(1, 0, counting<std::uint8_t>(1, {3})));
    REQUIRE_FALSE(writer.append(1, 0, counting<std::uint8_t>(2, {3})));
    if (*id == 'b') writer.drop(1);
    REQUIRE(writer.end_source());
  }
  writer.finish();
  const Reader reader = Reader::open(folder / "data.h5");
  CHECK(reader.span("y", 0) == Span{0, 9});
  CHECK_FALSE(reader.span("y", 1));
  CHECK(reader.span("y", 2) == Span{9, 18});
  CHECK(reader.shape("y", 2) == Shape{3, 3});
  CHECK(reader.span("x", 1) == Span{2, 4});
}

TEST_CASE("A ragged source keeps one shape through all its appends", "[core][layout]") {
  const TempDir folder;
  Writer writer = Writer::create(folder / "data.h5");
  writer.add_feature(ragged_feature("x", float32, {-1, 2}));
  writer.begin_source({"a"});
  CHECK_FALSE(writer.append(0, 0, counting<float>(1, {3, 2})));
  CHECK(writer.append(0, 0, counting<float>(1, {4, 2})));
  CHECK(writer.append(0, 0, counting<float>(1, {3, 1})));
  writer.end_source();
  store(writer, 0, "b", counting<float>(2, {4, 2}, 100));
  writer.finish();
  const Reader reader = Reader::open(folder / "data.h5");
  CHECK(reader.get("x", 0)->shape == Shape{1, 3, 2});
  CHECK(reader.get("x", 1)->shape == Shape{2, 4, 2});
  CHECK(elements<float>(*reader.get("x", 1)) == counting<float>(2, {4, 2}, 100).data);
  CHECK(reader.outputs()[0].ragged);
}

TEST_CASE("Outputs of one feature are present together", "[core][layout]") {
  const TempDir folder;
  Writer writer = Writer::create(folder / "data.h5");
  writer.add_feature(
      {"scan",
       {{"depth", float32, {2}, Ragged::Never, {}}, {"mask", boolean, {-1}, Ragged::Always, {}}},
       {}});
  writer.begin_source({"a"});
  CHECK_FALSE(writer.append(0, 0, counting<float>(3, {2})));
  writer.end_source();
  writer.finish();
  const Reader reader = Reader::open(folder / "data.h5");
  REQUIRE(reader.outputs().size() == 2);
  CHECK(reader.outputs()[0].path == "scan/depth");
  CHECK(reader.outputs()[1].path == "scan/mask");
  CHECK(reader.shape("scan/depth", 0) == Shape{3, 2});
  CHECK(reader.shape("scan/mask", 0) == Shape{0, 0});
}

TEST_CASE("Strings of any length are stored, with bounded memory", "[core][layout]") {
  const TempDir folder;
  Writer writer = Writer::create(folder / "data.h5");
  writer.add_feature(feature("pairs", utf8, {2}));
  const std::string large(3U << 20U, 'x');
  store(writer, 0, "a", Texts(2, {2}, {"", "\u65e5\u672c", large, "d"}));
  store(writer, 0, "b", Texts(1, {2}, {large, large}));
  writer.begin_source({"refused"});
  CHECK_THAT(*writer.append(0, 0, Texts(1, {2}, {"a", std::string("n\0l", 3)})), Contains("NUL"));
  CHECK_THAT(*writer.append(0, 0, Texts(1, {2}, {"a", "caf\xe9"})), Contains("UTF-8"));
  CHECK_FALSE(writer.end_source());
  CHECK(writer.read(0, 0, 1, 2).strings == std::vector<std::string>{large, "d"});
  writer.finish();
  const Reader reader = Reader::open(folder / "data.h5");
  CHECK(reader.get("pairs", 0)->strings ==
        std::vector<std::string>{"", "\u65e5\u672c", large, "d"});
  CHECK(reader.get("pairs", 1)->strings == std::vector<std::string>{large, large});
}

TEST_CASE("Failures and attributes are kept", "[core][layout]") {
  const TempDir folder;
  Writer writer = Writer::create(folder / "data.h5");
  writer.add_feature(feature("x", uint8, {}));
  writer.add_failure({"a.png", "x", "source", "caf\xe9", "sheaf.image 0.1.0"});
  writer.set_attr(0, "classes", Value::of(std::vector<std::string>{"cat", "dog"}));
  writer.set_attr(0, "mean", Value::of(0.5));
  writer.set_attr(0, "mean", Value::of(0.25));
  const Value large = Value::of(std::vector<double>(20000, 1.5));  // past 64 KiB
  writer.set_attr(0, "large", large);
  CHECK(code_of([&] { writer.set_attr(0, "bad", Value::of(std::string("\0", 1))); }) ==
        ErrorCode::Invalid);
  writer.finish();
  const Reader reader = Reader::open(folder / "data.h5");
  REQUIRE(reader.failures().size() == 1);
  CHECK(reader.failures()[0].id == "a.png");
  CHECK(reader.failures()[0].message == "caf%E9");
  CHECK(reader.failures()[0].plugin == "sheaf.image 0.1.0");
  const std::vector<Attribute> expected{
      {"classes", Value::of(std::vector<std::string>{"cat", "dog"})},
      {"large", large},
      {"mean", Value::of(0.25)}};
  CHECK(reader.attrs("x") == expected);
  CHECK(reader.outputs()[0].attrs == expected);
}

TEST_CASE("Features can't share a place", "[core][layout]") {
  const TempDir folder;
  Writer writer = Writer::create(folder / "data.h5");
  writer.add_feature(feature("data/image", uint8, {}));
  for (const char* path : {"data/image", "data/image/thumb", "data", "__src__"}) {
    CHECK(code_of([&] { writer.add_feature(feature(path, uint8, {})); }) == ErrorCode::Invalid);
  }
  CHECK(writer.add_feature(feature("data/images", uint8, {})) == 1);
  writer.finish();
  CHECK(Reader::open(folder / "data.h5").outputs().size() == 2);
}

TEST_CASE("A file appears only when it is complete", "[core][layout]") {
  const TempDir folder;
  const auto target = folder / "data.h5";
  {
    Writer writer = Writer::create(target);
    writer.add_feature(feature("x", uint8, {}));
    store(writer, 0, "a", counting<std::uint8_t>(100000, {}));
    CHECK_FALSE(std::filesystem::exists(target));
  }
  CHECK(std::filesystem::is_empty(folder.path()));

  folder.write("data.h5", "old");
  CHECK(code_of([&] { (void)Writer::create(target); }) == ErrorCode::Exists);
  {
    Writer writer = Writer::create(target, true);
    writer.add_feature(feature("x", uint8, {}));
    CHECK(read_file(target) == "old");
    writer.finish();
  }
  CHECK(Reader::open(target).complete());
}

TEST_CASE("Rows without elements count", "[core][layout]") {
  const TempDir folder;
  Writer writer = Writer::create(folder / "data.h5");
  writer.add_feature(feature("x", float32, {0, 3}));
  writer.add_feature(feature("text", utf8, {0}));
  writer.begin_source({"a"});
  CHECK_FALSE(writer.append(0, 0, counting<float>(100000, {0, 3})));
  CHECK_FALSE(writer.append(1, 0, Texts(2, {0}, {})));
  writer.drop(0);
  CHECK_FALSE(writer.append(0, 0, counting<float>(70000, {0, 3})));
  writer.end_source();
  CHECK(writer.read(0, 0, 0, 5).shape == Shape{5, 0, 3});
  writer.finish();
  const Reader reader = Reader::open(folder / "data.h5");
  CHECK(reader.get("x", 0)->shape == Shape{70000, 0, 3});
  CHECK(reader.get("text", 0)->shape == Shape{2, 0});
}
