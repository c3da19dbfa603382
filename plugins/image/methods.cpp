// SPDX-License-Identifier: MIT
// Methods of sheaf.image, on the pixels as they are stored: rows (height, width, channels).
#include "image/methods.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sheaf::image {
namespace {

void check_image(const sdk::Stored& source) {
  if (source.rows() == 1 && source.item_shape().size() == 3) return;
  throw sdk::Error("holds something else than an image of (height, width, channels)");
}

// The range of an integer type, half open; floats are taken as 0 to 1.
std::pair<double, double> range_of(sheaf_dtype dtype) {
  if (dtype.code == SHEAF_UINT) return {0, std::ldexp(1.0, dtype.bits)};
  if (dtype.code == SHEAF_INT) {
    return {-std::ldexp(1.0, dtype.bits - 1), std::ldexp(1.0, dtype.bits - 1)};
  }
  return {0, 1};
}

struct Histogram {
  static void declare(sdk::Method<Histogram>& method) {
    method.name("histogram").summary("How often values occur in each channel, over all images");
    method.parameter("bins", &Histogram::bins, "bins, of equal width").range(1, 65536);
    method.parameter("low", &Histogram::low,
                     "lower end of the first bin; unset: of the element type, of floats 0");
    method.parameter("high", &Histogram::high, "upper end of the last bin; unset: likewise, or 1");
  }
  void call(const sdk::Sources& sources, sdk::Results& results) const {
    check_image(sources.front());
    auto [from, to] = range_of(sources.front().output().dtype);
    from = low.value_or(from);
    to = high.value_or(to);
    if (!(from < to)) throw sdk::Error("a histogram wants low below high");
    const auto channels = static_cast<std::size_t>(sources.front().item_shape()[2]);
    const auto width = static_cast<std::size_t>(bins);
    std::vector<std::int64_t> counts(channels * width, 0);
    for (const sdk::Stored& source : sources) {
      check_image(source);
      source.check_cancelled();
      if (static_cast<std::size_t>(source.item_shape()[2]) != channels) {
        throw sdk::Error("the images have different numbers of channels");
      }
      std::size_t i = 0;
      for (const double value : source.read_as<double>(0, 0, 1)) {
        const std::size_t channel = i++ % channels;
        if (const auto bin = bin_of(value, from, to)) ++counts[channel * width + *bin];
      }
    }
    const std::int64_t shape[] = {static_cast<std::int64_t>(channels), bins};
    results.add<std::int64_t>("histogram", counts, shape);
    results.add("range", std::vector<double>{from, to});
  }
  // As numpy.histogram: the last bin has its upper end, too; what lies outside doesn't count.
  [[nodiscard]] std::optional<std::size_t> bin_of(double value, double from, double to) const {
    if (!(value >= from && value <= to)) return std::nullopt;
    const double step = (to - from) / static_cast<double>(bins);
    const auto edge = [&](std::int64_t k) { return from + static_cast<double>(k) * step; };
    auto bin = std::min(static_cast<std::int64_t>((value - from) / step), bins - 1);
    if (bin > 0 && value < edge(bin)) --bin;
    if (bin + 1 < bins && value >= edge(bin + 1)) ++bin;
    return static_cast<std::size_t>(bin);
  }
  std::int64_t bins = 16;
  std::optional<double> low, high;
};

struct Size {
  static void declare(sdk::Method<Size>& method) {
    method.name("size").summary("Height, width and channels of each image");
  }
  void call(const sdk::Sources& sources, sdk::Results& results) const {
    std::vector<std::int64_t> height, width, channels;
    for (const sdk::Stored& source : sources) {
      check_image(source);
      height.push_back(source.item_shape()[0]);
      width.push_back(source.item_shape()[1]);
      channels.push_back(source.item_shape()[2]);
    }
    results.add("height", height).add("width", width).add("channels", channels);
  }
};

}  // namespace

void add_image_methods(sdk::Methods& list) { list.add<Histogram>().add<Size>(); }

}  // namespace sheaf::image
