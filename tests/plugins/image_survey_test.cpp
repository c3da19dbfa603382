// SPDX-License-Identifier: MIT
// sheaf.image: the layout that the survey settles, and what load makes of it.
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

TEST_CASE("Images that are all alike make one fixed array", "[plugins][image]") {
  const ImageFolder folder;
  std::vector<Source> sources;
  sources.reserve(301);
  for (int i = 0; i < 300; ++i) {
    sources.push_back(folder.add(std::to_string(i) + ".jpg", picture(8, 9)));
  }
  const Description described = survey_and_describe(sources);
  CHECK(!described.outputs.at(0).ragged());
  CHECK(described.outputs[0].item_shape == Shape{8, 9, 3});
  CHECK(described.attrs.at("layout").text() == "fixed 8 9 3 uint8");
  SECTION("until the last one differs") {
    sources.push_back(folder.add("last.jpg", picture(9, 8)));
    const Description ragged = survey_and_describe(sources);
    CHECK(ragged.outputs.at(0).ragged());
    CHECK(ragged.outputs[0].item_shape == Shape{-1, -1, 3});
  }
}

TEST_CASE("Images that can't be looked at before they are loaded are ragged", "[plugins][image]") {
  const ImageFolder folder;
  const Source near = folder.add("a.png", picture(3, 4));
  const Source away{"b.png", {}};
  for (const auto& sources : {std::vector<Source>{away, away}, std::vector<Source>{near, away},
                              std::vector<Source>{away, near}}) {
    const Description described = survey_and_describe(sources);
    CHECK(described.outputs.at(0).ragged());
    CHECK(described.outputs[0].item_shape == Shape{-1, -1, 3});
  }
  CHECK(!survey_and_describe({away}, {{"size", "5x6"}}).outputs.at(0).ragged());
}

TEST_CASE("Images of several forms load into a ragged output", "[plugins][image]") {
  const ImageFolder folder;
  const Source small = folder.add("a.png", picture(3, 4));
  const Source large = folder.add("b.bmp", picture(30, 40));
  Instance image(image_plugin(), "sheaf.image");
  image.survey({small, large});
  REQUIRE(image.describe().outputs.at(0).ragged());
  CHECK(image.load(small).outputs[0].shape == Shape{1, 3, 4, 3});
  CHECK(image.load(large).outputs[0].shape == Shape{1, 30, 40, 3});
}

TEST_CASE("What the survey reads of a header is what load decodes", "[plugins][image]") {
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
  if (cv::imread(source.path.string()).empty()) return;
  CAPTURE(extension, type, mode);
  const LoadedImage result = load_image(source, {{"color", mode}});
  REQUIRE(result.loaded.message.empty());
  const OutputSpec& output = result.described.outputs.at(0);
  CHECK(!output.ragged());
  CHECK(output.item_shape == Shape(result.rows().shape.begin() + 1, result.rows().shape.end()));
}

TEST_CASE("A turned image is compared as it will be stored", "[plugins][image]") {
  const ImageFolder folder;
  const Description described =
      survey_and_describe({folder.add("upright.jpg", picture(6, 4)),
                           folder.add("turned.jpg", jpeg_with_orientation(picture(4, 6), 6)),
                           folder.add("turned.png", png_with_orientation(picture(4, 6), 8))});
  CHECK(!described.outputs.at(0).ragged());
  CHECK(described.outputs[0].item_shape == Shape{6, 4, 3});
}

TEST_CASE("Files that can't be read have no say in the layout", "[plugins][image]") {
  const ImageFolder folder;
  const Description described = survey_and_describe({folder.add("a.jpg", "no image"),
                                                     folder.add("b.jpg", ""),
                                                     {"c.jpg", folder.dir() / "absent"},
                                                     folder.add("d.jpg", picture(8, 9)),
                                                     folder.add("f.jpg", picture(8, 9))});
  CHECK(described.outputs.at(0).item_shape == Shape{8, 9, 3});
  CHECK(survey_and_describe({folder.add("a.jpg", "no image")}).outputs.at(0).ragged());
  CHECK(survey_and_describe({}).outputs.at(0).ragged());
}

