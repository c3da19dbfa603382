// SPDX-License-Identifier: MIT
#include "core/array/statistics/quantile_method.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace sheaf::np {

Place Method::place(std::int64_t count, double q) const {
  const auto last = static_cast<double>(count - 1);
  if (gives == Gives::Middle) return {(count - 1) / 2, count / 2, 0.5};
  if (gives == Gives::Element) {
    const auto at =
        static_cast<std::int64_t>(std::max(0.0, element(static_cast<double>(count), q)));
    return {at, at, 0};
  }
  double at = last * q;
  if (name == "midpoint") at = 0.5 * (std::floor(at) + std::ceil(at));
  if (const std::optional<std::pair<double, double>> plot = plotting_position()) {
    const auto [alpha, beta] = *plot;
    at = static_cast<double>(count) * q + (alpha + q * (1 - alpha - beta)) - 1;
  }
  if (name == "averaged_inverted_cdf") at = static_cast<double>(count) * q - 1;
  const double low = std::floor(at);
  if (at >= last) return {count - 1, count - 1, at - low};
  if (at < 0) return {0, 0, at - low};
  double gamma = at - low;
  if (name == "averaged_inverted_cdf") gamma = gamma == 0 ? 0.5 : 1;
  return {static_cast<std::int64_t>(low), static_cast<std::int64_t>(low) + 1, gamma};
}

double Method::element(double count, double q) const {
  if (name == "lower") return std::floor((count - 1) * q);
  if (name == "higher") return std::ceil((count - 1) * q);
  if (name == "nearest") return std::nearbyint((count - 1) * q);
  if (name == "inverted_cdf") return std::ceil(count * q - 1);
  // closest_observation: half to even.
  const double at = count * q - 1.5;
  const double low = std::floor(at);
  return at == low && std::fmod(low, 2) == 0 ? low : low + 1;
}

std::optional<std::pair<double, double>> Method::plotting_position() const {
  using Known = std::pair<const char*, std::pair<double, double>>;
  for (const auto& [known, position] : {Known{"hazen", {0.5, 0.5}},
                                        {"weibull", {0, 0}},
                                        {"median_unbiased", {1 / 3.0, 1 / 3.0}},
                                        {"normal_unbiased", {3 / 8.0, 3 / 8.0}},
                                        {"interpolated_inverted_cdf", {0, 1}}}) {
    if (name == known) return position;
  }
  return std::nullopt;
}

Method method_of(const std::string& name) {
  Method method{Gives::Between, name};
  for (const char* element :
       {"lower", "higher", "nearest", "inverted_cdf", "closest_observation"}) {
    if (name == element) method.gives = Gives::Element;
  }
  if (method.gives == Gives::Element || name == "linear" || name == "midpoint" ||
      name == "averaged_inverted_cdf" || method.plotting_position()) {
    return method;
  }
  throw Error(ErrorCode::Invalid, "quantile",
              "knows no method '" + name +
                  "'; there are linear, lower, higher, nearest, midpoint, hazen, weibull, "
                  "median_unbiased, normal_unbiased, inverted_cdf, averaged_inverted_cdf, "
                  "interpolated_inverted_cdf and closest_observation");
}

}  // namespace sheaf::np
