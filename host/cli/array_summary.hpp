// SPDX-License-Identifier: MIT
#pragma once
// What is said of an array of any size: how many elements, their extremes, mean, quantiles, and how
// many lie where.
//
// Model: all but the counts is of the finite elements. What fits into a quarter of the memory is
// read once; else one pass finds counts, extremes, mean and deviation, one the histogram, and two
// or three the quantiles, which are exact. Numbers are computed in float64,
// but for quantiles, which are interpolated in the precision of the elements. Complex numbers are
// told by their absolute values. Failure: Error.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/array/array.hpp"

namespace sheaf::host::cli {

struct ArraySummary {
  Dtype dtype;
  Shape shape;
  std::int64_t size = 0;
  std::int64_t nans = 0, positive_infinities = 0, negative_infinities = 0;
  [[nodiscard]] std::int64_t finite() const noexcept {
    return size - nans - positive_infinities - negative_infinities;
  }
  // Of numbers, where there is a finite one.
  std::optional<Value> min{}, max{};  // one element, of its dtype
  double mean = 0, deviation = 0;
  std::optional<std::pair<double, double>> complex_mean{};
  std::vector<std::pair<double, double>> quantiles{};  // percent, and the value
  std::vector<std::int64_t> counts{};                  // of bins
  std::vector<double> edges{};
  bool has_whole_bins = false;  // each is of whole numbers, from its edge to below the next one
};

[[nodiscard]] ArraySummary summary_of(const np::Array& array, std::int64_t bins);

// Of texts: lengths in characters; how often which ones occur, as far as that fits into memory.
struct TextSummary {
  Shape shape;
  std::int64_t size = 0;
  std::string shortest{}, longest{};
  std::int64_t least = 0, most = 0;  // characters
  double mean = 0;
  std::optional<std::int64_t> distinct{};                        // none: more than could be counted
  std::vector<std::pair<std::string, std::int64_t>> frequent{};  // most frequent first
};

[[nodiscard]] TextSummary text_summary_of(const np::Array& array, std::size_t most_frequent);

// Rows for positions of the other axes, each of what lies along the given ones.
struct AxisSummary {
  Shape axes;              // from 0 on, in order
  Shape kept;              // the shape of the rows
  std::int64_t along = 0;  // elements a row
  struct Column {
    std::string name;  // "mean"
    Value values;      // an element a row
  };
  std::vector<Column> columns{};
  std::vector<std::int64_t> rows{};  // their numbers, row-major; the others were left out
};

// The first and last rows, at most so many; a negative number: all. Throws Error (Invalid) for axes
// that aren't there, and where all don't fit into memory.
[[nodiscard]] AxisSummary axis_summary_of(const np::Array& array, const Shape& axes,
                                          std::int64_t most_rows);

}  // namespace sheaf::host::cli
