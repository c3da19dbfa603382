// SPDX-License-Identifier: MIT
#include <array>
#include <charconv>
#include <cmath>

#include "draw/png.hpp"
#include "draw/surface.hpp"

namespace sheaf::draw {
namespace {

// At most two decimals.
std::string number(double value) {
  std::array<char, 32> text{};
  const double rounded = std::round(value * 100) / 100 + 0.0;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), rounded).ptr;
  return {text.data(), end};
}

std::string attribute(std::string_view name, std::string_view value) {
  return ' ' + std::string(name) + "=\"" + std::string(value) + '"';
}

std::string paint(Color color) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string text = "#";
  for (const std::uint8_t part : {color.r, color.g, color.b}) {
    text += hex[part >> 4U];
    text += hex[part & 15U];
  }
  return attribute("fill", text) +
         (color.a < 255 ? attribute("fill-opacity", number(color.a / 255.0)) : "");
}

std::string escaped(std::string_view text) {
  std::string made;
  for (const char c : text) {
    if (c == '<') {
      made += "&lt;";
    } else if (c == '&') {
      made += "&amp;";
    } else {
      made += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return made;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t k) -> std::uint32_t {
      return i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U;
    };
    const std::uint32_t group = byte(0) << 16U | byte(1) << 8U | byte(2);
    for (std::size_t k = 0; k < 4; ++k) {
      text += i + k > bytes.size() ? '=' : digits[group >> (18 - 6 * k) & 63U];
    }
  }
  return text;
}

}  // namespace

Svg::Svg(std::uint32_t width, std::uint32_t height) : Surface(width, height) {
  const std::string w = std::to_string(width), h = std::to_string(height);
  text_ = "<svg xmlns=\"http://www.w3.org/2000/svg\"" + attribute("width", w) +
          attribute("height", h) + attribute("viewBox", "0 0 " + w + ' ' + h) +
          " font-family=\"sans-serif\">\n";
}

void Svg::fill(const Box& box, Color color) {
  text_ += "<rect" + attribute("x", number(box.x)) + attribute("y", number(box.y)) +
           attribute("width", number(box.width)) + attribute("height", number(box.height)) +
           paint(color) + "/>\n";
}

// One outline: along the tops, and back along the bottoms.
void Svg::band(double x, std::span<const Extent> columns, Color color) {
  if (columns.empty()) return;
  std::string path = "M";
  const auto add = [&](double column, double y) {
    if (path.size() > 1) path += 'L';
    path += number(column) + ' ' + number(y);
  };
  const auto count = static_cast<double>(columns.size());
  add(x, columns.front().top);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    add(x + static_cast<double>(i) + 0.5, columns[i].top);
  }
  add(x + count, columns.back().top);
  add(x + count, columns.back().bottom);
  for (std::size_t i = columns.size(); i-- > 0;) {
    add(x + static_cast<double>(i) + 0.5, columns[i].bottom);
  }
  add(x, columns.front().bottom);
  text_ += "<path" + attribute("d", path + 'Z') + paint(color) + "/>\n";
}

void Svg::image(double x, double y, const Bitmap& bitmap) {
  text_ += "<image" + attribute("x", number(x)) + attribute("y", number(y)) +
           attribute("width", std::to_string(bitmap.width)) +
           attribute("height", std::to_string(bitmap.height)) +
           attribute("href", "data:image/png;base64," + base64(plain_png(bitmap))) + "/>\n";
}

void Svg::text(double x, double baseline, double size, Align align, std::string_view text,
               Color color) {
  constexpr std::array anchors = {"start", "middle", "end"};
  constexpr double font_per_cap = 1.35;
  text_ += "<text" + attribute("x", number(x)) + attribute("y", number(baseline)) +
           attribute("font-size", number(size * font_per_cap)) +
           attribute("text-anchor", anchors[static_cast<std::size_t>(align)]) + paint(color) + '>' +
           escaped(text) + "</text>\n";
}

}  // namespace sheaf::draw
