// SPDX-License-Identifier: MIT
#include "host/plugin/describe.hpp"

#include <functional>

#include <catch2/catch.hpp>

#include "core/error.hpp"

using namespace sheaf;
using namespace sheaf::host::plugin;

namespace {

// A describe call in progress.
struct Describing {
  sheaf_feature abi{};
  Feature feature{&abi, nullptr};
  CallState call{feature, {}};
  DescriptionState state{&call, {}};
  sheaf_description description = abi_description(state);
  std::int64_t shape[2] = {4, -1};
  std::uint32_t level = 9;
  sheaf_filter filter{SHEAF_FILTER_DEFLATE, 1, &level};
  sheaf_output output{};

  Describing() {
    output.struct_size = sizeof output;
    output.name = SHEAF_STR("depth");
    output.dtype = {SHEAF_FLOAT, 32, 1};
    output.ndim = 2;
    output.item_shape = shape;
  }
  sheaf_status add() { return description.add_output(&description, &output); }
  sheaf_status attr(sheaf_string name, const sheaf_array& value) {
    return description.set_attr(&description, name, &value);
  }
};

}  // namespace

TEST_CASE("an output becomes a spec with its creation options", "[host][describe]") {
  Describing describing;
  const sheaf_filter filters[] = {
      {SHEAF_FILTER_SHUFFLE, 0, nullptr}, describing.filter, {SHEAF_FILTER_FLETCHER32, 0, nullptr}};
  describing.output.filters = filters;
  describing.output.filter_count = 3;
  describing.output.chunk_rows = 16;
  describing.output.flags = SHEAF_OUTPUT_RAGGED;
  const std::int64_t minus_one = -1;
  const sheaf_array fill{{SHEAF_INT, 64, 1}, 0, nullptr, &minus_one};
  describing.output.fill_value = &fill;
  REQUIRE(describing.add() == SHEAF_OK);
  REQUIRE(describing.state.description.outputs.size() == 1);
  const layout::OutputSpec& spec = describing.state.description.outputs[0];
  CHECK(spec.name == "depth");
  CHECK(spec.dtype == float32);
  CHECK(spec.item_shape == Shape{4, -1});
  CHECK(spec.ragged == layout::Ragged::Always);
  CHECK(spec.options.compression == layout::Compression::Deflate);
  CHECK(spec.options.level == 9);
  CHECK((spec.options.shuffle && spec.options.fletcher32));
  CHECK(spec.options.chunk_rows == 16);
  CHECK(spec.options.fill_value == Value::of(minus_one));
}

TEST_CASE("each compression has a filter of its own", "[host][describe]") {
  using layout::Compression;
  const auto [id, compression] =
      GENERATE(table<std::uint32_t, Compression>({{SHEAF_FILTER_DEFLATE, Compression::Deflate},
                                                  {SHEAF_FILTER_LZF, Compression::Lzf},
                                                  {SHEAF_FILTER_LZ4, Compression::Lz4},
                                                  {SHEAF_FILTER_ZSTD, Compression::Zstd},
                                                  {SHEAF_FILTER_BLOSC, Compression::Blosc}}));
  Describing describing;
  describing.filter = {id, 0, nullptr};
  describing.output.filters = &describing.filter;
  describing.output.filter_count = 1;
  REQUIRE(describing.add() == SHEAF_OK);
  const layout::DatasetOptions& options = describing.state.description.outputs.at(0).options;
  CHECK(options.compression == compression);
  CHECK_FALSE(options.level);
}

