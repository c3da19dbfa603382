// SPDX-License-Identifier: MIT
// Rows of a Writer's arrays are changed where they lie, and read back before any commit.
#include <catch2/catch.hpp>

#include "core/layout/reader.hpp"
#include "core/layout/writer.hpp"
#include "tests/core/rows.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf;
using namespace sheaf::layout;
using namespace sheaf::test;

namespace {

const std::vector<DatasetOptions> all_options{
    {.chunk_rows = 4},
    {.chunk_rows = 4, .compression = Compression::Deflate},
    {.chunk_rows = 4, .compression = Compression::Zstd, .shuffle = true, .fletcher32 = true},
    {.chunk_rows = 4, .dtype = float64}};

}  // namespace

TEST_CASE("rows are overwritten in chunks that are written and in the open one", "[core][layout]") {
  const DatasetOptions options = all_options[GENERATE(0U, 1U, 2U, 3U)];
  const TempDir folder;
  Writer writer = Writer::create(folder / "data.h5");
  writer.add_feature(feature("x", int32, {2}, options));
  store(writer, 0, "a", counting<std::int32_t>(11, {2}));
  std::vector<std::int32_t> expected = counting<std::int32_t>(11, {2}).data;
  std::int32_t next = 1000;
  for (const std::int64_t start : {0, 2, 6, 9, 3}) {
    const Rows<std::int32_t> rows = counting<std::int32_t>(start == 9 ? 2 : 5, {2}, next += 100);
    REQUIRE_FALSE(writer.overwrite(0, 0, start, rows));
    std::copy(rows.data.begin(), rows.data.end(), expected.begin() + start * 2);
    CHECK(elements<std::int32_t>(*writer.get(0, 0, 0)) == expected);
    if (start == 6) writer.commit();
  }
  CHECK(writer.overwrite(0, 0, 9, counting<std::int32_t>(3, {2})).has_value());
  CHECK(writer.overwrite(0, 0, 0, counting<std::int32_t>(1, {3})).has_value());
  writer.finish();
  const Value value = *Reader::open(folder / "data.h5").get("x", 0);
  if (options.dtype) {
    CHECK(elements<double>(value) == std::vector<double>(expected.begin(), expected.end()));
  } else {
    CHECK(elements<std::int32_t>(value) == expected);
  }
}

TEST_CASE("what is stored is told before it is committed", "[core][layout]") {
  const TempDir folder;
  Writer writer = Writer::create(folder / "data.h5");
  writer.add_feature(ragged_feature("r", float32, {-1}));
  writer.add_feature(feature("t", utf8, {}));
  store(writer, 0, "a", counting<float>(2, {3}));
  store(writer, 1, "b", Texts(2, {}, {"one", "two"}));
  CHECK(writer.find("b") == 1);
  CHECK_FALSE(writer.find("c"));
  CHECK(writer.is_ragged(0, 0));
  CHECK(writer.shape(0, 0, 0) == Shape{2, 3});
  CHECK_FALSE(writer.span(0, 0, 1));
  CHECK(writer.get(0, 0, 0) == counting<float>(2, {3}).value());
  REQUIRE_FALSE(writer.overwrite(0, 0, 1, counting<float>(4, {}, 10)));
  CHECK(elements<float>(*writer.get(0, 0, 0)) == std::vector<float>{0, 10, 11, 12, 13, 5});
  REQUIRE_FALSE(writer.overwrite(1, 0, 1, Texts(1, {}, {"three"})));
  CHECK(writer.get(1, 0, 1)->strings == std::vector<std::string>{"one", "three"});
  CHECK(writer.overwrite(1, 0, 0, Texts(1, {}, {std::string("a\0", 2)})).has_value());
}

TEST_CASE("a file stays complete while it is changed, if that is asked for", "[core][layout]") {
  const TempDir folder;
  Writer first = Writer::create(folder / "data.h5");
  first.add_feature(feature("x", uint8, {}));
  store(first, 0, "a", counting<std::uint8_t>(1, {}));
  first.finish();
  const bool keeps = GENERATE(false, true);
  Writer writer = Writer::open(folder / "data.h5", {.keeps_complete = keeps});
  writer.add_feature(feature("x", uint8, {}));
  store(writer, 0, "b", counting<std::uint8_t>(1, {}));
  writer.commit();
  CHECK(Reader::open(folder / "data.h5").complete() == keeps);
  writer.finish();
  CHECK(Reader::open(folder / "data.h5").complete());
}
