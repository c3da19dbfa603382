// SPDX-License-Identifier: MIT
#include "core/array/statistics/histogram_rules.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include "core/array/engine/evaluate.hpp"
#include "core/array/logic.hpp"
#include "core/array/math.hpp"
#include "core/array/statistics.hpp"
#include "core/error.hpp"

namespace sheaf::np {
namespace {

// Elements that count; the others are NaN.
struct Sample {
  Array x;
  double count;
  double ptp;
};

double std_of(const Sample& of) { return nanstd(of.x).item<double>(); }

double sturges(const Sample& of) { return of.ptp / (std::log2(of.count) + 1); }

double doane(const Sample& of) {
  const double n = of.count;
  const double sigma = n > 2 ? std_of(of) : 0;
  if (!(sigma > 0)) return 0;
  const double scale = std::sqrt(6 * (n - 2) / ((n + 1) * (n + 3)));
  const Array apart = (of.x - nanmean(of.x)) / sigma;
  const auto skewness = nanmean(apart * apart * apart).item<double>();
  return of.ptp / (1 + std::log2(n) + std::log2(1 + std::abs(skewness) / scale));
}

double fd(const Sample& of) {
  const Array quartiles = nanpercentile(of.x, Array(std::vector<double>{25, 75}));
  const auto between = (quartiles[1] - quartiles[0]).item<double>();
  return 2 * between * std::pow(of.count, -1.0 / 3);
}

// 0: the rule has none.
double width_by(const std::string& rule, const Sample& of) {
  if (rule == "sqrt") return of.ptp / std::sqrt(of.count);
  if (rule == "sturges") return sturges(of);
  if (rule == "rice") return of.ptp / (2 * std::cbrt(of.count));
  if (rule == "scott") {
    return std::cbrt(24 * std::sqrt(std::numbers::pi) / of.count) * std_of(of);
  }
  if (rule == "doane") return doane(of);
  if (rule == "fd") return fd(of);
  if (rule != "auto") {
    throw Error(ErrorCode::Invalid, "histogram",
                "knows no rule '" + rule +
                    "' for `bins`; there are auto, doane, fd, rice, scott, sqrt and sturges");
  }
  const double by_quartiles = fd(of);
  return by_quartiles > 0 ? std::min(by_quartiles, sturges(of)) : sturges(of);
}

}  // namespace

std::int64_t bins_by_rule(const Array& a, const std::string& rule,
                          const std::optional<std::pair<double, double>>& range) {
  Sample sample{a.astype(float64), static_cast<double>(a.size()), 0};
  if (range) {
    const Array counts = (a >= range->first) & (a <= range->second);
    sample.count = count_nonzero(counts).item<double>();
    sample.x = where(counts, sample.x, std::numeric_limits<double>::quiet_NaN());
  }
  if (sample.count == 0) {
    (void)width_by(rule, {Array(0.0), 1, 0});  // whether it is known
    return 1;
  }
  const Array first = range ? nanmin(sample.x) : min(sample.x);
  const Array last = range ? nanmax(sample.x) : max(sample.x);
  prepare({first.node(), last.node()});
  sample.ptp = last.item<double>() - first.item<double>();
  if (!std::isfinite(sample.ptp)) {
    throw Error(ErrorCode::Invalid, "histogram",
                "finds a range that isn't finite; give `range`, or leave NaNs and infinities out");
  }
  const double width = width_by(rule, sample);
  double divided = range ? range->second - range->first : sample.ptp;
  if (divided == 0) divided = 1;  // an empty range is widened
  constexpr double most = 1e9;
  const double bins = width > 0 ? std::ceil(divided / width) : 1;
  if (!(bins <= most)) {
    throw Error(ErrorCode::Invalid, "histogram",
                "would have more than 10^9 bins by the rule '" + rule + "'; give their number");
  }
  return static_cast<std::int64_t>(bins);
}

}  // namespace sheaf::np
