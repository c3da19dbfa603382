// SPDX-License-Identifier: MIT
// Outputs that are ragged only if they need to be.
#include <catch2/catch.hpp>

#include "core/layout/reader.hpp"
#include "core/layout/writer.hpp"
#include "tests/core/rows.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::layout;
using namespace sheaf::test;

namespace {

FeatureSpec if_needed(Shape item, DatasetOptions options = {}) {
  FeatureSpec spec = ragged_feature("image", uint8, std::move(item), std::move(options));
  spec.outputs[0].ragged = Ragged::IfNeeded;
  return spec;
}

Rows<std::uint8_t> picture(int source, Shape shape) {
  return counting<std::uint8_t>(1, std::move(shape), static_cast<std::uint8_t>(source));
}

}  // namespace

TEST_CASE("Sources of one shape make one array", "[core][layout][ragged]") {
  const TempDir folder;
  Writer writer = Writer::create(folder / "data.h5");
  writer.add_feature(if_needed({-1, -1, 3}));
  for (int source = 0; source < 40; ++source) {
    store(writer, 0, std::to_string(source), picture(source, {4, 5, 3}));
  }
  writer.finish();
  const Reader reader = Reader::open(folder / "data.h5");
  CHECK_FALSE(reader.outputs()[0].ragged);
  CHECK(reader.outputs()[0].shape == Shape{40, 4, 5, 3});
}

TEST_CASE("From the first source that differs all are ragged", "[core][layout][ragged]") {
  const TempDir folder;
  const auto compression = GENERATE(Compression::None, Compression::Deflate);
  const int odd = GENERATE(0, 1, 7, 1100);
  const bool reopened = GENERATE(false, true);
  const int count = 1200;
  const auto shape_of = [odd](int source) {
    return source == odd ? Shape{2, 7, 3} : source > odd + 3 ? Shape{3, 3, 3} : Shape{4, 5, 3};
  };
  Writer writer = Writer::create(folder / "data.h5");
  const auto spec = if_needed({-1, -1, 3}, {.chunk_rows = 3, .compression = compression});
  writer.add_feature(spec);
  writer.add_feature(feature("label", int64, {}));
  for (int source = 0; source < count; ++source) {
    if (source == odd && reopened && odd > 0) {
      writer.finish();
      writer = Writer::open(folder / "data.h5");
      writer.add_feature(spec);
      writer.add_feature(feature("label", int64, {}));
    }
    writer.begin_source({std::to_string(source)});
    // Some have none, one has two rows.
    if (source % 10 != 3) {
      CHECK_FALSE(writer.append(0, 0, picture(source, shape_of(source))));
      if (source == 5) CHECK_FALSE(writer.append(0, 0, picture(source, shape_of(source))));
    }
    CHECK_FALSE(writer.append(1, 0, counting<std::int64_t>(1, {}, source)));
    CHECK(writer.end_source());
  }
  writer.finish();
  const Reader reader = Reader::open(folder / "data.h5");
  REQUIRE(reader.outputs().size() == 2);
  CHECK(reader.outputs()[0].ragged);
  for (int source = 0; source < count; ++source) {
    CAPTURE(source);
    const auto image = reader.get("image", static_cast<std::size_t>(source));
    REQUIRE(image.has_value() == (source % 10 != 3));
    if (!image) continue;
    Shape shape = shape_of(source);
    shape.insert(shape.begin(), source == 5 ? 2 : 1);
    CHECK(image->shape == shape);
    const Value one = picture(source, shape_of(source)).value();
    CHECK(std::equal(one.bytes.begin(), one.bytes.end(), image->bytes.begin()));
  }
}

TEST_CASE("A source keeps one shape, whichever way it is stored", "[core][layout][ragged]") {
  const TempDir folder;
  Writer writer = Writer::create(folder / "data.h5");
  writer.add_feature(if_needed({-1, 3}));
  store(writer, 0, "a", picture(0, {4, 3}));
  writer.begin_source({"b"});
  CHECK_FALSE(writer.append(0, 0, picture(0, {4, 3})));
  CHECK(writer.append(0, 0, picture(0, {5, 3})));
  CHECK(writer.append(0, 0, picture(0, {4, 4})));
  writer.drop(0);
  CHECK_FALSE(writer.end_source());
  writer.finish();
  CHECK_FALSE(Reader::open(folder / "data.h5").outputs()[0].ragged);
}
