// SPDX-License-Identifier: MIT
// sheaf.*_statistics: mean, deviation, extremes and histogram of the rows of another feature, of
// each source in arrays and of all in attributes.
//
// Model: the last axis of rows that have one is channels. A source gives a row for each channel, so
// that all sources may have different ones; `finish` merges them, in the order of the file.
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "statistics/moments.hpp"
#include <sheaf/sdk.hpp>

namespace sheaf::statistics {
namespace {

constexpr std::size_t part = 4096;            // values taken at once
constexpr std::int64_t rows_at_once = 65536;  // read by finish
constexpr std::size_t most_channels = 65536;

enum : std::uint32_t { channel_out, count_out, mean_out, std_out, min_out, max_out, histogram_out };

// Calls visit(the values of a part) for one channel of an array.
template <class T, class Visit>
void each_part(std::span<const T> elements, std::size_t channels, std::size_t channel,
               Visit&& visit) {
  std::vector<double> values;
  values.reserve(part);
  for (std::size_t i = channel; i < elements.size(); i += channels) {
    values.push_back(static_cast<double>(elements[i]));
    if (values.size() < part) continue;
    visit(std::span<const double>(values));
    values.clear();
  }
  if (!values.empty()) visit(std::span<const double>(values));
}

template <class Visit>
void each_part_of(const sdk::ArrayView& array, std::size_t channels, std::size_t channel,
                  Visit&& visit) {
  const auto as = [&]<class T>(T) { each_part(array.elements<T>(), channels, channel, visit); };
  const sheaf_dtype dtype = array.dtype();
  const auto is = [&](std::uint8_t code, int bits) {
    return dtype.code == code && dtype.bits == bits;
  };
  if (is(SHEAF_UINT, 8)) return as(std::uint8_t{});
  if (is(SHEAF_INT, 8)) return as(std::int8_t{});
  if (is(SHEAF_UINT, 16)) return as(std::uint16_t{});
  if (is(SHEAF_INT, 16)) return as(std::int16_t{});
  if (is(SHEAF_UINT, 32)) return as(std::uint32_t{});
  if (is(SHEAF_INT, 32)) return as(std::int32_t{});
  if (is(SHEAF_UINT, 64)) return as(std::uint64_t{});
  if (is(SHEAF_INT, 64)) return as(std::int64_t{});
  if (is(SHEAF_FLOAT, 32)) return as(float{});
  if (is(SHEAF_FLOAT, 64)) return as(double{});
  throw sdk::Error(
      "holds elements without a mean: statistics are of integers, float32 and "
      "float64");
}

// Input: name() and from() of the feature, and the range of its histogram, if it has a natural one.
template <class Input>
class Statistics {
 public:
  static void declare(sdk::Declaration<Statistics>& feature) {
    feature.name(Input::name)
        .summary(std::string("Mean, deviation, extremes and histogram of ") + Input::from)
        .derived_from(Input::from)
        .opt_in();
    feature
        .parameter("channels", &Statistics::channels_,
                   "last: the last axis of rows that have one is channels, each by itself; none: "
                   "all values together")
        .choices({"last", "none"});
    feature
        .parameter("bins", &Statistics::bins_,
                   "bins of the histogram; unset: 256 where low and high are known, else 0, none")
        .range(0, 65536);
    feature.parameter("low", &Statistics::low_, "lower end of the histogram's first bin");
    feature.parameter("high", &Statistics::high_, "upper end of its last bin");
  }

  void open() {
    if (!low_) low_ = Input::low;
    if (!high_) high_ = Input::high;
    const bool known = low_ && high_;
    if (!bins_) bins_ = known ? 256 : 0;
    if (*bins_ > 0 && (!known || !(*low_ < *high_))) {
      throw sdk::PluginError("a histogram wants low below high: give both");
    }
  }

  void describe(sdk::Description& file) const {
    file.add(sdk::Output::of<std::int64_t>("channel", {}));
    file.add(sdk::Output::of<std::int64_t>("count", {}));
    for (const char* name : {"mean", "std", "min", "max"}) {
      file.add(sdk::Output::of<double>(name, {}));
    }
    if (*bins_ > 0) file.add(sdk::Output::of<std::int64_t>("histogram", {*bins_}));
    if (*bins_ > 0) file.attr("histogram_range", std::vector<double>{*low_, *high_});
  }

  sdk::Result load(const sdk::Source& source, sdk::Sink& sink) const {
    const sdk::ArrayView input = source.input();
    const std::size_t axes = input.shape().size();
    const bool apart = channels_ == "last" && axes > 1;
    const std::size_t channels = apart ? static_cast<std::size_t>(input.shape()[axes - 1]) : 1;
    if (input.size() == 0) return sdk::Result::Empty;
    if (channels > most_channels) {
      throw sdk::Error("has " + std::to_string(channels) + " channels: give channels=none");
    }
    for (std::size_t channel = 0; channel < channels; ++channel) {
      sink.check_cancelled();
      put(input, channels, channel, sink);
    }
    return sdk::Result::Ok;
  }

