// SPDX-License-Identifier: MIT
// A file that is opened again: appending, replacing, dropping sources, and what was committed.
#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/layout/reader.hpp"
#include "core/layout/writer.hpp"
#include "tests/core/rows.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::layout;
using namespace sheaf::test;

namespace {

using Catch::Contains;

std::vector<FeatureSpec> features(Compression compression) {
  const DatasetOptions options{.chunk_rows = 4, .compression = compression, .shuffle = true};
  return {feature("image", uint8, {3, 2}, options), ragged_feature("wave", float32, {-1}, options),
          feature("text", utf8, {})};
}

float first_sample(int source) { return static_cast<float>(source); }

void store_source(Writer& writer, int source, int version = 0) {
  writer.begin_source({"s" + std::to_string(source), version, 7});
  const auto base = static_cast<std::uint8_t>(source + 100 * version);
  CHECK_FALSE(writer.append(0, 0, counting<std::uint8_t>(1, {3, 2}, base)));
  CHECK_FALSE(
      writer.append(1, 0, counting<float>(1, {source % 5}, first_sample(source + version))));
  CHECK_FALSE(writer.append(2, 0, Texts(1, {}, {"t" + std::to_string(source + version)})));
  CHECK(writer.end_source());
}

void check_source(const Reader& reader, int source, int version = 0) {
  CAPTURE(source, version);
  const auto number = reader.find("s" + std::to_string(source));
  REQUIRE(number);
  const auto base = static_cast<std::uint8_t>(source + 100 * version);
  CHECK(*reader.get("image", *number) == counting<std::uint8_t>(1, {3, 2}, base).value());
  CHECK(*reader.get("wave", *number) ==
        counting<float>(1, {source % 5}, first_sample(source + version)).value());
  CHECK(reader.get("text", *number)->strings ==
        std::vector<std::string>{"t" + std::to_string(source + version)});
  CHECK(reader.sources()[*number].size == version);
}

Writer open_with_features(const std::filesystem::path& file, Compression compression) {
  Writer writer = Writer::open(file);
  for (FeatureSpec& spec : features(compression)) writer.add_feature(std::move(spec));
  return writer;
}

void write(const std::filesystem::path& file, int sources, Compression compression) {
  Writer writer = Writer::create(file);
  for (FeatureSpec& spec : features(compression)) writer.add_feature(std::move(spec));
  for (int source = 0; source < sources; ++source) store_source(writer, source);
  writer.finish();
}

}  // namespace

TEST_CASE("A file that is opened again takes more sources", "[core][layout][resume]") {
  const TempDir folder;
  const auto compression = GENERATE(Compression::None, Compression::Deflate);
  const int before = GENERATE(1, 4, 7, 1500);
  write(folder / "data.h5", before, compression);
  {
    Writer writer = open_with_features(folder / "data.h5", compression);
    CHECK(writer.stored_sources() == before);
    for (int source = before; source < before + 9; ++source) store_source(writer, source);
    writer.finish();
  }
  const Reader reader = Reader::open(folder / "data.h5");
  REQUIRE(reader.ids().size() == static_cast<std::size_t>(before + 9));
  CHECK(reader.complete());
  for (int source = 0; source < before + 9; ++source) check_source(reader, source);
}

TEST_CASE("A source that comes again is replaced where it stands", "[core][layout][resume]") {
  const TempDir folder;
  const auto compression = GENERATE(Compression::None, Compression::Deflate);
  write(folder / "data.h5", 10, compression);
  const bool reopened = GENERATE(false, true);
  {
    Writer writer = open_with_features(folder / "data.h5", compression);
    for (const int source : {0, 3, 9}) store_source(writer, source, 1);
    store_source(writer, 10);
    if (reopened) {
      writer.finish();
      writer = open_with_features(folder / "data.h5", compression);
    }
    store_source(writer, 10, 1);  // also one of this run
    writer.finish();
  }
  const Reader reader = Reader::open(folder / "data.h5");
  REQUIRE(reader.ids().size() == 11);
  CHECK(reader.ids()[3] == "s3");
  for (int source = 0; source < 11; ++source) {
    check_source(reader, source, source % 3 == 0 && source != 6 ? 1 : source == 10 ? 1 : 0);
  }
}

TEST_CASE("A source that is written anew keeps what it isn't given, or loses it",
          "[core][layout][resume]") {
  const TempDir folder;
  const bool is_whole = GENERATE(false, true);
  write(folder / "data.h5", 3, Compression::None);
  Writer writer = open_with_features(folder / "data.h5", Compression::None);
  writer.begin_source({"s1"}, is_whole);
  CHECK_FALSE(writer.append(0, 0, counting<std::uint8_t>(1, {3, 2}, 50)));
  CHECK(writer.end_source());
  writer.begin_source({"s2"}, is_whole);
  CHECK_FALSE(writer.append(0, 0, counting<std::uint8_t>(1, {3, 2}, 60)));
  writer.drop(0);
  CHECK_FALSE(writer.end_source());
  writer.finish();
  const Reader reader = Reader::open(folder / "data.h5");
  CHECK(*reader.get("image", 1) == counting<std::uint8_t>(1, {3, 2}, 50).value());
  CHECK(reader.get("wave", 1).has_value() != is_whole);
  CHECK(reader.get("text", 1).has_value() != is_whole);
  check_source(reader, 2);
}

