// SPDX-License-Identifier: MIT
#include "draw/axes.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>

namespace sheaf::draw {
namespace {

constexpr double least_width = 200, least_height = 96;  // for text

std::string fixed(double value, int decimals) {
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value,
                                 std::chars_format::fixed, decimals)
                       .ptr;
  return {text.data(), end};
}

std::string two_digits(std::int64_t value) {
  return (value < 10 ? "0" : "") + std::to_string(value);
}

// "2:30", "1:02:30"
std::string clock(double seconds, int decimals = 0) {
  const double unit = std::pow(10, decimals);
  const auto parts = static_cast<std::int64_t>(std::llround(seconds * unit));
  const auto whole = parts / static_cast<std::int64_t>(unit);
  const std::int64_t minutes = whole / 60, hours = minutes / 60;
  std::string text =
      hours > 0 ? std::to_string(hours) + ':' + two_digits(minutes % 60) : std::to_string(minutes);
  text += ':' + two_digits(whole % 60);
  if (decimals > 0) text += '.' + std::to_string(parts % static_cast<std::int64_t>(unit));
  return text;
}

double round_step(double range, std::size_t most) {
  const double rough = range / static_cast<double>(std::max<std::size_t>(most, 1));
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (rough <= factor * power * (1 + 1e-9)) return factor * power;
  }
  return 10 * power;
}

double clock_step(double seconds, std::size_t most) {
  constexpr std::array<double, 17> steps = {1,   2,   5,    10,   15,   30,    60,    120,  300,
                                            600, 900, 1800, 3600, 7200, 10800, 21600, 43200};
  const double rough = seconds / static_cast<double>(std::max<std::size_t>(most, 1));
  const auto found = std::ranges::lower_bound(steps, rough);
  return found == steps.end() ? 86400 * std::ceil(rough / 86400) : *found;
}

// Values at multiples of `step`, no longer than the range.
template <class Label>
std::vector<Tick> ticks_at(double low, double high, double step, Label&& label) {
  std::vector<Tick> ticks;
  const double first = std::ceil(low / step - 1e-9);
  for (double i = first; i * step <= high + step * 1e-9; ++i) {
    const double value = i * step + 0.0;  // never -0
    ticks.push_back({(value - low) / (high - low), label(value)});
  }
  return ticks;
}

constexpr double clock_from = 120, milliseconds_below = 0.1;  // s

}  // namespace

std::string short_number(double value) {
  std::array<char, 64> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 4)
          .ptr;
  return {text.data(), end};
}

std::string frequency(double hertz) {
  return hertz < 1000 ? short_number(hertz) + " Hz" : short_number(hertz / 1000) + " kHz";
}

std::string duration(double seconds) {
  if (seconds >= 3600) return clock(seconds);
  if (seconds >= clock_from) return clock(seconds, 1);
  if (seconds < milliseconds_below) return short_number(seconds * 1000) + " ms";
  return short_number(seconds) + " s";
}

std::vector<Tick> number_ticks(double low, double high, std::size_t most, std::string_view unit) {
  if (!(high > low)) return {{0, short_number(low) + std::string(unit)}};
  const double step = round_step(high - low, most);
  const int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(step) + 1e-9)));
  std::vector<Tick> ticks =
      ticks_at(low, high, step, [&](double value) { return fixed(value, decimals); });
  if (!ticks.empty()) ticks.back().label += unit;
  return ticks;
}

std::vector<Tick> time_ticks(double seconds, std::size_t most) {
  if (seconds < milliseconds_below) return number_ticks(0, seconds * 1000, most, " ms");
  if (seconds < clock_from) return number_ticks(0, seconds, most, " s");
  return ticks_at(0, seconds, clock_step(seconds, most), [](double at) { return clock(at); });
}

Frame::Frame(Surface& surface, const Sides& sides)
    : surface_(surface),
      size_(std::clamp(std::min(surface.width() / 80.0, surface.height() / 45.0), 8.0, 32.0)),
      space_(std::round(size_ * 0.75)),
      has_text_(surface.width() >= least_width && surface.height() >= least_height),
      plot_{0, 0, static_cast<double>(surface.width()), static_cast<double>(surface.height())} {
  surface_.fill(plot_, colors::paper);
  if (!has_text_) return;
  const double left = std::round(text_width(sides.left, size_) + space_ * 2);
  // The last label of the bottom reaches half its width beyond the plot.
  const double right = std::round(sides.bar ? size_ * 7 : size_ * 2.5);
  const double top = std::round(size_ + 2 * space_), bottom = std::round(size_ + 2.5 * space_);
  plot_ = {left, top, plot_.width - left - right, plot_.height - top - bottom};
  if (sides.bar) {
    bar_ = {plot_.right() + space_ * 1.5, plot_.y, std::round(size_ * 0.9), plot_.height};
  }
}

std::size_t Frame::bottom_labels() const {
  return static_cast<std::size_t>(std::max(1.0, plot_.width / (size_ * 7)));
}

std::size_t Frame::left_labels(double height) const {
  return static_cast<std::size_t>(std::max(1.0, height / (size_ * 3)));
}

void Frame::headline(std::string_view left, std::string_view right) const {
  if (!has_text_) return;
  const double baseline = plot_.y - space_;
  surface_.text(plot_.x, baseline, size_, Align::Left, left, colors::ink);
  const double room = plot_.width - text_width(left, size_) - size_ * 2;
  if (text_width(right, size_) > room) return;
  surface_.text(plot_.right(), baseline, size_, Align::Right, right, colors::ink);
}

void Frame::bottom(const std::vector<Tick>& ticks) const {
  if (!has_text_) return;
  for (const Tick& tick : ticks) {
    const double x = std::round(plot_.x + tick.place * (plot_.width - 1));
    surface_.fill({x, plot_.bottom(), 1, std::round(space_ / 2)}, colors::faint);
    const double half = text_width(tick.label, size_) / 2;
    const double middle = std::clamp(x + 0.5, half, std::max(half, surface_.width() - half - 1));
    surface_.text(middle, plot_.bottom() + space_ + size_, size_, Align::Middle, tick.label,
                  colors::faint);
  }
}

void Frame::left(const Box& box, const std::vector<Tick>& ticks) const {
  if (!has_text_) return;
  const double length = std::round(space_ / 2);
  for (const Tick& tick : ticks) {
    const double y = std::round(box.bottom() - 1 - tick.place * (box.height - 1));
    surface_.fill({box.x - length, y, length, 1}, colors::faint);
    surface_.text(box.x - space_, y + std::round(size_ / 2), size_, Align::Right, tick.label,
                  colors::faint);
  }
}

void Frame::bar(const std::vector<Tick>& ticks) const {
  for (const Tick& tick : ticks) {
    const double y = std::round(bar_.bottom() - 1 - tick.place * (bar_.height - 1));
    surface_.text(bar_.right() + space_ / 2, y + std::round(size_ / 2), size_, Align::Left,
                  tick.label, colors::faint);
  }
}

}  // namespace sheaf::draw
