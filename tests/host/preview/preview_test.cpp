// SPDX-License-Identifier: MIT
#include <array>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "host/export/whole_file.hpp"
#include "host/preview/png.hpp"
#include "host/preview/sheet.hpp"
#include "host/preview/terminal.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace sheaf::host::preview {
namespace {

Image colored(Size size, std::array<std::uint8_t, 4> color) {
  Image image(size);
  for (std::size_t i = 0; i < image.rgba.size(); ++i) image.rgba[i] = color[i % 4];
  return image;
}

std::array<std::uint8_t, 4> pixel(const Image& image, std::size_t x, std::size_t y) {
  std::array<std::uint8_t, 4> found{};
  const std::size_t at = (y * image.size.width + x) * 4;
  for (std::size_t i = 0; i < 4; ++i) found[i] = image.rgba.at(at + i);
  return found;
}

}  // namespace

TEST_CASE("OpenCV reads the PNGs: colours, and alpha only where there is some", "[host][preview]") {
  const test::TempDir folder;
  Image image({7, 5});
  for (std::size_t i = 0; i < image.rgba.size(); ++i) {
    image.rgba[i] = i % 4 == 3 ? 255 : static_cast<std::uint8_t>(i * 7);
  }
  folder.write("opaque.png", encode_png(image, "opaque.png"));
  image.rgba[3] = 10;
  folder.write("clear.png", encode_png(image, "clear.png"));
  folder.write("one.png", encode_png(colored({1, 1}, {1, 2, 3, 255}), "one.png"));
  const auto script = folder.write("check.py", R"(
import sys, cv2, numpy as np
folder = sys.argv[1]
def read(name): return cv2.imread(folder + '/' + name, cv2.IMREAD_UNCHANGED)
raw = ((np.arange(7 * 5 * 4) * 7) % 256).astype(np.uint8).reshape(5, 7, 4)
opaque, clear = read('opaque.png'), read('clear.png')
assert opaque.shape == (5, 7, 3) and np.array_equal(opaque[..., ::-1], raw[..., :3])
assert clear.shape == (5, 7, 4) and np.array_equal(clear[..., 2::-1], raw[..., :3])
assert clear[0, 0, 3] == 10 and (clear[..., 3].ravel()[1:] == 255).all()
assert read('one.png').tolist() == [[[3, 2, 1]]]
)");
  const test::ProcessResult done = test::run_python(script, {folder.path().string()});
  INFO(done.err);
  CHECK(done.ok());
}

TEST_CASE("a picture without pixels is an error that names the file", "[host][preview]") {
  CHECK_THROWS_WITH(encode_png(Image(), "x.png"), Catch::Contains("x.png"));
}

TEST_CASE("a sheet has every picture in the middle of its place", "[host][preview]") {
  std::vector<Image> images;
  for (std::uint8_t i = 1; i <= 5; ++i) images.push_back(colored({20, 10}, {i, 0, 0, 255}));
  images[4] = colored({10, 4}, {5, 0, 0, 255});
  const Image sheet = make_sheet(images, {100, 100});
  CHECK(sheet.size == Size{3 * 20 + 2, 2 * 10 + 1});
  CHECK(pixel(sheet, 0, 0)[0] == 1);
  CHECK(pixel(sheet, 20, 0)[3] == 0);  // between two
  CHECK(pixel(sheet, 21, 0)[0] == 2);
  CHECK(pixel(sheet, 42, 9)[0] == 3);
  CHECK(pixel(sheet, 19, 20)[0] == 4);
  CHECK(pixel(sheet, 21, 11)[3] == 0);
  CHECK(pixel(sheet, 26, 14)[0] == 5);
  CHECK(pixel(sheet, 35, 17)[0] == 5);
  CHECK(pixel(sheet, 61, 20)[3] == 0);  // a place without a picture
}

TEST_CASE("a sheet stays within its size", "[host][preview]") {
  for (const std::size_t count : {1, 2, 3, 16, 17, 100}) {
    for (const Size most : {Size{1600, 1200}, Size{301, 77}, Size{50, 1000}}) {
      const Size place = place_size(count, most);
      const std::vector<Image> images(count, Image(place));
      const Image sheet = make_sheet(images, most);
      INFO(count << " of " << place.width << " × " << place.height);
      CHECK(sheet.size.width <= most.width);
      CHECK(sheet.size.height <= most.height);
    }
  }
}

TEST_CASE("a terminal gets two pixels a character", "[host][preview]") {
  Image image({2, 3});
  const auto put = [&](std::size_t x, std::size_t y, std::array<std::uint8_t, 4> color) {
    for (std::size_t i = 0; i < 4; ++i) image.rgba[(y * 2 + x) * 4 + i] = color[i];
  };
  put(0, 0, {1, 2, 3, 255});
  put(0, 1, {4, 5, 6, 255});
  put(1, 0, {1, 2, 3, 255});
  put(1, 1, {4, 5, 6, 255});
  put(1, 2, {7, 8, 9, 255});
  CHECK(half_blocks(image) ==
        "\x1b[38;2;1;2;3m\x1b[48;2;4;5;6m▀▀\x1b[0m\n"
        " \x1b[38;2;7;8;9m▀\x1b[0m\n");
  Image lower({1, 2});
  for (std::size_t i = 4; i < 8; ++i) lower.rgba[i] = 255;
  CHECK(half_blocks(lower) == "\x1b[38;2;255;255;255m▄\x1b[0m\n");
}

TEST_CASE("a small file is replaced as a whole or not at all", "[host][export]") {
  const test::TempDir folder;
  const auto file = folder.write("a.txt", "old");
  write_whole(file, [](std::ostream& to) { to << "new"; });
  CHECK(test::read_file(file) == "new");
  CHECK_THROWS_AS(write_whole(file,
                              [](std::ostream& to) {
                                to << "half";
                                to.setstate(std::ios::failbit);
                              }),
                  Error);
  CHECK(test::read_file(file) == "new");
  CHECK_THROWS_WITH(write_whole(folder.path(), [](std::ostream&) {}),
                    Catch::Contains("no ordinary file"));
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

}  // namespace sheaf::host::preview
