// SPDX-License-Identifier: MIT
// sheaf.image: pixels.

#include <catch2/catch.hpp>
#include <re2/re2.h>

#include "tests/plugins/image_fixture.hpp"
#include "tests/support/process.hpp"

namespace sheaf::test {
namespace {

using Catch::Contains;

TEST_CASE("An image is one row in the order RGB", "[plugins][image]") {
  const ImageFolder folder;
  cv::Mat image(1, 2, CV_8UC3);
  image.at<cv::Vec3b>(0, 0) = {1, 2, 3};  // blue 1, green 2, red 3
  image.at<cv::Vec3b>(0, 1) = {4, 5, 6};
  const LoadedImage result = load_image(folder.add("a.png", image));
  REQUIRE(result.loaded.ok());
  CHECK(result.rows().shape == Shape{1, 1, 2, 3});
  CHECK(result.rows().elements<std::uint8_t>() == std::vector<std::uint8_t>{3, 2, 1, 6, 5, 4});
  CHECK(result.described.attrs.at("channels").text() == "RGB");
}

TEST_CASE("Every format loads as cv::imread reads it", "[plugins][image]") {
  const std::string extension =
      GENERATE(".jpg", ".jpeg", ".jpe", ".png", ".bmp", ".dib", ".tif", ".tiff", ".webp", ".jp2",
               ".ppm", ".pgm", ".pbm", ".pnm", ".pam", ".pfm", ".sr", ".ras", ".hdr", ".pic");
  CAPTURE(extension);
  const bool only_grey = extension == ".pgm" || extension == ".pbm";
  const bool only_float = extension == ".pfm" || extension == ".hdr" || extension == ".pic";
  const int type = only_grey ? CV_8UC1 : only_float ? CV_32FC3 : CV_8UC3;
  const ImageFolder folder;
  const Source source = folder.add("a" + extension, picture(39, 43, type));
  const LoadedImage color = load_image(source);
  REQUIRE(color.loaded.message.empty());
  CHECK(color.rows().shape == Shape{1, 39, 43, 3});
  CHECK((color.rows().bytes == as_stored(cv::imread(source.path.string(), cv::IMREAD_COLOR))));
  const LoadedImage grey = load_image(source, {{"color", "grey"}});
  REQUIRE(grey.loaded.message.empty());
  CHECK(grey.rows().shape == Shape{1, 39, 43, 1});
  cv::Mat expected = cv::imread(source.path.string(), cv::IMREAD_GRAYSCALE);
  if (expected.channels() == 3) cv::cvtColor(expected, expected, cv::COLOR_BGR2GRAY);  // .hdr, .pfm
  CHECK((grey.rows().bytes == as_stored(expected)));
  CHECK(grey.described.attrs.at("channels").text() == "grey");
  const LoadedImage as_is = load_image(source, {{"color", "as-is"}});
  REQUIRE(as_is.loaded.message.empty());
  CHECK((as_is.rows().bytes == as_stored(cv::imread(source.path.string(), cv::IMREAD_UNCHANGED))));
}

TEST_CASE("The feature claims every extension, in any case, and no other", "[plugins][image]") {
  const sheaf_feature& feature = image_plugin().feature("sheaf.image");
  CHECK(feature.flags == (SHEAF_FEATURE_IGNORE_CASE | SHEAF_FEATURE_WANTS_BYTES));
  REQUIRE(feature.pattern_count == 1);
  RE2::Options options;
  options.set_case_sensitive(false);
  const RE2 pattern(re2::StringPiece(feature.patterns[0].data, feature.patterns[0].size), options);
  for (const char* name : {"a.jpg", "b/a.JPEG", "a.png", "a.BMP", "a.tif", "a.TIFF", "a.webp",
                           "a.jp2", "a.pgm",    "a.ppm", "a.pbm", "a.pnm", "a.pam",  "a.pfm",
                           "a.hdr", "a.pic",    "a.ras", "a.sr",  "a.exr", "a.dib"}) {
    CAPTURE(name);
    CHECK(RE2::PartialMatch(name, pattern));
  }
  for (const char* name : {"a.txt", "jpg", "ajpg", "a.jpg.txt", "a.jpgx", "a.gif", "a.wav"}) {
    CAPTURE(name);
    CHECK(!RE2::PartialMatch(name, pattern));
  }
}

TEST_CASE("An image with another format's extension loads", "[plugins][image]") {
  const ImageFolder folder;
  const LoadedImage result = load_image(folder.add("a.jpg", encode(".png", picture(4, 5))));
  REQUIRE(result.loaded.ok());
  CHECK((result.rows().bytes == as_stored(picture(4, 5))));
}

// Where the pixel at (y, x) of the upright image stands in the file, after the EXIF specification.
cv::Point stored_at(int orientation, int y, int x, cv::Size stored) {
  const int right = stored.width - 1;
  const int bottom = stored.height - 1;
  switch (orientation) {
    case 2:
      return {right - x, y};
    case 3:
      return {right - x, bottom - y};
    case 4:
      return {x, bottom - y};
    case 5:
      return {y, x};
    case 6:
      return {y, bottom - x};
    case 7:
      return {right - y, bottom - x};
    case 8:
      return {right - y, x};
    default:
      return {x, y};
  }
}

TEST_CASE("EXIF orientation is applied in every mode", "[plugins][image]") {
  const int orientation = GENERATE(range(1, 9));
  const std::string extension = GENERATE(".jpg", ".png");
  const std::string mode = GENERATE("color", "grey", "as-is");
  CAPTURE(orientation, extension, mode);
  const ImageFolder folder;
  const cv::Mat image = picture(4, 6);
  const Source source =
      folder.add("a" + extension, extension == ".jpg" ? jpeg_with_orientation(image, orientation)
                                                      : png_with_orientation(image, orientation));
  const int flags = mode == "grey" ? cv::IMREAD_GRAYSCALE : cv::IMREAD_COLOR;
  const cv::Mat stored = cv::imread(source.path.string(), flags | cv::IMREAD_IGNORE_ORIENTATION);
  REQUIRE(stored.size() == cv::Size(6, 4));
  const bool turned = orientation >= 5;
  cv::Mat upright(turned ? 6 : 4, turned ? 4 : 6, stored.type());
  for (int y = 0; y < upright.rows; ++y) {
    for (int x = 0; x < upright.cols; ++x) {
      stored(cv::Rect(stored_at(orientation, y, x, stored.size()), cv::Size(1, 1)))
          .copyTo(upright(cv::Rect(x, y, 1, 1)));
    }
  }
  const LoadedImage result = load_image(source, {{"color", mode}});
  REQUIRE(result.loaded.message.empty());
  CHECK(result.rows().shape[1] == upright.rows);
  CHECK((result.rows().bytes == as_stored(upright)));
}

TEST_CASE("As-is keeps 16 bits and the alpha channel", "[plugins][image]") {
  const ImageFolder folder;
  SECTION("16-bit grey") {
    const LoadedImage result =
        load_image(folder.add("a.png", picture(3, 4, CV_16UC1)), {{"color", "as-is"}});
    REQUIRE(result.loaded.ok());
    CHECK(result.rows().shape == Shape{1, 3, 4, 1});
    CHECK(result.described.outputs[0].dtype.bits == 16);
    CHECK((result.rows().bytes == as_stored(picture(3, 4, CV_16UC1))));
  }
  SECTION("RGBA") {
    cv::Mat image(1, 1, CV_8UC4, cv::Scalar(1, 2, 3, 4));
    const LoadedImage result = load_image(folder.add("a.png", image), {{"color", "as-is"}});
    REQUIRE(result.loaded.ok());
    CHECK(result.rows().elements<std::uint8_t>() == std::vector<std::uint8_t>{3, 2, 1, 4});
    CHECK(result.described.attrs.at("channels").text() == "grey, RGB or RGBA");
  }
  SECTION("float") {
    const Source source = folder.add("a.tiff", picture(3, 4, CV_32FC3));
    const LoadedImage result = load_image(source, {{"color", "as-is"}});
    REQUIRE(result.loaded.ok());
    CHECK(result.described.outputs[0].dtype.code == SHEAF_FLOAT);
    CHECK(
        (result.rows().bytes == as_stored(cv::imread(source.path.string(), cv::IMREAD_UNCHANGED))));
  }
  SECTION("color makes all of them uint8") {
    const LoadedImage result = load_image(folder.add("a.png", picture(3, 4, CV_16UC4)));
    REQUIRE(result.loaded.ok());
    CHECK(result.rows().shape == Shape{1, 3, 4, 3});
    CHECK(result.described.outputs[0].dtype.bits == 8);
  }
}

TEST_CASE("Images are resized to size", "[plugins][image]") {
  const ImageFolder folder;
  const cv::Mat image = picture(20, 40);
  const Source source = folder.add("a.png", image);
  SECTION("width stands first") {
    const LoadedImage result = load_image(source, {{"size", "10x5"}});
    REQUIRE(result.loaded.ok());
    cv::Mat expected;
    cv::resize(image, expected, {10, 5}, 0, 0, cv::INTER_AREA);
    CHECK(result.rows().shape == Shape{1, 5, 10, 3});
    CHECK((result.rows().bytes == as_stored(expected)));
  }
  SECTION("one number is a square, and enlarging is linear") {
    const LoadedImage result = load_image(source, {{"size", "60"}});
    REQUIRE(result.loaded.ok());
    cv::Mat expected;
    cv::resize(image, expected, {60, 60}, 0, 0, cv::INTER_LINEAR);
    CHECK((result.rows().bytes == as_stored(expected)));
  }
  SECTION("interpolation is the user's where given") {
    const LoadedImage result = load_image(source, {{"size", "10x5"}, {"interpolation", "nearest"}});
    cv::Mat expected;
    cv::resize(image, expected, {10, 5}, 0, 0, cv::INTER_NEAREST);
    CHECK((result.rows().bytes == as_stored(expected)));
  }
  SECTION("crop takes the middle") {
    const LoadedImage result = load_image(source, {{"size", "20"}, {"fit", "crop"}});
    CHECK((result.rows().bytes == as_stored(image(cv::Rect(10, 0, 20, 20)))));
  }
  SECTION("pad puts black around") {
    const LoadedImage result = load_image(source, {{"size", "40"}, {"fit", "pad"}});
    cv::Mat expected = cv::Mat::zeros(40, 40, CV_8UC3);
    image.copyTo(expected(cv::Rect(0, 10, 40, 20)));
    CHECK((result.rows().bytes == as_stored(expected)));
  }
}

TEST_CASE("A size that is none is refused when the feature is opened", "[plugins][image]") {
  const std::string size =
      GENERATE("", "0", "x", "12x", "-3x4", "12x12x12", "1.5", "4000000", "big");
  const Instance image(image_plugin(), "sheaf.image", {{"size", size}});
  CHECK(image.opened().status == SHEAF_ERR_PLUGIN);
  CHECK_THAT(image.opened().message, Contains("WIDTHxHEIGHT"));
}

TEST_CASE("A truncated image is an error, however much OpenCV makes of it", "[plugins][image]") {
  const std::string extension = GENERATE(".jpg", ".png", ".webp", ".bmp", ".tiff", ".jp2", ".ppm",
                                         ".pam", ".sr", ".pfm", ".hdr");
  const double share = GENERATE(0.98, 0.5, 0.2);
  CAPTURE(extension, share);
  const bool only_float = extension == ".pfm" || extension == ".hdr";
  std::string bytes = encode(extension, picture(40, 40, only_float ? CV_32FC3 : CV_8UC3));
  bytes.resize(static_cast<std::size_t>(static_cast<double>(bytes.size()) * share));
  const ImageFolder folder;
  const LoadedImage result = load_image(folder.add("a" + extension, bytes));
  CHECK(result.loaded.status == SHEAF_ERR_SOURCE);
  CHECK_THAT(result.loaded.message, Contains("truncated"));
}

TEST_CASE("A JPEG with bytes behind its end is whole", "[plugins][image]") {
  const ImageFolder folder;
  const std::string bytes = encode(".jpg", picture(8, 8)) + std::string(1000, '\0');
  CHECK(load_image(folder.add("a.jpg", bytes)).loaded.ok());
}

TEST_CASE("An EXIF thumbnail's end isn't the end of its JPEG", "[plugins][image]") {
  std::string bytes = jpeg_with_orientation(picture(40, 40), 1);
  const std::string thumbnail = encode(".jpg", picture(4, 4));
  bytes.insert(
      2, "\xFF\xE2" + big_endian(static_cast<std::uint32_t>(thumbnail.size() + 2), 2) + thumbnail);
  const ImageFolder folder;
  CHECK(load_image(folder.add("whole.jpg", bytes)).loaded.ok());
  bytes.resize(bytes.size() - 40);
  CHECK_THAT(load_image(folder.add("cut.jpg", bytes)).loaded.message, Contains("truncated"));
}

TEST_CASE("What is no image is refused with the reason", "[plugins][image]") {
  const ImageFolder folder;
  SECTION("an empty file") {
    const LoadedImage result = load_image(folder.add("a.jpg", ""));
    CHECK(result.loaded.status == SHEAF_ERR_SOURCE);
    CHECK(result.loaded.message == "is empty: 0 bytes");
  }
  SECTION("text") {
    const LoadedImage result = load_image(folder.add("a.png", "Dear diary, today I was no image."));
    CHECK(result.loaded.status == SHEAF_ERR_SOURCE);
    CHECK_THAT(result.loaded.message, Contains("is no image that OpenCV can decode"));
  }
  SECTION("one byte") {
    CHECK(load_image(folder.add("a.png", "P")).loaded.status == SHEAF_ERR_SOURCE);
  }
  SECTION("a header that claims too much") {
    const LoadedImage result = load_image(folder.add("a.png", png_claiming(100000, 90000)));
    CHECK(result.loaded.status == SHEAF_ERR_SOURCE);
    CHECK_THAT(result.loaded.message, Contains("claims to be 100000 × 90000 pixels"));
  }
}

TEST_CASE("A bad image after a good one isn't the good one again", "[plugins][image]") {
  const ImageFolder folder;
  const Source good = folder.add("good.png", picture(4, 5));
  Instance image(image_plugin(), "sheaf.image");
  image.survey({good});
  image.describe();
  REQUIRE(image.load(good).ok());
  CHECK(image.load(folder.add("bad.png", "nothing to see here, move along")).status ==
        SHEAF_ERR_SOURCE);
  CHECK(image.load(folder.add("bad.ppm", "P6 5 4 255 \x01\x02")).status == SHEAF_ERR_SOURCE);
  REQUIRE(image.load(good).ok());
}

TEST_CASE("Pixels are those that cv2 gives in Python", "[plugins][image]") {
  const ImageFolder folder;
  folder.dir().write("imports.py", "import cv2, numpy\n");
  if (!run_python(folder.dir() / "imports.py").ok()) {
    WARN("Python's cv2 isn't installed: nothing compared");
    return;
  }
  const std::vector<Source> sources{folder.add("a.jpg", picture(123, 77)),
                                    folder.add("b.jpg", jpeg_with_orientation(picture(50, 31), 6)),
                                    folder.add("c.png", picture(33, 44, CV_16UC4)),
                                    folder.add("d.webp", picture(61, 62)),
                                    folder.add("e.jp2", picture(61, 62))};
  folder.dir().write("read.py",
                     "import cv2, sys\n"
                     "for path in sys.argv[1:]:\n"
                     "  cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB).tofile(path + '.raw')\n");
  std::vector<std::string> arguments;
  arguments.reserve(sources.size());
  for (const Source& source : sources) arguments.push_back(source.path.string());
  const ProcessResult python = run_python(folder.dir() / "read.py", arguments);
  REQUIRE(python.err == "");
  for (const Source& source : sources) {
    CAPTURE(source.id);
    const std::vector<std::byte> bytes = load_image(source).rows().bytes;
    const std::string pixels(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    CHECK((pixels == read_file(source.path.string() + ".raw")));
  }
}

}  // namespace
}  // namespace sheaf::test
