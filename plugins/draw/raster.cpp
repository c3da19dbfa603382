// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>

#include "draw/font.hpp"
#include "draw/surface.hpp"

namespace sheaf::draw {
namespace {

struct Point {
  double x, y;
};

double distance(Point p, Point a, Point b) {
  const double dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy;
  const double t =
      length == 0 ? 0 : std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length, 0.0, 1.0);
  return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

// How much of the pixel that begins at `pixel` lies between two edges.
double overlap(double pixel, double from, double to) {
  return std::max(0.0, std::min(pixel + 1, to) - std::max(pixel, from));
}

}  // namespace

void Raster::blend(std::int64_t x, std::int64_t y, Color color, double coverage) {
  if (x < 0 || y < 0 || x >= width() || y >= height() || coverage <= 0) return;
  std::uint8_t* const to = &rgba_[static_cast<std::size_t>((y * width() + x) * 4)];
  const double over = std::min(coverage, 1.0) * color.a / 255, under = to[3] / 255.0 * (1 - over);
  const double alpha = over + under;
  if (alpha <= 0) return;
  const std::array<std::uint8_t, 3> parts{color.r, color.g, color.b};
  for (std::size_t i = 0; i < 3; ++i) {
    to[i] = static_cast<std::uint8_t>(std::lround((parts[i] * over + to[i] * under) / alpha));
  }
  to[3] = static_cast<std::uint8_t>(std::lround(alpha * 255));
}

void Raster::fill(const Box& box, Color color) {
  const auto first_x = static_cast<std::int64_t>(std::floor(std::max(box.x, 0.0)));
  const auto first_y = static_cast<std::int64_t>(std::floor(std::max(box.y, 0.0)));
  const double right = std::min<double>(box.right(), width());
  const double bottom = std::min<double>(box.bottom(), height());
  for (std::int64_t y = first_y; static_cast<double>(y) < bottom; ++y) {
    const double rows = overlap(static_cast<double>(y), box.y, bottom);
    for (std::int64_t x = first_x; static_cast<double>(x) < right; ++x) {
      blend(x, y, color, rows * overlap(static_cast<double>(x), box.x, right));
    }
  }
}

void Raster::band(double x, std::span<const Extent> columns, Color color) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    fill({std::round(x) + static_cast<double>(i), columns[i].top, 1,
          columns[i].bottom - columns[i].top},
         color);
  }
}

void Raster::image(double x, double y, const Bitmap& bitmap) {
  const auto left = static_cast<std::int64_t>(std::lround(x));
  const auto top = static_cast<std::int64_t>(std::lround(y));
  const std::uint8_t* from = bitmap.rgba.data();
  for (std::int64_t row = 0; row < bitmap.height; ++row) {
    for (std::int64_t column = 0; column < bitmap.width; ++column, from += 4) {
      blend(left + column, top + row, {from[0], from[1], from[2], from[3]}, 1);
    }
  }
}

// A point's place on the surface is (x, y) + unit × its digits.
void Raster::glyph(std::string_view strokes, double x, double y, double unit, double pen,
                   Color color) {
  constexpr double widest = 7, deepest = 10;  // of all glyphs
  const auto point = [&](std::size_t i) {
    return Point{x + unit * (strokes[i] - '0'), y + unit * (strokes[i + 1] - '0')};
  };
  const auto last_x = static_cast<std::int64_t>(x + widest * unit + 1);
  const auto last_y = static_cast<std::int64_t>(y + deepest * unit + 1);
  for (auto row = static_cast<std::int64_t>(y - 1); row <= last_y; ++row) {
    for (auto column = static_cast<std::int64_t>(x - 1); column <= last_x; ++column) {
      const Point middle{static_cast<double>(column) + 0.5, static_cast<double>(row) + 0.5};
      double nearest = 1e9;
      for (std::size_t i = 0; i + 3 < strokes.size();) {
        nearest = std::min(nearest, distance(middle, point(i), point(i + 2)));
        i += i + 4 < strokes.size() && strokes[i + 4] == ' ' ? 5 : 2;
      }
      blend(column, row, color, 0.5 + pen / 2 - nearest);
    }
  }
}

void Raster::text(double x, double baseline, double size, Align align, std::string_view text,
                  Color color) {
  const double unit = size / cap_units, pen = std::max(1.1, size / 8);
  if (align == Align::Middle) x -= text_width(text, size) / 2;
  if (align == Align::Right) x -= text_width(text, size);
  const double top = std::round(baseline - size) + 0.5;  // on the middle of a row: sharp
  for (const char character : text) {
    const Glyph found = glyph_of(character);
    if (!found.strokes.empty()) {
      glyph(found.strokes, std::round(x) + 0.5, top, unit, pen, color);
    }
    x += unit * (found.width + gap_units);
  }
}

double text_width(std::string_view text, double size) {
  double units = 0;
  for (const char character : text) units += glyph_of(character).width + gap_units;
  return std::max(0.0, units - gap_units) * size / cap_units + 1;
}

}  // namespace sheaf::draw
