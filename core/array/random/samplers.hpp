// SPDX-License-Identifier: MIT
#pragma once
// What distributions are put together from: Boost.Random's, on the stream of an element.
//
// Model: functions of a Stream and checked parameters; none keeps anything. Failure: none.

#include <cmath>
#include <cstdint>
#include <limits>

#include <boost/random/exponential_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/poisson_distribution.hpp>

#include "core/array/random/philox.hpp"

namespace sheaf::np::random {

inline double standard_normal_of(Stream& stream) {
  return boost::random::normal_distribution<double>()(stream);
}
inline double standard_exponential_of(Stream& stream) {
  return boost::random::exponential_distribution<double>()(stream);
}
inline double standard_gamma_of(Stream& stream, double shape) {
  if (shape == 0) return 0;
  if (shape > 1e14) {
    // Boost's test has no digits left. Marsaglia and Tsang, "A simple method for generating gamma
    // variables", would refuse less than one of 1e14 there.
    const double middle = shape - 1.0 / 3;
    const double root = 1 + standard_normal_of(stream) / std::sqrt(9 * middle);
    return middle * root * root * root;
  }
  return boost::random::gamma_distribution<double>(shape)(stream);
}
// Its logarithm: for small shapes the number itself is often too small for a double.
inline double log_gamma_of(Stream& stream, double shape) {
  if (shape >= 1) return std::log(standard_gamma_of(stream, shape));
  const double of_next = std::log(standard_gamma_of(stream, shape + 1));
  return of_next + std::log(open_unit(stream)) / shape;
}
inline double chisquare_of(Stream& stream, double df) {
  return 2 * standard_gamma_of(stream, df / 2);
}
// Past it a count might not fit.
inline constexpr double most_poisson_mean = 9.2e18;
inline std::int64_t poisson_of(Stream& stream, double mean) {
  if (mean == 0) return 0;
  return boost::random::poisson_distribution<std::int64_t, double>(mean)(stream);
}
inline double noncentral_chisquare_of(Stream& stream, double df, double nonc) {
  if (nonc == 0) return chisquare_of(stream, df);
  if (df > 1) {
    const double rest = chisquare_of(stream, df - 1);
    const double moved = standard_normal_of(stream) + std::sqrt(nonc);
    return rest + moved * moved;
  }
  const auto more = static_cast<double>(poisson_of(stream, nonc / 2));
  return chisquare_of(stream, df + 2 * more);
}
// Of a count that may be past the largest int64.
inline std::int64_t count_of(double number) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  return number < static_cast<double>(most) ? static_cast<std::int64_t>(number) : most;
}

}  // namespace sheaf::np::random
