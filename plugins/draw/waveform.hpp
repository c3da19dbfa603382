// SPDX-License-Identifier: MIT
#pragma once
// The shape of a recording: how far its samples reach, for each column of pixels or characters.
//
//     Envelope envelope(rows, channels, columns);
//     for (…) envelope.add(std::span<const float>(samples));    rows of `channels` samples
//     draw_waveform(surface, envelope, {44100});
//
// Model: samples are cut into as many equal parts as there are columns, or one a part where they
// are fewer; of each the lowest, the highest and the root of the mean square. Full scale is 1, and
// 32768 of int16. Samples that aren't finite don't count. Threads: one.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "draw/surface.hpp"

namespace sheaf::draw {

struct Part {
  float low = 0, high = 0;
  double squares = 0;
  std::int64_t count = 0;
  void add(float value) noexcept;
  void merge(const Part& other) noexcept;
  [[nodiscard]] double rms() const noexcept;
};

class Envelope {
 public:
  Envelope(std::int64_t rows, std::int64_t channels, std::size_t columns);
  void add(std::span<const float> samples);
  void add(std::span<const std::int16_t> samples);

  [[nodiscard]] std::int64_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t channels() const noexcept { return channels_; }
  // The part that stands in a column of `columns`, which may be more than there are parts.
  [[nodiscard]] const Part& at(std::size_t channel, std::size_t column,
                               std::size_t columns) const noexcept;
  [[nodiscard]] std::size_t parts() const noexcept { return parts_; }
  // The largest magnitude; 0 of silence.
  [[nodiscard]] double peak() const noexcept;

 private:
  template <class T>
  void add_rows(std::span<const T> samples, float unit);

  std::int64_t rows_, next_ = 0;
  std::size_t channels_, parts_;
  std::vector<Part> cells_;  // channel by channel
};

struct Recording {
  double rate = 0;  // Hz; 0: unknown, and the axis counts samples
};
void draw_waveform(Surface& surface, const Envelope& envelope, const Recording& recording);
// At most so many characters a line, and so many lines.
[[nodiscard]] std::string waveform_text(const Envelope& envelope, const Recording& recording,
                                        std::size_t width, std::size_t height);

}  // namespace sheaf::draw
