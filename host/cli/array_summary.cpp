// SPDX-License-Identifier: MIT
#include "host/cli/array_summary.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "core/array/chunks.hpp"
#include "core/array/engine/evaluate.hpp"
#include "core/array/histogram.hpp"
#include "core/array/logic.hpp"
#include "core/array/math.hpp"
#include "core/array/options.hpp"
#include "core/array/statistics.hpp"
#include "core/error.hpp"
#include "host/cli/format.hpp"

namespace sheaf::host::cli {
namespace {

using np::Along;
using np::Array;

constexpr std::array<double, 7> percents{1, 5, 25, 50, 75, 95, 99};
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// In memory where it is small.
Array at_hand(const Array& array) {
  const auto bytes = static_cast<std::uint64_t>(array.size()) * array.dtype().size();
  return bytes <= np::options().max_memory / 4 ? Array(array.load()) : array;
}

bool has_fractions(const Array& array) { return array.dtype().kind == DtypeKind::Float; }
bool is_complex(const Array& array) { return array.dtype().kind == DtypeKind::Complex; }

// Real numbers, with NaN for what isn't finite.
Array comparable(const Array& array) {
  if (array.dtype() == boolean) return array.astype(uint8);
  if (is_complex(array)) return np::where(np::isfinite(array), np::absolute(array), not_a_number);
  return has_fractions(array) ? np::where(np::isfinite(array), array, not_a_number) : array;
}

void find_together(const std::vector<Array>& arrays) {
  std::vector<np::NodePtr> nodes;
  for (const Array& one : arrays) nodes.push_back(one.node());
  np::prepare(nodes);
}

void add_moments(const Array& array, const Array& numbers, ArraySummary& summary) {
  const bool may_be_infinite = has_fractions(array);
  const Array zero(0);
  const Array nans =
      may_be_infinite || is_complex(array) ? np::count_nonzero(np::isnan(array)) : zero;
  const Array infinite = is_complex(array) ? np::count_nonzero(np::isinf(array)) : zero;
  const Array up = may_be_infinite ? np::count_nonzero(np::isposinf(array)) : infinite;
  const Array down = may_be_infinite ? np::count_nonzero(np::isneginf(array)) : zero;
  const Array least = np::nanmin(numbers), most = np::nanmax(numbers);
  const Array mean = np::nanmean(numbers, {}, float64);
  const Array deviation = np::nanstd(numbers, {}, 0, float64);
  std::vector<Array> all{nans, up, down, least, most, mean, deviation};
  if (is_complex(array)) {
    for (const Array& part : {np::real(array), np::imag(array)}) {
      all.push_back(np::nanmean(np::where(np::isfinite(array), part, not_a_number), {}, float64));
    }
  }
  find_together(all);
  summary.nans = nans.item<std::int64_t>();
  summary.positive_infinities = up.item<std::int64_t>();
  summary.negative_infinities = down.item<std::int64_t>();
  if (summary.finite() <= 0) return;
  summary.min = least.load();
  summary.max = most.load();
  summary.mean = mean.item<double>();
  summary.deviation = deviation.item<double>();
  if (!std::isfinite(summary.mean) || !std::isfinite(summary.deviation)) {
    // Sums and squares were beyond float64, which the outcome needn't be.
    constexpr int bits = 600;
    const Array small = numbers.astype(float64) * std::ldexp(1.0, -bits);
    summary.mean = std::ldexp(np::nanmean(small).item<double>(), bits);
    summary.deviation = std::ldexp(np::nanstd(small).item<double>(), bits);
  }
  if (is_complex(array)) summary.complex_mean.emplace(all[7].item<double>(), all[8].item<double>());
}

// Whole numbers get bins of whole numbers: else some would hold more of them than others.
struct Bins {
  double first, last;
  std::int64_t count;
  bool are_whole;
};

Bins bins_for(const ArraySummary& summary, const Array& numbers, std::int64_t wanted) {
  const double least = number_at(*summary.min, 0), most = number_at(*summary.max, 0);
  if (has_fractions(numbers)) return {least, most, wanted, false};
  const double width = std::ceil((most - least + 1) / static_cast<double>(wanted));
  const auto count = static_cast<std::int64_t>(std::ceil((most - least + 1) / width));
  const double last = least + width * static_cast<double>(count);
  constexpr double exact = 0x1p53;  // greater ones aren't told apart by float64
  if (std::max(-least, last) > exact) return {least, most, wanted, false};
  return {least, last, count, true};
}

void add_histogram(const Array& numbers, std::int64_t wanted, ArraySummary& summary) {
  const Bins bins = bins_for(summary, numbers, wanted);
  if (!std::isfinite(bins.last - bins.first)) return;  // no bins are wide enough
  const np::Counts found = np::histogram(numbers.astype(float64),
                                         {.bins = bins.count,
                                          .range = std::pair{Array(bins.first), Array(bins.last)},
                                          .weights = {},
                                          .rule = {}});
  const Value counts = found.counts.load(), edges = found.edges.astype(float64).load();
  for (std::size_t bin = 0; bin < static_cast<std::size_t>(bins.count); ++bin) {
    if (number_at(edges, bin) >= number_at(edges, bin + 1)) return;  // nor as narrow
  }
  for (std::int64_t bin = 0; bin <= bins.count; ++bin) {
    const auto at = static_cast<std::size_t>(bin);
    if (bin < bins.count) summary.counts.push_back(std::llround(number_at(counts, at)));
    summary.edges.push_back(number_at(edges, at));
  }
  summary.has_whole_bins = bins.are_whole;
}

// In float64, as differences of narrower floats may be infinite.
Array quantiles_of(const Array& numbers, const std::vector<double>& q, const Along& along = {}) {
  return np::nanpercentile(has_fractions(numbers) ? numbers.astype(float64) : numbers, Array(q),
                           along);
}

}  // namespace

ArraySummary summary_of(const Array& given, std::int64_t bins) {
  ArraySummary summary{.dtype = given.dtype(), .shape = given.shape(), .size = given.size()};
  if (summary.size == 0) return summary;
  const Array array = at_hand(given);
  const Array numbers = comparable(array);
  add_moments(array, numbers, summary);
  if (summary.finite() <= 0) return summary;
  const bool is_one = number_at(*summary.min, 0) == number_at(*summary.max, 0);
  if (is_one && summary.min->bytes == summary.max->bytes) return summary;
  add_histogram(numbers, bins, summary);
  if (array.dtype() == boolean) return summary;
  const double range = number_at(*summary.max, 0) - number_at(*summary.min, 0);
  const double scale = std::isfinite(range) ? 1 : 0.25;  // differences of float64 may be, too
  const Array found =
      quantiles_of(scale == 1 ? numbers : numbers * scale, {percents.begin(), percents.end()});
  const Value values = found.load();
  for (std::size_t at = 0; at < percents.size(); ++at) {
    summary.quantiles.emplace_back(percents.at(at), number_at(values, at) / scale);
  }
  return summary;
}

TextSummary text_summary_of(const Array& array, std::size_t most_frequent) {
  TextSummary summary{.shape = array.shape(), .size = array.size()};
  std::unordered_map<std::string, std::int64_t> counts;
  std::size_t room = np::options().max_memory / 4;
  bool fits = true;
  double characters = 0;
  bool is_first = true;
  for (const np::Chunk& chunk : np::chunks(array)) {
    for (const std::string& text : chunk.values.strings) {
      const auto length = static_cast<std::int64_t>(columns_of(text));
      characters += static_cast<double>(length);
      if (is_first || length < summary.least) summary.least = length, summary.shortest = text;
      if (is_first || length > summary.most) summary.most = length, summary.longest = text;
      is_first = false;
      if (!fits) continue;
      const auto [found, is_new] = counts.try_emplace(text, 0);
      ++found->second;
      const std::size_t bytes = is_new ? text.capacity() + 100 : 0;
      fits = bytes <= room;
      room -= std::min(bytes, room);
      if (!fits) counts = {};
    }
  }
  if (summary.size > 0) summary.mean = characters / static_cast<double>(summary.size);
  if (!fits) return summary;
  summary.distinct = static_cast<std::int64_t>(counts.size());
  std::vector<const std::pair<const std::string, std::int64_t>*> frequent;
  for (const auto& one : counts) frequent.push_back(&one);
  const auto end = frequent.begin() + static_cast<long>(std::min(most_frequent, frequent.size()));
  std::ranges::partial_sort(frequent, end, [](const auto* a, const auto* b) {
    return a->second != b->second ? a->second > b->second : a->first < b->first;
  });
  for (auto one = frequent.begin(); one != end; ++one) summary.frequent.emplace_back(**one);
  return summary;
}

namespace {

Shape axes_from(const Array& array, const Shape& given) {
  Shape axes;
  const auto count = static_cast<std::int64_t>(array.ndim());
  for (const std::int64_t axis : given) {
    if (axis < -count || axis >= count) {
      throw Error(ErrorCode::Invalid, "--axis",
                  std::to_string(axis) + " isn't an axis of the shape " + to_string(array.shape()));
    }
    axes.push_back(axis < 0 ? axis + count : axis);
  }
  std::ranges::sort(axes);
  axes.erase(std::ranges::unique(axes).begin(), axes.end());
  return axes;
}

// What is said of a part of the rows: one element a row and column.
std::vector<Value> columns_of_rows(const Array& part, const Along& along) {
  const Array numbers = comparable(part);
  const Array ones = np::isfinite(part);
  const Array middle = quantiles_of(numbers, {25, 50, 75}, along);
  const std::vector<Array> all{np::count_nonzero(ones, along),
                               np::nanmean(numbers, along, float64),
                               np::nanstd(numbers, along, 0, float64),
                               np::nanmin(numbers, along),
                               middle[0],
                               middle[1],
                               middle[2],
                               np::nanmax(numbers, along)};
  find_together(all);
  std::vector<Value> values;
  for (const Array& one : all) values.push_back(one.ravel().load());
  return values;
}

Array part_of(const Array& array, const AxisSummary& summary, const np::Box& rows) {
  std::vector<np::Index> indices;
  std::size_t kept = 0;
  for (std::size_t axis = 0; axis < array.ndim(); ++axis) {
    if (std::ranges::binary_search(summary.axes, static_cast<std::int64_t>(axis))) {
      indices.emplace_back(np::Slice{});
    } else {
      const std::int64_t first = rows.first[kept];
      indices.emplace_back(np::slice(first, first + rows.count[kept]));
      ++kept;
    }
  }
  return Array(np::select(array.node(), indices));
}

void check_room(const AxisSummary& summary, std::int64_t rows) {
  const auto bytes = static_cast<std::uint64_t>(rows) * summary.columns.size() * sizeof(double);
  if (bytes <= np::options().max_memory) return;
  throw Error(ErrorCode::Invalid, "--axis",
              std::to_string(rows) +
                  " rows don't fit into memory; --rows N gives the first and "
                  "last ones, --memory allows more");
}

// Without rows.
AxisSummary frame_of(const Array& array, Shape axes) {
  AxisSummary summary;
  summary.axes = std::move(axes);
  for (const char* name : {"finite", "mean", "std", "min", "25%", "50%", "75%", "max"}) {
    summary.columns.push_back({name, {}});
  }
  summary.along = array.size() == 0 ? 0 : 1;
  for (std::size_t axis = 0; axis < array.ndim(); ++axis) {
    if (!std::ranges::binary_search(summary.axes, static_cast<std::int64_t>(axis))) {
      summary.kept.push_back(array.shape()[axis]);
    } else {
      summary.along *= array.shape()[axis];
    }
  }
  return summary;
}

}  // namespace

AxisSummary axis_summary_of(const Array& array, const Shape& axes, std::int64_t most_rows) {
  AxisSummary summary = frame_of(array, axes_from(array, axes));
  if (summary.along == 0) return summary;
  const std::int64_t all = element_count(summary.kept);
  const bool is_cut = most_rows >= 0 && all > most_rows;
  const std::int64_t head = is_cut ? (most_rows + 1) / 2 : all, tail = is_cut ? most_rows / 2 : 0;
  check_room(summary, head + tail);
  Along along;
  along.axes = summary.axes;
  along.is_whole = false;
  const auto add = [&](const np::Box& box, std::int64_t first, std::int64_t count) {
    const std::vector<Value> values = columns_of_rows(part_of(array, summary, box), along);
    for (std::size_t at = 0; at < values.size(); ++at) {
      Value& column = summary.columns[at].values;
      column.dtype = values[at].dtype;
      column.bytes.insert(column.bytes.end(), values[at].bytes.begin(), values[at].bytes.end());
    }
    for (std::int64_t row = first; row < first + count; ++row) summary.rows.push_back(row);
  };
  np::for_each_run(summary.kept, 0, head, add);
  np::for_each_run(summary.kept, all - tail, all, add);
  for (AxisSummary::Column& column : summary.columns) {
    column.values.shape = {static_cast<std::int64_t>(summary.rows.size())};
  }
  return summary;
}

}  // namespace sheaf::host::cli