TEST_CASE("an output that makes no sense is refused with the reason", "[host][describe]") {
  using Spoil = std::function<void(Describing&)>;
  const auto [expected, spoil] = GENERATE(table<std::string, Spoil>({
      {"short sheaf_output", [](Describing& d) { d.output.struct_size = 8; }},
      {"unknown flags", [](Describing& d) { d.output.flags = 8; }},
      {"unknown dtype", [](Describing& d) { d.output.dtype = {SHEAF_FLOAT, 33, 1}; }},
      {"unknown dtype", [](Describing& d) { d.output.dtype = {SHEAF_INT, 128, 1}; }},
      {"unknown dtype", [](Describing& d) { d.output.dtype = {SHEAF_UINT, 8, 4}; }},
      {"unknown dtype", [](Describing& d) { d.output.dtype = {77, 8, 1}; }},
      {"has 32 axes", [](Describing& d) { d.output.ndim = 32; }},
      {"the extent -2", [](Describing& d) { d.shape[0] = -2; }},
      {"negative chunk_rows", [](Describing& d) { d.output.chunk_rows = -1; }},
      {"single strings", [](Describing& d) { d.output.dtype = {SHEAF_UTF8, 0, 1}; }},
      {"the level of gzip is 10; it goes from 0 to 9",
       [](Describing& d) {
         d.level = 10;
         d.output.filters = &d.filter;
         d.output.filter_count = 1;
       }},
      {"the level of zstd is 0; it goes from 1 to 22",
       [](Describing& d) {
         d.level = 0;
         d.filter.id = SHEAF_FILTER_ZSTD;
         d.output.filters = &d.filter;
         d.output.filter_count = 1;
       }},
      {"lz4 has no level",
       [](Describing& d) {
         d.filter.id = SHEAF_FILTER_LZ4;
         d.output.filters = &d.filter;
         d.output.filter_count = 1;
       }},
      {"filter 77 is unknown",
       [](Describing& d) {
         d.filter = {77, 0, nullptr};
         d.output.filters = &d.filter;
         d.output.filter_count = 1;
       }},
      {"options that it doesn't know",
       [](Describing& d) {
         d.filter.id = SHEAF_FILTER_SHUFFLE;
         d.output.filters = &d.filter;
         d.output.filter_count = 1;
       }},
      {"filter 1 twice",
       [](Describing& d) {
         static const sheaf_filter filters[] = {{SHEAF_FILTER_DEFLATE, 0, nullptr},
                                                {SHEAF_FILTER_DEFLATE, 0, nullptr}};
         d.output.filters = filters;
         d.output.filter_count = 2;
       }},
      {"two compressions at once, gzip and lzf",
       [](Describing& d) {
         static const sheaf_filter filters[] = {{SHEAF_FILTER_DEFLATE, 0, nullptr},
                                                {SHEAF_FILTER_LZF, 0, nullptr}};
         d.output.filters = filters;
         d.output.filter_count = 2;
       }},
      {"null pointer", [](Describing& d) { d.output.item_shape = nullptr; }},
      {"null pointer", [](Describing& d) { d.output.filter_count = 1; }},
  }));
  CAPTURE(expected);
  Describing describing;
  spoil(describing);
  CHECK(describing.add() == SHEAF_ERR_PLUGIN);
  CHECK_THAT(describing.call.message, Catch::Contains(expected));
  CHECK(describing.state.description.outputs.empty());
}

TEST_CASE("two outputs of one name are refused", "[host][describe]") {
  Describing describing;
  CHECK(describing.add() == SHEAF_OK);
  CHECK(describing.add() == SHEAF_ERR_PLUGIN);
  CHECK_THAT(describing.call.message, Catch::Contains("'depth' is there twice"));
}

TEST_CASE("attributes are copied, and a second one of a name replaces the first",
          "[host][describe]") {
  Describing describing;
  const std::int32_t numbers[] = {1, 2, 3};
  const std::int64_t three = 3;
  CHECK(describing.attr(SHEAF_STR("a"), {{SHEAF_INT, 32, 1}, 1, &three, numbers}) == SHEAF_OK);
  const sheaf_string texts[] = {SHEAF_STR_INIT("x"), SHEAF_STR_INIT(""), SHEAF_STR_INIT("ü")};
  CHECK(describing.attr(SHEAF_STR("b"), {{SHEAF_UTF8, 0, 1}, 1, &three, texts}) == SHEAF_OK);
  const double half = 0.5;
  CHECK(describing.attr(SHEAF_STR("a"), {{SHEAF_FLOAT, 64, 1}, 0, nullptr, &half}) == SHEAF_OK);
  const auto& attrs = describing.state.description.attrs;
  REQUIRE(attrs.size() == 2);
  CHECK(attrs[0] == layout::Attribute("a", Value::of(0.5)));
  CHECK(attrs[1] == layout::Attribute("b", Value::of(std::vector<std::string>{"x", "", "ü"})));
}

TEST_CASE("names of the host, empty ones and attributes that make no sense are refused",
          "[host][describe]") {
  Describing describing;
  const double half = 0.5;
  const sheaf_array scalar{{SHEAF_FLOAT, 64, 1}, 0, nullptr, &half};
  CHECK(describing.attr(SHEAF_STR("sheaf_plugin"), scalar) == SHEAF_ERR_PLUGIN);
  CHECK(describing.attr(SHEAF_STR(""), scalar) == SHEAF_ERR_PLUGIN);
  CHECK(describing.attr(SHEAF_STR("a\0b"), scalar) == SHEAF_ERR_PLUGIN);
  const std::int64_t minus = -1;
  CHECK(describing.attr(SHEAF_STR("a"), {{SHEAF_FLOAT, 64, 1}, 1, &minus, &half}) ==
        SHEAF_ERR_PLUGIN);
  const std::int64_t huge[] = {std::int64_t{1} << 40U, std::int64_t{1} << 40U};
  CHECK(describing.attr(SHEAF_STR("a"), {{SHEAF_FLOAT, 64, 1}, 2, huge, &half}) ==
        SHEAF_ERR_PLUGIN);
  const sheaf_string latin = SHEAF_STR("gr\xfcn");
  CHECK(describing.attr(SHEAF_STR("a"), {{SHEAF_UTF8, 0, 1}, 0, nullptr, &latin}) ==
        SHEAF_ERR_PLUGIN);
  CHECK(describing.attr(SHEAF_STR("a"), {{99, 64, 1}, 0, nullptr, &half}) == SHEAF_ERR_PLUGIN);
  CHECK(describing.state.description.attrs.empty());
}
