// SPDX-License-Identifier: MIT
// sheaf.image: JPEGs are decoded past OpenCV, and nobody can tell from the pixels.

#include <memory>
#include <turbojpeg.h>

#include <catch2/catch.hpp>

#include "tests/plugins/image_fixture.hpp"

namespace sheaf::test {
namespace {

using Catch::Contains;

struct JpegKind {
  int height, width;
  int subsampling = TJSAMP_420;
  int flags = 0;  // TJFLAG_PROGRESSIVE
  int quality = 85;
  bool cmyk = false;
};

// Noisy, so that every shortcut a decoder may take shows.
std::string make_jpeg(const JpegKind& kind) {
  cv::Mat pixels = picture(kind.height, kind.width, kind.cmyk ? CV_8UC4 : CV_8UC3);
  cv::Mat noise(pixels.size(), pixels.type());
  cv::RNG(1).fill(noise, cv::RNG::UNIFORM, 0, 60);
  pixels += noise;
  const std::unique_ptr<void, int (*)(tjhandle)> turbo(tjInitCompress(), &tjDestroy);
  unsigned char* made = nullptr;
  unsigned long size = 0;
  const int failed = tjCompress2(turbo.get(), pixels.data, kind.width, 0, kind.height,
                                 kind.cmyk ? TJPF_CMYK : TJPF_BGR, &made, &size, kind.subsampling,
                                 kind.quality, kind.flags);
  const std::unique_ptr<unsigned char, void (*)(unsigned char*)> owner(made, &tjFree);
  if (failed != 0) throw std::runtime_error(tjGetErrorStr2(turbo.get()));
  return {reinterpret_cast<const char*>(made), size};
}

// Without its segments of a kind: 0xDB quantisation tables, 0xC4 Huffman tables.
std::string without_segments(std::string jpeg, unsigned char marker) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(jpeg.at(at)); };
  for (std::size_t at = 2; byte(at + 1) != 0xDA;) {
    const std::size_t size = 2U + static_cast<std::size_t>(byte(at + 2) << 8U) + byte(at + 3);
    if (byte(at + 1) == marker) {
      jpeg.erase(at, size);
    } else {
      at += size;
    }
  }
  return jpeg;
}

cv::Mat by_opencv(const Source& source, const std::string& mode) {
  const int flags = mode == "grey"    ? cv::IMREAD_GRAYSCALE
                    : mode == "as-is" ? cv::IMREAD_UNCHANGED
                                      : cv::IMREAD_COLOR;
  return cv::imread(source.path.string(), flags);
}

void check_as_opencv(const std::string& jpeg, const std::string& mode) {
  const ImageFolder folder;
  const Source source = folder.add("a.jpg", jpeg);
  const LoadedImage result = load_image(source, {{"color", mode}});
  REQUIRE(result.loaded.message.empty());
  const cv::Mat expected = by_opencv(source, mode);
  CHECK(result.rows().shape == Shape{1, expected.rows, expected.cols, expected.channels()});
  CHECK((result.rows().bytes == as_stored(expected)));
}

TEST_CASE("A JPEG of any kind has the pixels that OpenCV gives", "[plugins][image]") {
  const std::string mode = GENERATE("color", "grey", "as-is");
  SECTION("subsampled, progressive, with odd sides") {
    const int subsampling =
        GENERATE(TJSAMP_444, TJSAMP_422, TJSAMP_420, TJSAMP_440, TJSAMP_411, TJSAMP_GRAY);
    const int flags = GENERATE(0, TJFLAG_PROGRESSIVE);
    const auto [height, width] = GENERATE(std::pair(1, 1), std::pair(8, 16), std::pair(33, 17),
                                          std::pair(101, 67), std::pair(3, 130));
    CAPTURE(mode, subsampling, flags, height, width);
    check_as_opencv(make_jpeg({height, width, subsampling, flags}), mode);
  }
  SECTION("with restart markers") {
    std::vector<std::uint8_t> bytes;
    cv::imencode(".jpg", picture(40, 70), bytes, {cv::IMWRITE_JPEG_RST_INTERVAL, 2});
    check_as_opencv({bytes.begin(), bytes.end()}, mode);
  }
  SECTION("CMYK") { check_as_opencv(make_jpeg({20, 30, TJSAMP_444, 0, 85, true}), mode); }
  SECTION("damaged where decoders carry on") {
    std::string jpeg = make_jpeg({64, 64, TJSAMP_444, 0, 95});
    jpeg[jpeg.size() / 2] ^= 0x55;
    jpeg[jpeg.size() / 2 + 1] = '\x7F';
    check_as_opencv(jpeg, mode);
  }
}

TEST_CASE("A JPEG never takes the tables of the one before", "[plugins][image]") {
  const unsigned char marker = GENERATE(0xDB, 0xC4);
  const ImageFolder folder;
  const Source whole = folder.add("whole.jpg", make_jpeg({8, 8, TJSAMP_444, 0, 5}));
  const std::string bytes = without_segments(make_jpeg({8, 8, TJSAMP_444, 0, 95}), marker);
  const Source lacking = folder.add("lacking.jpg", bytes);
  Instance image(image_plugin(), "sheaf.image");
  image.survey({whole, lacking});
  image.describe();
  const Loaded first = image.load(lacking);
  REQUIRE(image.load(whole).ok());
  const Loaded again = image.load(lacking);
  CHECK(again.status == first.status);
  CHECK(again.message == first.message);
  if (first.ok()) CHECK((again.outputs.at(0).bytes == first.outputs.at(0).bytes));
  CHECK(first.ok() == (marker == 0xC4));  // which has a default, that of Motion JPEG
}

TEST_CASE("A JPEG that has the wanted size already isn't resized", "[plugins][image]") {
  const ImageFolder folder;
  const Source source = folder.add("a.jpg", make_jpeg({20, 30}));
  const LoadedImage same = load_image(source, {{"size", "30x20"}});
  REQUIRE(same.loaded.ok());
  CHECK((same.rows().bytes == as_stored(by_opencv(source, "color"))));
  cv::Mat half;
  cv::resize(by_opencv(source, "color"), half, {15, 10}, 0, 0, cv::INTER_AREA);
  CHECK((load_image(source, {{"size", "15x10"}}).rows().bytes == as_stored(half)));
}

}  // namespace
}  // namespace sheaf::test
