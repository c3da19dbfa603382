// SPDX-License-Identifier: MIT
#include "spectrogram/mel.hpp"

#include <algorithm>
#include <cmath>

namespace sheaf::spectrogram {
namespace {

double to_mel(double hertz) { return 2595 * std::log10(1 + hertz / 700); }
double to_hertz(double mel) { return 700 * (std::pow(10, mel / 2595) - 1); }

}  // namespace

MelBank::MelBank(std::size_t filters, double lowest, double highest, std::size_t bins,
                 double rate) {
  const double low = to_mel(lowest);
  const double step = (to_mel(highest) - low) / static_cast<double>(filters + 1);
  const auto edge = [&](std::size_t i) { return to_hertz(low + step * static_cast<double>(i)); };
  for (std::size_t i = 0; i < filters; ++i) {
    const double left = edge(i), middle = edge(i + 1), right = edge(i + 2);
    Filter filter;
    for (std::size_t bin = 0; bin < bins; ++bin) {
      const double hertz = static_cast<double>(bin) * rate /
                           (2 * static_cast<double>(std::max<std::size_t>(bins - 1, 1)));
      const double weight =
          std::min((hertz - left) / (middle - left), (right - hertz) / (right - middle));
      if (weight <= 0) continue;
      if (filter.weights.empty()) filter.first = bin;
      filter.weights.push_back(static_cast<float>(weight));
    }
    filters_.push_back(std::move(filter));
    middles_.push_back(middle);
  }
}

void MelBank::apply(std::span<const float> power, std::span<float> to) const {
  for (std::size_t i = 0; i < filters_.size(); ++i) {
    double sum = 0;
    const Filter& filter = filters_[i];
    for (std::size_t k = 0; k < filter.weights.size(); ++k) {
      sum += static_cast<double>(filter.weights[k]) * static_cast<double>(power[filter.first + k]);
    }
    to[i] = static_cast<float>(sum);
  }
}

std::size_t MelBank::empty() const noexcept {
  return static_cast<std::size_t>(
      std::ranges::count_if(filters_, [](const Filter& filter) { return filter.weights.empty(); }));
}

}  // namespace sheaf::spectrogram
