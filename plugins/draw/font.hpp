// SPDX-License-Identifier: MIT
#pragma once
// The letters of labels, as strokes of a pen.
//
//     0 1 2 3 4
//   0 ┌───────┐   capitals and digits stand between 0 and 7,
//   2 │   ·   │   small letters begin at 2,
//   7 └───────┘   and those that hang reach down to 9.
//
// Model: a glyph is a list of points, each two digits x and y; a blank lifts the pen. ASCII only:
// for numbers, units and short words.

#include <string_view>

namespace sheaf::draw {

struct Glyph {
  int width;  // of the strokes, in units
  std::string_view strokes;
};

inline constexpr double cap_units = 7;
inline constexpr double gap_units = 1.8;  // between two glyphs

// An empty box for what there is no glyph of.
[[nodiscard]] Glyph glyph_of(char character) noexcept;

}  // namespace sheaf::draw
