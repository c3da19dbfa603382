// SPDX-License-Identifier: MIT
#pragma once
// Pictures as rows hold them, scaled down and put side by side.
//
// Model: scaled down by the mean of the area that a pixel covers, as OpenCV's INTER_AREA; colours
// count as much as they are opaque. One channel is grey, two grey and alpha, three RGB, four RGBA;
// of more, the first three are shown. Never scaled up. Threads: any.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "draw/surface.hpp"

namespace sheaf::draw {

enum class Element : std::uint8_t { U8, I8, U16, I16, U32, I32, U64, I64, F32, F64 };

// (height, width, channels), row-major.
struct Pixels {
  const std::byte* data = nullptr;
  Element element = Element::U8;
  std::size_t width = 0, height = 0, channels = 1;
};

// What becomes black and what white.
struct Range {
  double low = 0, high = 255;
};
// All that the type can hold; of floating point numbers 0 to 1 where all are within.
[[nodiscard]] Range natural_range(const Pixels& pixels);
// From the smallest to the largest finite value there is; alpha doesn't count.
[[nodiscard]] Range data_range(const Pixels& pixels);

struct Size {
  std::uint32_t width = 0, height = 0;
};
// The largest of that shape within `most`; at least a pixel, never larger than it is.
[[nodiscard]] Size fitted(std::size_t width, std::size_t height, Size most);
[[nodiscard]] Bitmap shrink(const Pixels& pixels, const Range& range, Size size);

// Places for so many pictures of one shape, all as large as can be.
struct Grid {
  std::size_t columns = 1, rows = 1;
  Size tile;
  std::uint32_t gap = 0;
  [[nodiscard]] Size size() const noexcept;
};
[[nodiscard]] Grid best_grid(std::size_t count, std::size_t width, std::size_t height, Size most);
// Copies a picture to its place on the sheet.
void place(const Grid& grid, std::size_t index, const Bitmap& picture, Size sheet,
           std::span<std::uint8_t> rgba);

}  // namespace sheaf::draw
