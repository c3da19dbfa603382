// SPDX-License-Identifier: MIT
#include "core/layout/check_spec.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "tests/core/rows.hpp"

using namespace sheaf;
using namespace sheaf::layout;
using sheaf::test::feature;

namespace {

std::optional<ErrorCode> refusal(const FeatureSpec& spec) {
  try {
    check_spec(spec, "data.h5");
  } catch (const Error& error) {
    return error.code();
  }
  return std::nullopt;
}

FeatureSpec with(const DatasetOptions& options, Dtype dtype = uint8) {
  return feature("x", dtype, {2}, options);
}

}  // namespace

TEST_CASE("Paths that the format can't hold are refused", "[core][layout]") {
  CHECK_FALSE(refusal(feature("data/image", uint8, {})));
  CHECK_FALSE(refusal(feature("\u65e5\u672c", uint8, {})));
  for (const char* path : {"", "/image", "image/", "a//b", ".", "a/../b", "__src__", "__fail__/x",
                           "a/__arr__", "a/shape_", "caf\xe9"}) {
    INFO(path);
    CHECK(refusal(feature(path, uint8, {})) == ErrorCode::Invalid);
  }
}

TEST_CASE("Options that contradict each other are refused", "[core][layout]") {
  CHECK_FALSE(refusal(with({})));
  CHECK(refusal(with({.chunk_rows = 0})) == ErrorCode::Invalid);
  CHECK(refusal(with({.compression = Compression::Deflate, .level = 10})) == ErrorCode::Invalid);
  CHECK(refusal(with({.fill_value = Value::of("text")})) == ErrorCode::Invalid);
  CHECK(refusal(with({.fill_value = Value::of(std::vector<int>{1, 2})})) == ErrorCode::Invalid);
  CHECK_FALSE(refusal(with({.fill_value = Value::of(1.0)})));
  CHECK(refusal(with({.dtype = utf8})) == ErrorCode::Invalid);
  CHECK(refusal(with({.dtype = complex64})) == ErrorCode::Invalid);
  CHECK_FALSE(refusal(with({.dtype = float32})));
}

TEST_CASE("Each compression has levels of its own", "[core][layout]") {
  CHECK_FALSE(refusal(with({.compression = Compression::Zstd, .level = 22})));
  CHECK(refusal(with({.compression = Compression::Zstd, .level = 0})) == ErrorCode::Invalid);
  CHECK(refusal(with({.compression = Compression::Zstd, .level = 23})) == ErrorCode::Invalid);
  CHECK_FALSE(refusal(with({.compression = Compression::Blosc, .level = 0})));
  CHECK(refusal(with({.compression = Compression::Blosc, .level = 10})) == ErrorCode::Invalid);
  CHECK_FALSE(refusal(with({.compression = Compression::Deflate, .level = 0})));
  for (const auto compression : {Compression::Lz4, Compression::Lzf, Compression::None}) {
    CHECK_FALSE(refusal(with({.compression = compression})));
    CHECK(refusal(with({.compression = compression, .level = 1})) == ErrorCode::Invalid);
  }
}

TEST_CASE("Rows past HDF5's largest chunk are refused", "[core][layout]") {
  CHECK_FALSE(refusal(feature("x", uint8, {65536, 65535})));
  CHECK(refusal(feature("x", uint8, {65536, 65536})) == ErrorCode::Unsupported);
  CHECK_FALSE(refusal(test::ragged_feature("x", uint8, {65536, 65536})));
}

TEST_CASE("Outputs need places of their own", "[core][layout]") {
  FeatureSpec spec{
      "x", {{"a", uint8, {}, Ragged::Never, {}}, {"b", uint8, {}, Ragged::Never, {}}}, {}};
  CHECK_FALSE(refusal(spec));
  spec.outputs[1].name = "a";
  CHECK(refusal(spec) == ErrorCode::Invalid);
  spec.outputs[1].name = "a/b";
  CHECK(refusal(spec) == ErrorCode::Invalid);
  spec.outputs[1].name = "";
  CHECK(refusal(spec) == ErrorCode::Invalid);
  spec.outputs.clear();
  CHECK(refusal(spec) == ErrorCode::Invalid);
}

TEST_CASE("Paths collide when one is the other or lies in it", "[core][layout]") {
  CHECK(paths_collide("a", "a"));
  CHECK(paths_collide("a", "a/b"));
  CHECK(paths_collide("a/b", "a"));
  CHECK_FALSE(paths_collide("a", "ab"));
  CHECK_FALSE(paths_collide("a/b", "a/c"));
}
