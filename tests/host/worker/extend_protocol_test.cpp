// SPDX-License-Identifier: MIT
#include "host/worker/extend_protocol.hpp"

#include <catch2/catch.hpp>

using namespace sheaf;
using namespace sheaf::host;
using namespace sheaf::host::worker;
using Catch::Contains;

namespace {

ExtendMessage full_message() {
  ExtendMessage message;
  message.task = Task::Call;
  message.confine = {true, 3, 77};
  message.plugin = {"/p/x.so", "test.x", "1.2"};
  message.feature = "test.feature";
  message.name = "sum";
  message.params = {plugin::ParamValue(2.5), plugin::ParamValue(std::string("a")),
                    plugin::ParamList{SHEAF_PARAM_INT, {std::int64_t{1}, std::int64_t{2}}}};
  message.kind = 4;
  message.width = 5;
  message.height = 6;
  message.sources = {{"id", {{"out", int16, {2, 3}, 9}}, {{"unit", Value::of("V")}}}};
  message.input = {float32, {-1, 3}, {{"mean", Value::of(0.5)}}};
  message.item_shape = {4};
  message.rows = 8;
  message.new_bytes = 9;
  message.bytes = "rows";
  return message;
}

}  // namespace

TEST_CASE("A request on an extension arrives as it was sent", "[host][worker][extend]") {
  const std::string bytes = put(full_message());
  const ExtendMessage taken = take_extend(bytes);
  CHECK(put(taken) == bytes);
  CHECK((taken.task == Task::Call && taken.name == "sum" && taken.confine.memory == 77));
  CHECK(taken.params == full_message().params);
  CHECK((taken.sources[0].outputs[0].dtype == int16 && taken.sources[0].outputs[0].rows == 9));
  CHECK(taken.input.item_shape == Shape{-1, 3});
  const extend::Picture picture{SHEAF_PREVIEW_RGBA, 1, 1, {1, 2, 3, 4}, "t"};
  CHECK(take_picture(put(picture)).rgba == picture.rgba);
  const extend::Results results{{"a", Value::of(1.5)}, {"b", Value::of("x")}};
  CHECK(take_results(put(results)) == results);
  CHECK(take_dtype(put(complex64)) == complex64);
  CHECK(take_shape(put(Shape{1, 2})) == Shape{1, 2});
}

TEST_CASE("A request that was cut or makes no sense is an Error", "[host][worker][extend]") {
  const std::string bytes = put(full_message());
  for (std::size_t size = 0; size < bytes.size(); size += 7) {
    CHECK_THROWS_AS(take_extend(bytes.substr(0, size)), Error);
  }
  CHECK_THROWS_AS(take_extend('\x63' + bytes.substr(1)), Error);
  CHECK_THROWS_AS(take_dtype(std::string("\x09\x08\x00", 3)), Error);
  CHECK_THROWS_AS(take_results("\xff\xff\xff\xff\xff\xff\xff\x7f"), Error);
}

TEST_CASE("What a worker gone mad answers is looked at", "[host][worker][extend]") {
  const extend::Rendering pixels{SHEAF_PREVIEW_RGBA, 4, 4, {}};
  const extend::Rendering text{SHEAF_PREVIEW_TEXT, 4, 4, {}};
  const extend::Picture good{SHEAF_PREVIEW_RGBA, 1, 2, std::vector<std::uint8_t>(8), ""};
  CHECK_NOTHROW(extend::check_picture(good, pixels));
  for (const extend::Picture& bad :
       {extend::Picture{SHEAF_PREVIEW_TEXT, 0, 0, {}, "x"},
        extend::Picture{SHEAF_PREVIEW_RGBA, 5, 1, std::vector<std::uint8_t>(20), ""},
        extend::Picture{SHEAF_PREVIEW_RGBA, 1, 2, {1}, ""},
        extend::Picture{SHEAF_PREVIEW_RGBA, 0, 0, {}, ""}}) {
    CHECK_THROWS_AS(extend::check_picture(bad, pixels), Error);
  }
  CHECK_NOTHROW(extend::check_picture({SHEAF_PREVIEW_TEXT, 0, 0, {}, ""}, text));
  CHECK_THROWS_AS(extend::check_picture({SHEAF_PREVIEW_TEXT, 0, 0, {}, "\xff"}, text), Error);
  CHECK_THROWS_AS(extend::check_picture(good, text), Error);
  CHECK_THROWS_AS(extend::check_results({{"a", Value::of(1)}, {"a", Value::of(2)}}), Error);
  CHECK_THROWS_AS(extend::check_results({{"", Value::of(1)}}), Error);
  CHECK_THROWS_AS(extend::check_results({{"a", Value::of("\xff")}}), Error);
}
