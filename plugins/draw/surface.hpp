// SPDX-License-Identifier: MIT
#pragma once
// What previews are drawn on: pixels or an SVG document, by the same calls.
//
//   waveform, heat map ──► Surface ─┬─► Raster   RGBA, into memory that is the caller's
//                                   └─► Svg      a string
//
// Model: x to the right and y down, in pixels, from the top left corner. Text is as high as
// capitals are; what reaches beyond the surface is cut off. Threads: one. Failure: none but
// std::bad_alloc.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sheaf::draw {

struct Color {
  std::uint8_t r = 0, g = 0, b = 0, a = 255;
  bool operator==(const Color&) const = default;
};

struct Box {
  double x = 0, y = 0, width = 0, height = 0;
  [[nodiscard]] double right() const noexcept { return x + width; }
  [[nodiscard]] double bottom() const noexcept { return y + height; }
};

// Pixels, rows from the top; alpha isn't multiplied in.
struct Bitmap {
  std::uint32_t width = 0, height = 0;
  std::vector<std::uint8_t> rgba;
  Bitmap() = default;
  Bitmap(std::uint32_t w, std::uint32_t h) : width(w), height(h), rgba(std::size_t{w} * h * 4, 0) {}
};

// From y to y, of one column of pixels.
struct Extent {
  double top = 0, bottom = 0;
};

enum class Align : std::uint8_t { Left, Middle, Right };

class Surface {
 public:
  Surface(std::uint32_t width, std::uint32_t height) noexcept : width_(width), height_(height) {}
  Surface(const Surface&) = delete;
  Surface& operator=(const Surface&) = delete;
  virtual ~Surface() = default;
  [[nodiscard]] std::uint32_t width() const noexcept { return width_; }
  [[nodiscard]] std::uint32_t height() const noexcept { return height_; }

  virtual void fill(const Box& box, Color color) = 0;
  // Columns of one pixel each, from x on.
  virtual void band(double x, std::span<const Extent> columns, Color color) = 0;
  // At its own size.
  virtual void image(double x, double y, const Bitmap& bitmap) = 0;
  // `x` is where Align says, `baseline` below the letters, `size` the height of capitals.
  virtual void text(double x, double baseline, double size, Align align, std::string_view text,
                    Color color) = 0;

 private:
  std::uint32_t width_, height_;
};

class Raster final : public Surface {
 public:
  // `rgba` has width × height × 4 bytes.
  Raster(std::uint32_t width, std::uint32_t height, std::span<std::uint8_t> rgba) noexcept
      : Surface(width, height), rgba_(rgba) {}
  void fill(const Box& box, Color color) override;
  void band(double x, std::span<const Extent> columns, Color color) override;
  void image(double x, double y, const Bitmap& bitmap) override;
  void text(double x, double baseline, double size, Align align, std::string_view text,
            Color color) override;

 private:
  void blend(std::int64_t x, std::int64_t y, Color color, double coverage);
  void glyph(std::string_view strokes, double x, double y, double unit, double pen, Color color);
  std::span<std::uint8_t> rgba_;
};

class Svg final : public Surface {
 public:
  Svg(std::uint32_t width, std::uint32_t height);
  void fill(const Box& box, Color color) override;
  void band(double x, std::span<const Extent> columns, Color color) override;
  void image(double x, double y, const Bitmap& bitmap) override;
  void text(double x, double baseline, double size, Align align, std::string_view text,
            Color color) override;
  // The document so far.
  [[nodiscard]] std::string document() const { return text_ + "</svg>\n"; }

 private:
  std::string text_;
};

// How wide Raster draws a text.
[[nodiscard]] double text_width(std::string_view text, double size);

}  // namespace sheaf::draw