TEST_CASE("The last sources may lose a feature, and the file is added to all the same",
          "[core][layout][resume]") {
  const TempDir folder;
  const auto compression = GENERATE(Compression::None, Compression::Deflate);
  const int before = GENERATE(1, 6, 1030);
  write(folder / "data.h5", before, compression);
  {
    Writer writer = open_with_features(folder / "data.h5", compression);
    store_source(writer, before);  // one more, which isn't written yet
    for (const int source : {before - 1, before}) {
      writer.begin_source({"s" + std::to_string(source)}, true);
      CHECK_FALSE(writer.append(2, 0, Texts(1, {}, {"left"})));
      CHECK(writer.end_source());
    }
    if (GENERATE(false, true)) writer.commit();
    writer.finish();
  }
  {
    Writer writer = open_with_features(folder / "data.h5", compression);
    store_source(writer, before + 1);
    writer.finish();
  }
  const Reader reader = Reader::open(folder / "data.h5");
  for (int source = 0; source < before - 1; ++source) check_source(reader, source);
  for (const int source : {before - 1, before}) {
    CHECK_FALSE(reader.get("image", source));
    CHECK_FALSE(reader.get("wave", source));
    CHECK(reader.get("text", source)->strings == std::vector<std::string>{"left"});
  }
  check_source(reader, before + 1);
}

TEST_CASE("A file without any source takes some later", "[core][layout][resume]") {
  const TempDir folder;
  const int before = GENERATE(0, 3);
  write(folder / "data.h5", before, Compression::Deflate);
  {
    Writer writer = open_with_features(folder / "data.h5", Compression::Deflate);
    writer.keep_sources({});
    writer.finish();
  }
  {
    Writer writer = open_with_features(folder / "data.h5", Compression::Deflate);
    store_source(writer, 4);
    writer.finish();
  }
  const Reader reader = Reader::open(folder / "data.h5");
  CHECK(reader.ids() == std::vector<std::string>{"s4"});
  check_source(reader, 4);
}

TEST_CASE("Sources that are gone leave, and the others keep their rows", "[core][layout][resume]") {
  const TempDir folder;
  const auto compression = GENERATE(Compression::None, Compression::Deflate);
  write(folder / "data.h5", 1500, compression);
  std::vector<std::int64_t> kept;
  for (int source = 0; source < 1400; ++source) {
    if (source % 3 != 0) kept.push_back(source);
  }
  {
    Writer writer = open_with_features(folder / "data.h5", compression);
    writer.keep_sources(kept);
    store_source(writer, 0);
    writer.finish();
  }
  const Reader reader = Reader::open(folder / "data.h5");
  REQUIRE(reader.ids().size() == kept.size() + 1);
  for (const std::int64_t source : kept) check_source(reader, static_cast<int>(source));
  check_source(reader, 0);
  CHECK_FALSE(reader.find("s3"));
}

TEST_CASE("Arrays that take no part keep the cells of sources that stay",
          "[core][layout][resume]") {
  const TempDir folder;
  write(folder / "data.h5", 5, Compression::Deflate);
  {
    Writer writer = Writer::open(folder / "data.h5");
    writer.keep_sources({1, 3});
    writer.finish();
  }
  {
    Writer writer = open_with_features(folder / "data.h5", Compression::Deflate);
    store_source(writer, 7);
    writer.finish();
  }
  const Reader reader = Reader::open(folder / "data.h5");
  CHECK(reader.ids() == std::vector<std::string>{"s1", "s3", "s7"});
  for (const int source : {1, 3, 7}) check_source(reader, source);
}

TEST_CASE("Arrays that take no part get absent cells", "[core][layout][resume]") {
  const TempDir folder;
  write(folder / "data.h5", 5, Compression::None);
  Writer writer = Writer::open(folder / "data.h5");
  writer.add_feature(feature("other", int32, {}));
  store(writer, 0, "new", counting<std::int32_t>(2, {}));
  writer.finish();
  const Reader reader = Reader::open(folder / "data.h5");
  REQUIRE(reader.ids().size() == 6);
  for (int source = 0; source < 5; ++source) check_source(reader, source);
  CHECK_FALSE(reader.get("image", 5));
  CHECK_FALSE(reader.get("wave", 5));
  CHECK_FALSE(reader.get("other", 0));
  CHECK(*reader.get("other", 5) == counting<std::int32_t>(2, {}).value());
}

