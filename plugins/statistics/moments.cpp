// SPDX-License-Identifier: MIT
#include "statistics/moments.hpp"

#include <algorithm>
#include <cmath>

namespace sheaf::statistics {

Moments Moments::of(std::span<const double> values) {
  Moments made;
  double sum = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    made.min = made.count == 0 ? value : std::min(made.min, value);
    made.max = made.count == 0 ? value : std::max(made.max, value);
    sum += value;
    ++made.count;
  }
  if (made.count == 0) return made;
  made.mean = sum / static_cast<double>(made.count);
  double left = 0;  // of the sum: what its rounding has lost
  for (const double value : values) {
    if (std::isnan(value)) continue;
    const double distance = value - made.mean;
    left += distance;
    made.squares += distance * distance;
  }
  if (!std::isfinite(left)) return made;  // of infinite values
  made.mean += left / static_cast<double>(made.count);
  made.squares = std::max(made.squares - left * left / static_cast<double>(made.count), 0.0);
  return made;
}

void Moments::merge(const Moments& other) {
  if (other.count == 0) return;
  if (count == 0) {
    *this = other;
    return;
  }
  const auto mine = static_cast<double>(count), theirs = static_cast<double>(other.count);
  const double distance = other.mean - mean;
  mean += distance * (theirs / (mine + theirs));
  squares += other.squares + distance * distance * (mine * theirs / (mine + theirs));
  min = std::min(min, other.min);
  max = std::max(max, other.max);
  count += other.count;
}

double Moments::deviation() const {
  if (count == 0) return std::numeric_limits<double>::quiet_NaN();
  return std::sqrt(squares / static_cast<double>(count));
}

void Histogram::add(std::span<const double> values) {
  const auto count = static_cast<double>(bins_.size());
  const auto edge = [&](std::size_t i) {
    return low_ + (high_ - low_) * (static_cast<double>(i) / count);
  };
  for (const double value : values) {
    if (!(value >= low_ && value <= high_)) continue;
    auto bin = static_cast<std::size_t>((value - low_) / (high_ - low_) * count);
    bin = std::min(bin, bins_.size() - 1);
    // Rounding may be off by one near an edge.
    if (value < edge(bin)) --bin;
    if (bin + 1 < bins_.size() && value >= edge(bin + 1)) ++bin;
    ++bins_[bin];
  }
}

}  // namespace sheaf::statistics
