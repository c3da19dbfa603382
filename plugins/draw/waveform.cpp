// SPDX-License-Identifier: MIT
#include "draw/waveform.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "draw/axes.hpp"

namespace sheaf::draw {
namespace {

constexpr Color reach{122, 164, 214}, body{38, 92, 158};
constexpr double least_lane = 14;  // px of a channel

std::string decibels(double peak) {
  if (peak <= 0) return "silent";
  std::array<char, 64> text{};
  const double value = std::round(200 * std::log10(peak)) / 10 + 0.0;
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, 1).ptr;
  return "peak " + std::string(text.data(), end) + " dBFS";
}

std::string describe(const Envelope& envelope, const Recording& recording, std::size_t shown) {
  std::string text;
  if (recording.rate > 0) {
    text = duration(static_cast<double>(envelope.rows()) / recording.rate) + ", " +
           frequency(recording.rate);
  } else {
    text = std::to_string(envelope.rows()) + " samples";
  }
  const std::size_t channels = envelope.channels();
  if (channels == 1) return text + ", mono";
  if (shown < channels) {
    return text + ", " + std::to_string(shown) + " of " + std::to_string(channels) + " channels";
  }
  return text + ", " + std::to_string(channels) + " channels";
}

// What the top of a lane stands for: 1, or less where all is quiet.
double full_scale(double peak) {
  if (peak <= 0) return 1;
  double scale = 1;
  if (peak > 1) {
    for (int i = 0; scale < peak; ++i) scale *= i % 3 == 1 ? 2.5 : 2;
    return scale;
  }
  constexpr double smallest = 1e-6;
  for (int i = 0; scale > smallest; ++i) {
    const double next = scale / (i % 3 == 1 ? 2.5 : 2);  // 1, 0.5, 0.2, 0.1, …
    if (next < peak) return scale;
    scale = next;
  }
  return scale;
}

// The outline of a channel in its lane. Neighbours touch, so that steep slopes have no gaps.
std::vector<Extent> outline(const Envelope& envelope, std::size_t channel, const Box& lane,
                            double scale) {
  const auto columns = static_cast<std::size_t>(lane.width);
  const double middle = lane.y + lane.height / 2, unit = lane.height / 2 / scale;
  std::vector<Extent> made(columns);
  float low = 0, high = 0;
  for (std::size_t x = 0; x < columns; ++x) {
    const Part& part = envelope.at(channel, x, columns);
    const float from = x > 0 ? std::min(part.low, high) : part.low;
    const float to = x > 0 ? std::max(part.high, low) : part.high;
    made[x] = {middle - to * unit, middle - from * unit};
    const double spare = 1 - (made[x].bottom - made[x].top);  // a line is a pixel thick
    if (spare > 0) made[x] = {made[x].top - spare / 2, made[x].bottom + spare / 2};
    low = part.low, high = part.high;
  }
  return made;
}

std::vector<Extent> core(const Envelope& envelope, std::size_t channel, const Box& lane,
                         double scale) {
  const auto columns = static_cast<std::size_t>(lane.width);
  const double middle = lane.y + lane.height / 2, unit = lane.height / 2 / scale;
  std::vector<Extent> made(columns);
  for (std::size_t x = 0; x < columns; ++x) {
    const Part& part = envelope.at(channel, x, columns);
    const double high = std::min<double>(part.high, part.rms());
    const double low = std::max<double>(part.low, -part.rms());
    made[x] =
        high > low ? Extent{middle - high * unit, middle - low * unit} : Extent{middle, middle};
  }
  return made;
}

void draw_lane(Surface& surface, const Frame& frame, const Envelope& envelope, std::size_t channel,
               const Box& lane, double scale) {
  surface.fill(lane, colors::plot);
  surface.fill({lane.x, std::floor(lane.y + lane.height / 2), lane.width, 1}, colors::line);
  surface.band(lane.x, outline(envelope, channel, lane, scale), reach);
  if (envelope.parts() * 4 <= static_cast<std::size_t>(envelope.rows())) {
    surface.band(lane.x, core(envelope, channel, lane, scale), body);
  }
  const std::string half = short_number(scale / 2);
  if (frame.left_labels(lane.height) >= 4) {
    frame.left(lane, {{0.25, '-' + half}, {0.5, "0"}, {0.75, half}});
  } else {
    frame.left(lane, {{0.5, "0"}});
  }
}

}  // namespace

void Part::add(float value) noexcept {
  if (!std::isfinite(value)) return;
  low = count == 0 ? value : std::min(low, value);
  high = count == 0 ? value : std::max(high, value);
  squares += static_cast<double>(value) * value;
  ++count;
}

double Part::rms() const noexcept {
  return count == 0 ? 0 : std::sqrt(squares / static_cast<double>(count));
}

