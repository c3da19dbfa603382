// SPDX-License-Identifier: MIT
#pragma once
// Count, mean, spread and extremes of values that come in parts.
//
// Model: a part is taken by its own mean, and two that are known are merged as Chan, Golub and
// LeVeque do it (1979): nothing is lost where the mean is large and the spread small. NaN is no
// value and isn't counted. Merging in the same order gives the same bits. Threads: one at a time.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace sheaf::statistics {

struct Moments {
  std::int64_t count = 0;
  double mean = std::numeric_limits<double>::quiet_NaN();
  double squares = 0;  // sum of the squared distances from the mean
  double min = std::numeric_limits<double>::quiet_NaN();
  double max = std::numeric_limits<double>::quiet_NaN();

  // Of a part that is in memory.
  [[nodiscard]] static Moments of(std::span<const double> values);
  void merge(const Moments& other);
  // Of all values there are (not of a sample of them: NumPy's ddof is 0); NaN without any.
  [[nodiscard]] double deviation() const;
};

// How many values lie in each of equal bins from low to high; both ends count, what is outside
// doesn't.
class Histogram {
 public:
  Histogram(double low, double high, std::span<std::int64_t> bins)
      : low_(low), high_(high), bins_(bins) {}
  void add(std::span<const double> values);

 private:
  double low_, high_;
  std::span<std::int64_t> bins_;
};

}  // namespace sheaf::statistics
