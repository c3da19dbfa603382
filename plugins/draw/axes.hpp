// SPDX-License-Identifier: MIT
#pragma once
// The frame of a diagram: a headline, the room for the plot, ticks with labels at its sides.
//
//     2 channels, 44.1 kHz      peak -0.3 dBFS     headline
//     kHz ┌─────────────────────────────────┐ ▒ 0
//       2 ┤            plot                 │ ▒      left ticks, bar
//         └─┬───────┬───────┬───────┬───────┘ ▒
//           0      0.5      1      1.5 s           bottom ticks
//
// Model: a surface that is too small for text has a plot alone. All positions are pixels of the
// surface. Threads: one.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "draw/surface.hpp"

namespace sheaf::draw {

// A place on an axis, from 0 at its beginning to 1 at its end.
struct Tick {
  double place = 0;
  std::string label;
};

// At most `most` round values from `low` to `high`, `unit` behind the last one.
[[nodiscard]] std::vector<Tick> number_ticks(double low, double high, std::size_t most,
                                             std::string_view unit);
// From 0 on: in s, or ms below a tenth of it, and from two minutes on as 2:30 or 1:02:30.
[[nodiscard]] std::vector<Tick> time_ticks(double seconds, std::size_t most);
// As the headline has it: "1.25 s", "3:12.4", "1:02:30".
[[nodiscard]] std::string duration(double seconds);
// With as few digits as tell it: "44.1", "0.05".
[[nodiscard]] std::string short_number(double value);
// "440 Hz", "44.1 kHz"
[[nodiscard]] std::string frequency(double hertz);

namespace colors {
inline constexpr Color paper{255, 255, 255}, plot{243, 245, 248}, line{214, 219, 226},
    ink{52, 58, 68}, faint{112, 120, 132};
}  // namespace colors

struct Sides {
  std::string left;  // the longest label there; empty: none
  bool bar = false;
};

class Frame {
 public:
  Frame(Surface& surface, const Sides& sides);

  [[nodiscard]] const Box& plot() const noexcept { return plot_; }
  [[nodiscard]] bool has_text() const noexcept { return has_text_; }
  [[nodiscard]] bool has_bar() const noexcept { return bar_.width > 0; }
  [[nodiscard]] const Box& bar() const noexcept { return bar_; }
  // How many labels have room below the plot, and beside so many pixels of it.
  [[nodiscard]] std::size_t bottom_labels() const;
  [[nodiscard]] std::size_t left_labels(double height) const;

  void headline(std::string_view left, std::string_view right) const;
  void bottom(const std::vector<Tick>& ticks) const;
  // Beside `box`, whose bottom is 0.
  void left(const Box& box, const std::vector<Tick>& ticks) const;
  void bar(const std::vector<Tick>& ticks) const;

 private:
  Surface& surface_;
  double size_, space_;  // of text; between things
  bool has_text_;
  Box plot_, bar_;
};

}  // namespace sheaf::draw
