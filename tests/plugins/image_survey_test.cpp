// SPDX-License-Identifier: MIT
// sheaf.image: what it says of its rows before the first load, and what load makes of it.
#include <catch2/catch.hpp>

#include "tests/plugins/image_fixture.hpp"

namespace sheaf::test {
namespace {

using Catch::Contains;

Description survey_and_describe(const std::vector<Source>& sources, const Params& params = {},
                                const SurveyOptions& options = {}) {
  Instance image(image_plugin(), "sheaf.image", params);
  REQUIRE(image.survey(sources, options).message.empty());
  return image.describe();
}

TEST_CASE("Images make one array for as long as they are alike", "[plugins][image]") {
  const Description described = survey_and_describe({{"absent.jpg", "/absent.jpg"}});
  CHECK(described.outputs.at(0).ragged_if_needed());
  CHECK(!described.outputs[0].ragged());
  CHECK(described.outputs[0].item_shape == Shape{-1, -1, 3});
}

TEST_CASE("Images of several forms load", "[plugins][image]") {
  const ImageFolder folder;
  const Source small = folder.add("a.png", picture(3, 4));
  const Source large = folder.add("b.bmp", picture(30, 40));
  Instance image(image_plugin(), "sheaf.image");
  image.survey({small, large});
  REQUIRE(image.describe().outputs.at(0).ragged_if_needed());
  CHECK(image.load(small).outputs[0].shape == Shape{1, 3, 4, 3});
  CHECK(image.load(large).outputs[0].shape == Shape{1, 30, 40, 3});
}

TEST_CASE("Every format and element type loads in every mode", "[plugins][image]") {
  const std::string extension = GENERATE(".jpg", ".png", ".bmp", ".tiff", ".webp", ".jp2", ".pnm",
                                         ".pam", ".sr", ".hdr", ".pfm");
  const int type = GENERATE(CV_8UC1, CV_8UC3, CV_8UC4, CV_16UC1, CV_16UC3, CV_16UC4, CV_32FC3);
  const std::string mode = GENERATE("color", "grey", "as-is");
  const ImageFolder folder;
  std::string bytes;
  try {
    bytes = encode(extension, picture(13, 17, type));
  } catch (const std::exception&) {
    return;  // not every format has every type
  }
  const Source source = folder.add("a" + extension, bytes);
  const cv::Mat expected = cv::imread(source.path.string(), cv::IMREAD_UNCHANGED);
  if (expected.empty()) return;
  CAPTURE(extension, type, mode);
  const LoadedImage result = load_image(source, {{"color", mode}});
  REQUIRE(result.loaded.message.empty());
  const std::int64_t channels = mode == "grey" ? 1 : mode == "color" ? 3 : expected.channels();
  CHECK(result.rows().shape == Shape{1, 13, 17, channels});
  const int bits = mode == "as-is" ? static_cast<int>(expected.elemSize1()) * 8 : 8;
  CHECK(result.described.outputs.at(0).dtype.bits == bits);
}

TEST_CASE("Size and layout settle the layout", "[plugins][image]") {
  const std::vector<Source> sources{{"a.jpg", "/absent"}};
  SECTION("size") {
    const Description described = survey_and_describe(sources, {{"size", "12x34"}});
    CHECK(described.outputs[0].item_shape == Shape{34, 12, 3});
  }
  SECTION("ragged") {
    const Description described =
        survey_and_describe(sources, {{"layout", "ragged"}, {"color", "grey"}});
    CHECK(described.outputs.at(0).ragged());
    CHECK(described.outputs[0].item_shape == Shape{-1, -1, 1});
  }
  SECTION("fixed") {
    const Description described = survey_and_describe(sources, {{"layout", "fixed"}});
    CHECK(!described.outputs.at(0).ragged());
    CHECK(!described.outputs.at(0).ragged_if_needed());
  }
}

TEST_CASE("Files that can't be read have no say in the element type", "[plugins][image]") {
  const ImageFolder folder;
  const Description described = survey_and_describe({folder.add("a.jpg", "no image"),
                                                     folder.add("b.jpg", ""),
                                                     {"c.jpg", folder.dir() / "absent"},
                                                     {"away.jpg", {}},
                                                     folder.add("d.png", picture(8, 9, CV_16UC1))},
                                                    {{"color", "as-is"}});
  CHECK(described.outputs.at(0).dtype.bits == 16);
}

TEST_CASE("Only the first instance opens a file", "[plugins][image]") {
  const ImageFolder folder;
  const Source source = folder.add("a.png", picture(3, 4, CV_16UC3));
  Instance first(image_plugin(), "sheaf.image", {{"color", "as-is"}});
  const Surveyed surveyed = first.survey({source});
  REQUIRE(surveyed.agreed == "uint16 a.png");
  std::filesystem::remove(source.path);
  const Description described =
      survey_and_describe({source}, {{"color", "as-is"}}, {false, surveyed.agreed});
  CHECK(described.outputs[0].dtype.bits == 16);
}

TEST_CASE("As-is takes its element type from the first image", "[plugins][image]") {
  const ImageFolder folder;
  const Source deep = folder.add("a.png", picture(3, 4, CV_16UC3));
  const Source plain = folder.add("b.png", picture(3, 4));
  Instance image(image_plugin(), "sheaf.image", {{"color", "as-is"}});
  image.survey({deep, plain});
  const Description described = image.describe();
  CHECK(described.outputs.at(0).dtype.bits == 16);
  CHECK(image.load(deep).ok());
  const Loaded refused = image.load(plain);
  CHECK(refused.status == SHEAF_ERR_SOURCE);
  CHECK_THAT(refused.message, Contains("uint8") && Contains("uint16") && Contains("color=color"));
}

TEST_CASE("A resumed file keeps its element type", "[plugins][image]") {
  const ImageFolder folder;
  const std::vector<Source> added{folder.add("new.png", picture(5, 6))};
  SurveyOptions options;
  options.stored = {{"element_type", text("uint16")}};
  CHECK(survey_and_describe(added, {{"color", "as-is"}}, options).outputs.at(0).dtype.bits == 16);
}

TEST_CASE("A survey ends when the user cancels", "[plugins][image]") {
  const ImageFolder folder;
  Instance image(image_plugin(), "sheaf.image", {{"color", "as-is"}});
  image.cancel();
  CHECK(image.survey({folder.add("a.png", picture(3, 4))}).status == SHEAF_CANCELLED);
}

}  // namespace
}  // namespace sheaf::test
