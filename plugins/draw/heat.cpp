// SPDX-License-Identifier: MIT
#include "draw/heat.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

namespace sheaf::draw {
namespace {

// Lightness (CIE L*) goes up by 12 to 13 from each to the next.
constexpr std::array<Color, 9> control_points = {{{4, 4, 16},
                                                  {30, 18, 72},
                                                  {76, 22, 116},
                                                  {128, 34, 122},
                                                  {182, 52, 112},
                                                  {230, 84, 88},
                                                  {250, 140, 88},
                                                  {253, 196, 122},
                                                  {254, 248, 196}}};

struct Levels {
  double low, high;
};

// The highest finite value, and so much less; a silent matrix is dark all over.
Levels levels_of(const Matrix& matrix, double range) {
  double high = -std::numeric_limits<double>::infinity();
  for (const float value : matrix.values) {
    if (std::isfinite(value)) high = std::max<double>(high, value);
  }
  constexpr double silence = -100;
  if (high <= silence + 1e-3) high = silence + range;
  return {high - range, high};
}

// Where a pixel's middle lies among so many cells, and the highest or mean of what it covers.
double sample(const Matrix& matrix, std::size_t column, double from, double to) {
  const auto last = static_cast<double>(matrix.bins - 1);
  if (to - from <= 1) {  // between two bins
    const double at = std::clamp((from + to) / 2 - 0.5, 0.0, last);
    const auto below = static_cast<std::size_t>(at);
    const std::size_t above = std::min(below + 1, matrix.bins - 1);
    const double part = at - static_cast<double>(below);
    return matrix.at(column, below) * (1 - part) + matrix.at(column, above) * part;
  }
  float highest = -std::numeric_limits<float>::infinity();
  for (auto bin = static_cast<std::size_t>(from); static_cast<double>(bin) < to; ++bin) {
    if (bin < matrix.bins) highest = std::max(highest, matrix.at(column, bin));
  }
  return highest;
}

Bitmap picture(const Matrix& matrix, const Levels& levels, const Box& box) {
  Bitmap bitmap(static_cast<std::uint32_t>(box.width), static_cast<std::uint32_t>(box.height));
  if (matrix.columns == 0 || matrix.bins == 0) return bitmap;
  const double per_pixel = static_cast<double>(matrix.bins) / bitmap.height;
  for (std::size_t y = 0; y < bitmap.height; ++y) {
    const double from = per_pixel * static_cast<double>(bitmap.height - 1 - y);
    for (std::size_t x = 0; x < bitmap.width; ++x) {
      const std::size_t column = x * matrix.columns / bitmap.width;
      const double value = sample(matrix, column, from, from + per_pixel);
      const Color color = heat((value - levels.low) / (levels.high - levels.low));
      std::uint8_t* const to = &bitmap.rgba[(y * bitmap.width + x) * 4];
      to[0] = color.r, to[1] = color.g, to[2] = color.b, to[3] = 255;
    }
  }
  return bitmap;
}

// Where a frequency stands among the bins, 0 to 1.
std::optional<double> place_of(double hertz, const std::vector<double>& frequencies) {
  const auto above = std::ranges::lower_bound(frequencies, hertz);
  if (above == frequencies.end() || (above == frequencies.begin() && *above > hertz)) return {};
  const auto bins = static_cast<double>(frequencies.size());
  const auto index = static_cast<double>(above - frequencies.begin());
  if (above == frequencies.begin()) return 0.5 / bins;
  const double below = *(above - 1);
  return (index - (*above - hertz) / (*above - below) + 0.5) / bins;
}

// Round frequencies, far enough apart: evenly where the axis is linear, else 1, 2, 5, 10, …
std::vector<Tick> frequency_ticks(const std::vector<double>& frequencies, std::size_t most) {
  std::vector<Tick> ticks;
  if (frequencies.empty()) return ticks;
  const double high = frequencies.back(), low = frequencies.front();
  const double middle = frequencies[frequencies.size() / 2];
  const bool linear = std::abs(middle - (low + high) / 2) < 0.05 * (high - low);
  std::vector<double> values;
  if (linear) {
    for (const Tick& tick : number_ticks(0, high, most, "")) values.push_back(tick.place * high);
  } else {
    for (double power = 10; power <= high; power *= 10) {
      for (const double factor : {1.0, 2.0, 5.0}) values.push_back(power * factor);
    }
  }
  double last = -1;
  for (const double value : values) {
    const std::optional<double> place = place_of(value, frequencies);
    if (!place || *place - last < 0.7 / static_cast<double>(most)) continue;
    last = *place;
    const bool kilo = linear ? high >= 2000 : value >= 1000;
    std::string label = short_number(kilo ? value / 1000 : value);
    if (kilo && !linear) label += 'k';
    ticks.push_back({*place, std::move(label)});
  }
  if (ticks.empty()) return ticks;
  std::string& top = ticks.back().label;
  if (top.ends_with('k')) {
    top.insert(top.size() - 1, 1, ' ');
    top += "Hz";
  } else {
    top += linear && high >= 2000 ? " kHz" : " Hz";
  }
  return ticks;
}

void draw_bar(Surface& surface, const Frame& frame, const Levels& levels) {
  const Box& bar = frame.bar();
  const auto height = static_cast<std::size_t>(bar.height);
  for (std::size_t y = 0; y < height; ++y) {
    const double value = 1 - (static_cast<double>(y) + 0.5) / static_cast<double>(height);
    surface.fill({bar.x, bar.y + static_cast<double>(y), bar.width, 1}, heat(value));
  }
  frame.bar(number_ticks(levels.low, levels.high, frame.left_labels(bar.height), " dB"));
}

}  // namespace

Color heat(double value) noexcept {
  constexpr double steps = control_points.size() - 1;
  const double at = std::isfinite(value) ? std::clamp(value, 0.0, 1.0) * steps : 0;
  const auto below = std::min(static_cast<std::size_t>(at), control_points.size() - 2);
  const double part = at - static_cast<double>(below);
  const auto mixed = [&](std::uint8_t Color::*channel) {
    const double a = control_points[below].*channel, b = control_points[below + 1].*channel;
    return static_cast<std::uint8_t>(std::lround(a + (b - a) * part));
  };
  return {mixed(&Color::r), mixed(&Color::g), mixed(&Color::b)};
}

ColumnMeans::ColumnMeans(std::size_t rows, std::size_t bins, std::size_t columns) : rows_(rows) {
  sums_.columns = std::min(rows, columns);
  sums_.bins = bins;
  sums_.values.assign(sums_.columns * bins, 0);
  counts_.assign(sums_.columns, 0);
}

void ColumnMeans::add(std::span<const float> row) {
  if (next_ >= rows_) return;
  const std::size_t column = next_++ * sums_.columns / rows_;
  ++counts_[column];
  for (std::size_t i = 0; i < sums_.bins; ++i) sums_.values[column * sums_.bins + i] += row[i];
}

Matrix ColumnMeans::take() {
  for (std::size_t i = 0; i < sums_.values.size(); ++i) {
    sums_.values[i] /= static_cast<float>(std::max<std::size_t>(counts_[i / sums_.bins], 1));
  }
  return std::move(sums_);
}

void draw_heat(Surface& surface, const HeatPlot& plot) {
  const Frame frame(surface, {"200 kHz", surface.width() >= 400});
  const Levels levels = levels_of(plot.decibels, plot.range);
  surface.image(frame.plot().x, frame.plot().y, picture(plot.decibels, levels, frame.plot()));
  if (!frame.has_text()) return;
  frame.headline(plot.headline, "");
  frame.bottom(time_ticks(plot.seconds, frame.bottom_labels()));
  frame.left(frame.plot(),
             frequency_ticks(plot.frequencies, frame.left_labels(frame.plot().height)));
  if (frame.has_bar()) draw_bar(surface, frame, levels);
}

}  // namespace sheaf::draw