TEST_CASE("Size and layout settle the layout without a look at files", "[plugins][image]") {
  const ImageFolder folder;
  const std::vector<Source> sources{{"a.jpg", folder.dir() / "absent"}};
  SECTION("size") {
    const Description described = survey_and_describe(sources, {{"size", "12x34"}});
    CHECK(!described.outputs.at(0).ragged());
    CHECK(described.outputs[0].item_shape == Shape{34, 12, 3});
  }
  SECTION("ragged") {
    const Description described =
        survey_and_describe(sources, {{"layout", "ragged"}, {"color", "grey"}});
    CHECK(described.outputs.at(0).ragged());
    CHECK(described.outputs[0].item_shape == Shape{-1, -1, 1});
  }
}

TEST_CASE("Only the first instance opens files", "[plugins][image]") {
  const ImageFolder folder;
  const Source source = folder.add("a.png", picture(3, 4));
  Instance first(image_plugin(), "sheaf.image");
  const Surveyed surveyed = first.survey({source});
  REQUIRE(surveyed.agreed == "fixed 3 4 3 uint8\na.png");
  std::filesystem::remove(source.path);
  const Description described = survey_and_describe({source}, {}, {false, surveyed.agreed});
  CHECK(!described.outputs.at(0).ragged());
  CHECK(described.outputs[0].item_shape == Shape{3, 4, 3});
}

TEST_CASE("An image that doesn't fit a fixed array fails with both forms", "[plugins][image]") {
  const ImageFolder folder;
  const Source first = folder.add("a.png", picture(3, 4));
  const Source other = folder.add("b.png", picture(5, 6));
  Instance image(image_plugin(), "sheaf.image");
  image.survey({first});  // which is all there was then
  image.describe();
  CHECK(image.load(first).ok());
  const Loaded refused = image.load(other);
  CHECK(refused.status == SHEAF_ERR_SOURCE);
  CHECK_THAT(refused.message, Contains("5 × 6 × 3") && Contains("a.png") && Contains("3 × 4 × 3") &&
                                  Contains("size=") && Contains("layout=ragged"));
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

TEST_CASE("As-is of several channel counts is ragged", "[plugins][image]") {
  const ImageFolder folder;
  const Source rgba = folder.add("a.png", picture(3, 4, CV_8UC4));
  const Source grey = folder.add("b.png", picture(3, 4, CV_8UC1));
  Instance image(image_plugin(), "sheaf.image", {{"color", "as-is"}});
  image.survey({rgba, grey});
  CHECK(image.describe().outputs.at(0).item_shape == Shape{-1, -1, -1});
  CHECK(image.load(rgba).outputs[0].shape == Shape{1, 3, 4, 4});
  CHECK(image.load(grey).outputs[0].shape == Shape{1, 3, 4, 1});
}

TEST_CASE("A resumed file keeps its layout", "[plugins][image]") {
  const ImageFolder folder;
  const std::vector<Source> added{folder.add("new.png", picture(5, 6))};
  SurveyOptions options;
  SECTION("ragged, though the new images are alike") {
    options.stored = {{"layout", text("ragged -1 -1 3 uint8")}};
    CHECK(survey_and_describe(added, {}, options).outputs.at(0).ragged());
  }
  SECTION("fixed, though the new images differ") {
    options.stored = {{"layout", text("fixed 3 4 3 uint8")}};
    CHECK(survey_and_describe(added, {}, options).outputs.at(0).item_shape == Shape{3, 4, 3});
  }
}

TEST_CASE("A survey ends when the user cancels", "[plugins][image]") {
  const ImageFolder folder;
  Instance image(image_plugin(), "sheaf.image");
  image.cancel();
  CHECK(image.survey({folder.add("a.png", picture(3, 4))}).status == SHEAF_CANCELLED);
}

}  // namespace
}  // namespace sheaf::test