  void finish(const sdk::Rows& rows) const {
    std::map<std::int64_t, Moments> all;
    std::vector<std::int64_t> histogram(static_cast<std::size_t>(*bins_), 0);
    const std::int64_t total = rows.count(channel_out);
    const std::int64_t most =
        std::max<std::int64_t>(rows_at_once / std::max<std::int64_t>(*bins_, 1), 1);
    for (std::int64_t row = 0; row < total; row += most) {
      rows.check_cancelled();
      merge(rows, row, std::min(row + most, total), all, histogram);
    }
    set_attrs(rows, all, histogram);
  }

 private:
  void put(const sdk::ArrayView& input, std::size_t channels, std::size_t channel,
           sdk::Sink& sink) const {
    Moments moments;
    std::vector<std::int64_t> bins(static_cast<std::size_t>(*bins_), 0);
    Histogram histogram(low_.value_or(0), high_.value_or(1), bins);
    each_part_of(input, channels, channel, [&](std::span<const double> values) {
      moments.merge(Moments::of(values));
      if (*bins_ > 0) histogram.add(values);
    });
    sink.write_scalar(channel_out, static_cast<std::int64_t>(channel));
    sink.write_scalar(count_out, moments.count);
    sink.write_scalar(mean_out, moments.mean);
    sink.write_scalar(std_out, moments.deviation());
    sink.write_scalar(min_out, moments.min);
    sink.write_scalar(max_out, moments.max);
    if (*bins_ == 0) return;
    const std::int64_t item[] = {*bins_};
    sink.write<std::int64_t>(histogram_out, bins, 1, item);
  }

  void merge(const sdk::Rows& rows, std::int64_t start, std::int64_t stop,
             std::map<std::int64_t, Moments>& all, std::vector<std::int64_t>& histogram) const {
    const auto size = static_cast<std::size_t>(stop - start);
    std::vector<std::int64_t> channel(size), count(size);
    std::vector<double> mean(size), deviation(size), min(size), max(size);
    rows.read<std::int64_t>(channel_out, start, stop, channel);
    rows.read<std::int64_t>(count_out, start, stop, count);
    rows.read<double>(mean_out, start, stop, mean);
    rows.read<double>(std_out, start, stop, deviation);
    rows.read<double>(min_out, start, stop, min);
    rows.read<double>(max_out, start, stop, max);
    for (std::size_t i = 0; i < size; ++i) {
      const double squares = deviation[i] * deviation[i] * static_cast<double>(count[i]);
      all[channel[i]].merge({count[i], mean[i], count[i] == 0 ? 0 : squares, min[i], max[i]});
    }
    if (*bins_ == 0) return;
    std::vector<std::int64_t> bins(size * histogram.size());
    rows.read<std::int64_t>(histogram_out, start, stop, bins);
    for (std::size_t i = 0; i < bins.size(); ++i) histogram[i % histogram.size()] += bins[i];
  }

  void set_attrs(const sdk::Rows& rows, const std::map<std::int64_t, Moments>& all,
                 const std::vector<std::int64_t>& histogram) const {
    std::vector<std::int64_t> count;
    std::vector<double> mean, deviation, min, max;
    for (const auto& [channel, moments] : all) {
      count.push_back(moments.count);
      mean.push_back(moments.mean);
      deviation.push_back(moments.deviation());
      min.push_back(moments.min);
      max.push_back(moments.max);
    }
    if (all.empty()) return;
    rows.attr("count", count);
    rows.attr("mean", mean);
    rows.attr("std", deviation);
    rows.attr("min", min);
    rows.attr("max", max);
    if (*bins_ > 0) rows.attr("histogram", histogram);
  }

  std::optional<std::int64_t> bins_;
  std::optional<double> low_, high_;
  std::string channels_ = "last";
};

constexpr std::optional<double> unknown;

struct OfImage {
  static constexpr const char *name = "sheaf.image_statistics", *from = "sheaf.image";
  static constexpr std::optional<double> low = 0, high = 256;  // a bin a value of uint8
};
struct OfAudio {
  static constexpr const char *name = "sheaf.audio_statistics", *from = "sheaf.audio";
  static constexpr std::optional<double> low = -1, high = 1;
};
struct OfNpy {
  static constexpr const char *name = "sheaf.npy_statistics", *from = "sheaf.npy";
  static constexpr std::optional<double> low = unknown, high = unknown;
};
struct OfTable {
  static constexpr const char *name = "sheaf.table_statistics", *from = "sheaf.table";
  static constexpr std::optional<double> low = unknown, high = unknown;
};
struct OfSpectrogram {
  static constexpr const char *name = "sheaf.spectrogram_statistics", *from = "sheaf.spectrogram";
  static constexpr std::optional<double> low = unknown, high = unknown;
};

}  // namespace
}  // namespace sheaf::statistics

SHEAF_PLUGIN("sheaf.statistics", "0.1.0", "MIT", "Statistics of other features' rows",
             sheaf::statistics::Statistics<sheaf::statistics::OfImage>,
             sheaf::statistics::Statistics<sheaf::statistics::OfAudio>,
             sheaf::statistics::Statistics<sheaf::statistics::OfNpy>,
             sheaf::statistics::Statistics<sheaf::statistics::OfTable>,
             sheaf::statistics::Statistics<sheaf::statistics::OfSpectrogram>);