Envelope::Envelope(std::int64_t rows, std::int64_t channels, std::size_t columns)
    : rows_(rows),
      channels_(static_cast<std::size_t>(std::max<std::int64_t>(channels, 0))),
      parts_(std::min(columns, static_cast<std::size_t>(std::max<std::int64_t>(rows, 0)))),
      cells_(channels_ * parts_) {}

void Envelope::add(std::span<const float> samples) { add_rows(samples, 1); }
void Envelope::add(std::span<const std::int16_t> samples) { add_rows(samples, 0x1p-15F); }

template <class T>
void Envelope::add_rows(std::span<const T> samples, float unit) {
  if (cells_.empty()) return;
  const auto parts = static_cast<std::int64_t>(parts_);
  for (std::size_t at = 0; at + channels_ <= samples.size() && next_ < rows_;) {
    // Row r is in part p where p × rows ≤ r × parts < (p + 1) × rows.
    const std::int64_t part = next_ * parts / rows_;
    const std::int64_t end = ((part + 1) * rows_ + parts - 1) / parts;
    const auto left = static_cast<std::int64_t>((samples.size() - at) / channels_);
    const std::int64_t count = std::min(end - next_, left);
    for (std::size_t c = 0; c < channels_; ++c) {
      Part& cell = cells_[c * parts_ + static_cast<std::size_t>(part)];
      for (std::int64_t i = 0; i < count; ++i) {
        cell.add(static_cast<float>(samples[at + static_cast<std::size_t>(i) * channels_ + c]) *
                 unit);
      }
    }
    at += static_cast<std::size_t>(count) * channels_;
    next_ += count;
  }
}

const Part& Envelope::at(std::size_t channel, std::size_t column,
                         std::size_t columns) const noexcept {
  static constexpr Part nothing;
  if (parts_ == 0 || channel >= channels_) return nothing;
  return cells_[channel * parts_ + std::min(column * parts_ / columns, parts_ - 1)];
}

double Envelope::peak() const noexcept {
  double peak = 0;
  for (const Part& part : cells_) {
    peak = std::max<double>({peak, std::abs(part.low), std::abs(part.high)});
  }
  return peak;
}

void draw_waveform(Surface& surface, const Envelope& envelope, const Recording& recording) {
  const double scale = full_scale(envelope.peak());
  const Frame frame(surface, {'-' + short_number(scale / 2), false});
  const Box& plot = frame.plot();
  const std::size_t shown =
      std::clamp<std::size_t>(static_cast<std::size_t>(plot.height / least_lane), 1,
                              std::max<std::size_t>(envelope.channels(), 1));
  const double gap = shown > 1 ? std::clamp(std::round(plot.height / 60), 1.0, 8.0) : 0;
  const double each = (plot.height + gap) / static_cast<double>(shown);
  for (std::size_t c = 0; c < shown; ++c) {
    const double top = std::round(plot.y + each * static_cast<double>(c));
    const double next = std::round(plot.y + each * static_cast<double>(c + 1));
    draw_lane(surface, frame, envelope, c, {plot.x, top, plot.width, next - top - gap}, scale);
  }
  frame.headline(describe(envelope, recording, shown), decibels(envelope.peak()));
  const auto rows = static_cast<double>(envelope.rows());
  frame.bottom(recording.rate > 0 ? time_ticks(rows / recording.rate, frame.bottom_labels())
                                  : number_ticks(0, rows, frame.bottom_labels(), ""));
}

std::string waveform_text(const Envelope& envelope, const Recording& recording, std::size_t width,
                          std::size_t height) {
  constexpr std::array<std::string_view, 9> blocks = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const std::string peak = decibels(envelope.peak());
  const std::size_t lanes = std::max<std::size_t>(
      1, std::min(envelope.channels(), (height - std::min<std::size_t>(height, 1)) / 2));
  std::string head = describe(envelope, recording, lanes);
  if (head.size() + 2 + peak.size() <= width) {
    head += std::string(width - head.size() - peak.size(), ' ') + peak;
  }
  std::string text = head.substr(0, width) + '\n';
  if (height < 2) return text;
  const std::size_t lines = std::clamp<std::size_t>((height - 1) / lanes, 1, 6);
  const double scale = full_scale(envelope.peak());
  for (std::size_t c = 0; c < lanes; ++c) {
    for (std::size_t line = lines; line-- > 0;) {
      std::string row;
      for (std::size_t x = 0; x < width; ++x) {
        const Part& part = envelope.at(c, x, width);
        const double reach = std::max(std::abs(part.low), std::abs(part.high)) / scale;
        const double eighths =
            reach * 8 * static_cast<double>(lines) - 8.0 * static_cast<double>(line);
        const double least = line == 0 ? 1 : 0;
        row += blocks[static_cast<std::size_t>(std::clamp(std::round(eighths), least, 8.0))];
      }
      text += row.substr(0, row.find_last_not_of(' ') + 1) + '\n';
    }
  }
  return text;
}

}  // namespace sheaf::draw
