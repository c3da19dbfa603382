// SPDX-License-Identifier: MIT
#pragma once
// A matrix as colours: spectrograms.
//
// Model: columns are moments and each has `bins` values from low to high frequency; all are dB.
// What is brighter is more: the colours' lightness rises evenly from the lowest value shown to the
// highest. Threads: any.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "draw/axes.hpp"
#include "draw/surface.hpp"

namespace sheaf::draw {

// From 0, nearly black, to 1, nearly white.
[[nodiscard]] Color heat(double value) noexcept;

struct Matrix {
  std::size_t columns = 0, bins = 0;
  std::vector<float> values;  // column by column
  [[nodiscard]] float at(std::size_t column, std::size_t bin) const {
    return values[column * bins + bin];
  }
};

// The mean of equal parts of a stream of rows, each becoming a column.
class ColumnMeans {
 public:
  // At most `columns`; `rows` that will come.
  ColumnMeans(std::size_t rows, std::size_t bins, std::size_t columns);
  void add(std::span<const float> row);
  [[nodiscard]] Matrix take();

 private:
  std::size_t rows_, next_ = 0;
  Matrix sums_;
  std::vector<std::size_t> counts_;
};

struct HeatPlot {
  Matrix decibels;
  double range = 80;                // dB below the highest value
  double seconds = 0;               // that the columns take
  std::vector<double> frequencies;  // of the bins, Hz, rising
  std::string headline;
};
void draw_heat(Surface& surface, const HeatPlot& plot);

}  // namespace sheaf::draw