TEST_CASE("An array may take part after sources it took no part in", "[core][layout][resume]") {
  const TempDir folder;
  write(folder / "data.h5", 3, Compression::None);
  {
    Writer writer = Writer::open(folder / "data.h5");
    auto specs = features(Compression::None);
    const std::size_t text = writer.add_feature(std::move(specs[2]));
    writer.begin_source({"new", 0, 7});
    CHECK_FALSE(writer.append(text, 0, Texts(1, {}, {"new"})));
    CHECK(writer.end_source());
    const std::size_t image = writer.add_feature(std::move(specs[0]));
    const std::size_t wave = writer.add_feature(std::move(specs[1]));
    writer.begin_source({"s1", 0, 7});
    CHECK_FALSE(writer.append(image, 0, counting<std::uint8_t>(2, {3, 2}, 50)));
    CHECK(writer.end_source());
    writer.begin_source({"newer", 0, 7});
    CHECK_FALSE(writer.append(wave, 0, counting<float>(1, {4}, 9)));
    CHECK(writer.end_source());
    writer.finish();
  }
  const Reader reader = Reader::open(folder / "data.h5");
  REQUIRE(reader.ids() == std::vector<std::string>{"s0", "s1", "s2", "new", "newer"});
  check_source(reader, 2);
  CHECK(*reader.get("image", 1) == counting<std::uint8_t>(2, {3, 2}, 50).value());
  CHECK_FALSE(reader.get("image", 3));
  CHECK_FALSE(reader.get("wave", 3));
  CHECK(*reader.get("wave", 4) == counting<float>(1, {4}, 9).value());
}

TEST_CASE("A feature that doesn't fit what is stored is refused", "[core][layout][resume]") {
  const TempDir folder;
  write(folder / "data.h5", 2, Compression::None);
  CHECK_THROWS_WITH(Writer::open(folder / "data.h5").add_feature(feature("image", int16, {3, 2})),
                    Contains("holds uint8") && Contains("int16"));
  CHECK_THROWS_WITH(Writer::open(folder / "data.h5").add_feature(feature("image", uint8, {4, 2})),
                    Contains("(3, 2)") && Contains("(4, 2)"));
  CHECK_THROWS_WITH(Writer::open(folder / "data.h5").add_feature(feature("wave", float32, {3})),
                    Contains("ragged"));
}

TEST_CASE("What was committed stays when the writer is destroyed", "[core][layout][resume]") {
  const TempDir folder;
  const auto compression = GENERATE(Compression::None, Compression::Deflate);
  {
    Writer writer = Writer::create(folder / "data.h5");
    for (FeatureSpec& spec : features(compression)) writer.add_feature(std::move(spec));
    CHECK_FALSE(std::filesystem::exists(folder / "data.h5"));
    for (int source = 0; source < 30; ++source) {
      store_source(writer, source);
      if (source == 6 || source == 17) CHECK(writer.commit() == folder / "data.h5");
    }
  }
  const Reader reader = Reader::open(folder / "data.h5");
  CHECK_FALSE(reader.complete());
  REQUIRE(reader.ids().size() == 18);
  for (int source = 0; source < 18; ++source) check_source(reader, source);
}

TEST_CASE("Commits change nothing in what is stored", "[core][layout][resume]") {
  const TempDir folder;
  const auto compression = GENERATE(Compression::None, Compression::Deflate);
  {
    Writer writer = Writer::create(folder / "data.h5");
    for (FeatureSpec& spec : features(compression)) writer.add_feature(std::move(spec));
    for (int source = 0; source < 50; ++source) {
      store_source(writer, source);
      writer.commit();
    }
    writer.finish();
  }
  const Reader reader = Reader::open(folder / "data.h5");
  CHECK(reader.complete());
  REQUIRE(reader.ids().size() == 50);
  for (int source = 0; source < 50; ++source) check_source(reader, source);
}

TEST_CASE("A failure goes when the source succeeds, and counts its attempts",
          "[core][layout][resume]") {
  const TempDir folder;
  {
    Writer writer = Writer::create(folder / "data.h5");
    writer.add_feature(feature("x", uint8, {}));
    store(writer, 0, "good", counting<std::uint8_t>(1, {}));
    for (const char* id : {"a", "b", "c"}) writer.add_failure({id, "x", "source", "bad", "p 1"});
    writer.add_failure({"a", "y", "source", "bad", "p 1"});
    writer.finish();
  }
  Writer writer = Writer::open(folder / "data.h5");
  writer.add_feature(feature("x", uint8, {}));
  writer.forget_failure("a", "x");
  writer.add_failure({"b", "x", "crash", "worse", "p 2", "load", 1, 123});
  writer.commit();
  writer.forget_failures("c");
  writer.finish();
  const std::vector<Failure> failures = Reader::open(folder / "data.h5").failures();
  REQUIRE(failures.size() == 2);
  CHECK((failures[0].id == "a" && failures[0].feature == "y"));
  CHECK(failures[0].attempts == 1);
  CHECK((failures[1].id == "b" && failures[1].message == "worse"));
  CHECK((failures[1].attempts == 2 && failures[1].time_ns == 123));
  CHECK(failures[1].stage == "load");
}

TEST_CASE("A file that Sheaf didn't write isn't added to", "[core][layout][resume]") {
  const TempDir folder;
  CHECK_THROWS_AS(Writer::open(folder / "none.h5"), Error);
}
