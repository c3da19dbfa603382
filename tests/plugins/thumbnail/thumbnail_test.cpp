// SPDX-License-Identifier: MIT
// sheaf.thumbnail, against OpenCV.
#include <catch2/catch.hpp>

#include "tests/plugins/image_fixture.hpp"

namespace sheaf::test {
namespace {

using Catch::Contains;

// Pixels in RGB, as sheaf.image stores them, as the input of a derived feature.
Source derived(const cv::Mat& rgb) {
  Array array;
  array.dtype = {SHEAF_UINT, static_cast<std::uint8_t>(rgb.elemSize1() * 8), 1};
  array.shape = {1, rgb.rows, rgb.cols, rgb.channels()};
  array.bytes.resize(rgb.total() * rgb.elemSize());
  std::memcpy(array.bytes.data(), rgb.data, array.bytes.size());
  Source source{"a.png", {}};
  source.inputs.push_back(std::move(array));
  return source;
}
cv::Mat rgb_picture(int height, int width) {
  cv::Mat image = picture(height, width);
  cv::cvtColor(image, image, cv::COLOR_BGR2RGB);
  return image;
}
Loaded make(const cv::Mat& rgb, const Params& params) {
  Instance thumbnail(image_plugin(), "sheaf.thumbnail", params);
  REQUIRE(thumbnail.opened().ok());
  thumbnail.survey({});
  thumbnail.describe();
  return thumbnail.load(derived(rgb));
}
bool has_pixels(const Loaded& loaded, const cv::Mat& expected) {
  INFO(loaded.message);
  REQUIRE(loaded.ok());
  const Array& rows = loaded.outputs.at(0);
  CHECK(rows.shape == Shape{1, expected.rows, expected.cols, expected.channels()});
  return rows.bytes.size() == expected.total() * expected.elemSize() &&
         std::memcmp(rows.bytes.data(), expected.data, rows.bytes.size()) == 0;
}

TEST_CASE("a thumbnail has the pixels that OpenCV's resize makes", "[plugins][thumbnail]") {
  const cv::Mat image = rgb_picture(90, 120);
  cv::Mat small;
  cv::resize(image, small, {40, 20}, 0, 0, cv::INTER_AREA);
  CHECK(has_pixels(make(image, {{"size", "40x20"}, {"fit", "stretch"}}), small));
}

TEST_CASE("a thumbnail keeps proportions, and is padded with black", "[plugins][thumbnail]") {
  const cv::Mat image = rgb_picture(60, 120);
  cv::Mat small, padded;
  cv::resize(image, small, {64, 32}, 0, 0, cv::INTER_AREA);
  cv::copyMakeBorder(small, padded, 16, 16, 0, 0, cv::BORDER_CONSTANT);
  CHECK(has_pixels(make(image, {}), padded));
}

TEST_CASE("a copy may be grey, of its own size", "[plugins][thumbnail]") {
  const cv::Mat image = rgb_picture(33, 21);
  cv::Mat grey;
  cv::cvtColor(image, grey, cv::COLOR_RGB2GRAY);
  CHECK(has_pixels(make(image, {{"size", "original"}, {"color", "grey"}}), grey));
  cv::Mat color;
  cv::cvtColor(grey, color, cv::COLOR_GRAY2RGB);
  CHECK(has_pixels(make(grey, {{"size", "original"}}), color));
}

TEST_CASE("what isn't an image of uint8 makes no thumbnail", "[plugins][thumbnail]") {
  const Loaded deep = make(cv::Mat(4, 4, CV_16UC3, cv::Scalar(1)), {});
  CHECK(deep.status == SHEAF_ERR_SOURCE);
  CHECK_THAT(deep.message, Contains("color=color"));
  CHECK(make(cv::Mat(4, 4, CV_8UC2, cv::Scalar(1)), {}).status == SHEAF_ERR_SOURCE);
  const Instance bad(image_plugin(), "sheaf.thumbnail", {{"size", "0x4"}});
  CHECK_THAT(bad.opened().message, Contains("WIDTHxHEIGHT"));
}

}  // namespace
}  // namespace sheaf::test
