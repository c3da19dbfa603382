// SPDX-License-Identifier: MIT
// Methods of sheaf.audio, on the samples as they are stored.
//
// Model: full scale is 1, for int16 32768; a recording is read a few seconds at a time. The
// channels of a sample count as so many samples. Source: RMS and peak in dBFS, of which a square
// wave at full scale has 0.
#include "media/audio_methods.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace sheaf::media {
namespace {

constexpr std::int64_t values_at_once = std::int64_t{1} << 18U;
constexpr double silence = -std::numeric_limits<double>::infinity();

double full_scale(const sdk::Stored& source) {
  return source.output().dtype.code == SHEAF_INT ? 32768.0 : 1.0;
}

double sample_rate(const sdk::Stored& source) {
  const auto rate = source.attr("sample_rate");
  if (!rate || rate->size() != 1) throw sdk::Error("has no attribute sample_rate");
  return static_cast<double>(rate->elements<std::int64_t>()[0]);
}

// 20 · log10, of what is 1 at full scale.
double decibels(double value) { return value > 0 ? 20 * std::log10(value) : silence; }

// Calls visit(values) for the values of rows start ≤ r < stop, part by part.
template <class Visit>
void each_part(const sdk::Stored& source, std::int64_t start, std::int64_t stop, Visit visit) {
  const auto item = static_cast<std::int64_t>(std::max<std::size_t>(source.item_size(), 1));
  const std::int64_t step = std::max<std::int64_t>(values_at_once / item, 1);
  for (std::int64_t row = start; row < stop; row += step) {
    source.check_cancelled();
    visit(source.read_as<double>(0, row, std::min(row + step, stop)));
  }
}

double mean_square(const sdk::Stored& source, std::int64_t start, std::int64_t stop) {
  double sum = 0;
  std::size_t count = 0;
  each_part(source, start, stop, [&](const std::vector<double>& values) {
    for (const double value : values) sum += value * value;
    count += values.size();
  });
  const double scale = full_scale(source);
  return count == 0 ? 0 : sum / static_cast<double>(count) / (scale * scale);
}

struct Loudness {
  static void declare(sdk::Method<Loudness>& method) {
    method.name("loudness").summary("RMS of each recording in dBFS, and of each window of it");
    method.parameter("window", &Loudness::window, "seconds; unset: no windows").range(1e-3, 3600);
  }
  void call(const sdk::Sources& sources, sdk::Results& results) const {
    std::vector<double> all;
    for (const sdk::Stored& source : sources) {
      all.push_back(decibels(std::sqrt(mean_square(source, 0, source.rows()))));
    }
    results.add("rms_dbfs", all);
    for (std::size_t i = 0; window && i < sources.size(); ++i) {
      results.add(sources.size() == 1 ? "windows_dbfs" : "windows_dbfs_" + std::to_string(i),
                  windows(sources[i]));
    }
  }
  // One behind the other; the last one may be shorter.
  [[nodiscard]] std::vector<double> windows(const sdk::Stored& source) const {
    const auto length = std::max<std::int64_t>(std::llround(*window * sample_rate(source)), 1);
    std::vector<double> made;
    for (std::int64_t row = 0; row < source.rows(); row += length) {
      const std::int64_t stop = std::min(row + length, source.rows());
      made.push_back(decibels(std::sqrt(mean_square(source, row, stop))));
    }
    return made;
  }
  std::optional<double> window;
};

struct Peak {
  static void declare(sdk::Method<Peak>& method) {
    method.name("peak").summary(
        "The largest sample of each recording, by amount: in dBFS and when");
  }
  void call(const sdk::Sources& sources, sdk::Results& results) const {
    std::vector<double> peaks, times;
    for (const sdk::Stored& source : sources) {
      double most = 0;
      std::size_t at = 0, seen = 0;
      each_part(source, 0, source.rows(), [&](const std::vector<double>& values) {
        for (const double value : values) {
          if (std::abs(value) > most) most = std::abs(value), at = seen;
          ++seen;
        }
      });
      const std::size_t item = std::max<std::size_t>(source.item_size(), 1);
      peaks.push_back(decibels(most / full_scale(source)));
      times.push_back(static_cast<double>(at / item) / sample_rate(source));
    }
    results.add("peak_dbfs", peaks).add("seconds", times);
  }
};

struct Slice {
  static void declare(sdk::Method<Slice>& method) {
    method.name("slice").summary("The samples of a recording from start to stop");
    method.parameter("start", &Slice::start, "seconds").range(0, 1e9);
    method.parameter("stop", &Slice::stop, "seconds; unset: to the end").range(0, 1e9);
  }
  void call(const sdk::Sources& sources, sdk::Results& results) const {
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const std::string name = sources.size() == 1 ? "samples" : "samples_" + std::to_string(i);
      const bool is_taken = sdk::visit_real(sources[i].output().dtype,
                                            [&]<class T>(T) { add<T>(sources[i], name, results); });
      if (!is_taken) throw sdk::Error("holds samples that are no real numbers");
    }
  }
  template <class T>
  void add(const sdk::Stored& source, const std::string& name, sdk::Results& results) const {
    const double rate = sample_rate(source);
    const auto row = [&](double seconds) {
      return std::min<std::int64_t>(std::llround(seconds * rate), source.rows());
    };
    const std::int64_t first = row(start);
    const std::int64_t last = std::max(stop ? row(*stop) : source.rows(), first);
    std::vector<std::int64_t> shape{last - first};
    for (const std::int64_t extent : source.item_shape()) shape.push_back(extent);
    const std::vector<T> samples = source.read<T>(0, first, last);
    results.add<T>(name, samples, shape);
  }
  double start = 0;
  std::optional<double> stop;
};

}  // namespace

void add_audio_methods(sdk::Methods& list) { list.add<Loudness>().add<Peak>().add<Slice>(); }

}  // namespace sheaf::media
