// SPDX-License-Identifier: MIT
#include "draw/lines.hpp"

#include <algorithm>
#include <array>
#include <span>

#include <sheaf/sdk/utf8.hpp>

namespace sheaf::draw {
namespace {

struct Interval {
  char32_t first, last;
};
// The blocks of Unicode that terminals show in no column, and in two.
constexpr std::array<Interval, 10> without_width = {{{0x300, 0x36F},
                                                     {0x483, 0x489},
                                                     {0x591, 0x5BD},
                                                     {0x64B, 0x65F},
                                                     {0x1AB0, 0x1AFF},
                                                     {0x1DC0, 0x1DFF},
                                                     {0x200B, 0x200F},
                                                     {0x20D0, 0x20FF},
                                                     {0xFE00, 0xFE0F},
                                                     {0xFE20, 0xFE2F}}};
constexpr std::array<Interval, 9> twice_as_wide = {{{0x1100, 0x115F},
                                                    {0x2E80, 0x303E},
                                                    {0x3041, 0xA4CF},
                                                    {0xAC00, 0xD7A3},
                                                    {0xF900, 0xFAFF},
                                                    {0xFE30, 0xFE6F},
                                                    {0xFF00, 0xFF60},
                                                    {0x1F300, 0x1FAFF},
                                                    {0x20000, 0x3FFFD}}};

bool is_in(char32_t code, std::span<const Interval> intervals) {
  return std::ranges::any_of(intervals,
                             [&](const Interval& i) { return code >= i.first && code <= i.last; });
}

char32_t code_of(std::string_view unit) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(unit[i]); };
  if (unit.size() == 1) return byte(0);
  char32_t code = byte(0) & (0x7FU >> unit.size());
  for (std::size_t i = 1; i < unit.size(); ++i) code = code << 6U | (byte(i) & 0x3FU);
  return code;
}

struct Unit {
  std::string_view shown;
  std::size_t size, columns;
};
Unit first_unit(std::string_view text) {
  const sdk::Utf8Unit unit = sdk::utf8_unit(text.substr(0, 4));
  if (!unit.valid) return {"?", unit.size, 1};
  const std::string_view bytes = text.substr(0, unit.size);
  const char32_t code = code_of(bytes);
  if (code < 0x20 || (code >= 0x7F && code < 0xA0)) return {" ", unit.size, 1};
  if (is_in(code, without_width)) return {bytes, unit.size, 0};
  return {bytes, unit.size, is_in(code, twice_as_wide) ? std::size_t{2} : std::size_t{1}};
}

}  // namespace

std::size_t columns_of(std::string_view text) noexcept {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Unit unit = first_unit(text);
    columns += unit.columns;
    text.remove_prefix(unit.size);
  }
  return columns;
}

std::string cut(std::string_view text, std::size_t columns) {
  std::string made, shorter;
  std::size_t used = 0;
  while (!text.empty()) {
    const Unit unit = first_unit(text);
    if (used + unit.columns <= columns - std::min<std::size_t>(columns, 1)) {
      shorter = made;
      shorter += unit.shown;
    }
    if (used + unit.columns > columns) return columns == 0 ? "" : shorter + "…";
    made += unit.shown;
    used += unit.columns;
    text.remove_prefix(unit.size);
  }
  return made;
}

std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  const std::size_t first = text[0] == '-' ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3;) text.insert(at -= 3, 1, ',');
  return text;
}

std::string aligned(const std::vector<std::vector<std::string>>& rows,
                    const std::vector<bool>& right, std::size_t width) {
  constexpr std::size_t widest = 32, gap = 2;
  std::vector<std::size_t> widths(right.size(), 0);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], std::min(columns_of(row[i]), std::min(widest, width)));
    }
  }
  std::size_t shown = 0, used = 0;
  for (; shown < widths.size(); ++shown) {
    const std::size_t wanted = used + (shown > 0 ? gap : 0) + widths[shown];
    const std::size_t behind = shown + 1 < widths.size() ? gap + 1 : 0;  // for "…"
    if (wanted + behind > width && shown > 0) break;
    used = wanted;
  }
  std::string text;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::string line;
    for (std::size_t i = 0; i < shown && i < rows[r].size(); ++i) {
      const std::string cell = cut(rows[r][i], widths[i]);
      const std::string pad(widths[i] - std::min(widths[i], columns_of(cell)), ' ');
      line += std::string(i > 0 ? gap : 0, ' ') + (right[i] ? pad + cell : cell + pad);
    }
    if (shown < widths.size() && r == 0 && used + gap + 1 <= width) line += "  …";
    text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  }
  return text;
}

}  // namespace sheaf::draw
