// SPDX-License-Identifier: MIT
#include "host/preview/terminal.hpp"

#include <cstdlib>
#include <string_view>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>
#include <sys/ioctl.h>

namespace sheaf::host::preview {
namespace {

struct Pixel {
  std::uint8_t r = 0, g = 0, b = 0;
  bool is_clear = true;
  bool operator==(const Pixel&) const = default;
};

Pixel pixel_at(const Image& image, std::uint32_t x, std::uint32_t y) {
  if (y >= image.size.height) return {};
  const std::uint8_t* const from = &image.rgba[(std::size_t{y} * image.size.width + x) * 4];
  if (from[3] < 128) return {};
  return {from[0], from[1], from[2], false};
}

std::string paint(int layer, const Pixel& pixel) {
  return pixel.is_clear ? fmt::format("\x1b[{}9m", layer)
                        : fmt::format("\x1b[{}8;2;{};{};{}m", layer, pixel.r, pixel.g, pixel.b);
}

}  // namespace

Terminal terminal() {
  Terminal found;
  found.is_one = isatty(STDOUT_FILENO) != 0;
  const char* const color = std::getenv("COLORTERM");
  const std::string_view says = color == nullptr ? "" : color;
  found.has_color = found.is_one && (says == "truecolor" || says == "24bit");
  winsize size{};
  if (found.is_one && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    found.columns = size.ws_col;
    found.rows = size.ws_row > 0 ? size.ws_row : found.rows;
  }
  return found;
}

std::string half_blocks(const Image& image) {
  constexpr int foreground = 3, background = 4;
  std::string text;
  for (std::uint32_t y = 0; y < image.size.height; y += 2) {
    Pixel above, below;  // as the terminal has them now
    for (std::uint32_t x = 0; x < image.size.width; ++x) {
      Pixel upper = pixel_at(image, x, y), lower = pixel_at(image, x, y + 1);
      // The block is drawn in the foreground's colour, which has no "clear".
      const bool turned = upper.is_clear && !lower.is_clear;
      if (turned) std::swap(upper, lower);
      const bool is_blank = upper.is_clear && lower.is_clear;
      if (!is_blank && upper != above) text += paint(foreground, above = upper);
      if (lower != below) text += paint(background, below = lower);
      text += is_blank ? " " : turned ? "▄" : "▀";
    }
    text += "\x1b[0m\n";
  }
  return text;
}

}  // namespace sheaf::host::preview
