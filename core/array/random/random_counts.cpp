// SPDX-License-Identifier: MIT
// Distributions of counts.
#include <algorithm>
#include <cmath>
#include <numbers>

#include <boost/random/binomial_distribution.hpp>

#include "core/array/random.hpp"
#include "core/array/random/drawn.hpp"
#include "core/array/random/samplers.hpp"

namespace sheaf::np::random {
namespace {

bool is_probability(double p) { return p >= 0 && p <= 1; }
bool is_count(double n) { return n >= 0 && n < 0x1p63 && n == std::floor(n); }

struct Binomial {
  using Result = std::int64_t;
  static constexpr const char* name = "binomial";
  static constexpr std::size_t parameters = 2;
  static const char* refusal(const Parameters<2>& given) {
    const bool fits = is_count(given[0]) && is_probability(given[1]);
    return fits ? nullptr : "takes an integer n ≥ 0 and 0 ≤ p ≤ 1";
  }
  explicit Binomial(const Parameters<2>& given)
      : draw(static_cast<std::int64_t>(given[0]), given[1]) {}
  std::int64_t operator()(Stream& stream) const {
    if (draw.p() == 0 || draw.t() == 0) return 0;
    return draw.p() == 1 ? draw.t() : draw(stream);
  }
  boost::random::binomial_distribution<std::int64_t, double> draw;
};

struct Geometric {
  using Result = std::int64_t;
  static constexpr const char* name = "geometric";
  static constexpr std::size_t parameters = 1;
  static const char* refusal(const Parameters<1>& given) {
    return given[0] > 0 && given[0] <= 1 ? nullptr : "takes 0 < p ≤ 1";
  }
  explicit Geometric(const Parameters<1>& given) : log_failure(std::log1p(-given[0])) {}
  std::int64_t operator()(Stream& stream) const {
    return count_of(1 + std::floor(std::log(open_unit(stream)) / log_failure));
  }
  double log_failure;
};

// Few are drawn one by one; else ratio of uniforms (Stadlober, "The ratio of uniforms approach for
// generating discrete random variates").
struct Hypergeometric {
  using Result = std::int64_t;
  static constexpr const char* name = "hypergeometric";
  static constexpr std::size_t parameters = 3;
  static const char* refusal(const Parameters<3>& given) {
    const bool fits = is_count(given[0]) && is_count(given[1]) && is_count(given[2]);
    if (!fits) return "takes integers ≥ 0";
    if (given[0] + given[1] > 2e9) return "takes at most 2e9 ngood + nbad";
    return given[2] <= given[0] + given[1] ? nullptr : "takes nsample ≤ ngood + nbad";
  }
  explicit Hypergeometric(const Parameters<3>& given)
      : good(given[0]), all(given[0] + given[1]), sample(given[2]) {
    fewer = std::min(good, all - good);
    taken = std::min(sample, all - sample);
    const double p = fewer / all;
    const double variance = (all - taken) * taken * p * (1 - p) / (all - 1);
    middle = taken * p + 0.5;
    width = 1.7155277699214135 * std::sqrt(variance + 0.5) + 0.8989161620588988;
    most =
        std::min(std::min(taken, fewer) + 1, std::floor(middle + 16 * std::sqrt(variance + 0.5)));
    log_of_mode = log_weight(std::floor((taken + 1) * (fewer + 1) / (all + 2)));
  }
  std::int64_t operator()(Stream& stream) const {
    double found = taken <= 10 ? one_by_one(stream) : by_ratio(stream);
    if (good > all - good) found = taken - found;
    if (sample > all - sample) found = good - found;
    return static_cast<std::int64_t>(found);
  }

 private:
  [[nodiscard]] double one_by_one(Stream& stream) const {
    double found = 0;
    for (double left = all; left > all - taken; --left) {
      const auto place = bounded(stream, static_cast<std::uint64_t>(left) - 1);
      if (static_cast<double>(place) < fewer - found) ++found;
    }
    return found;
  }
  [[nodiscard]] double by_ratio(Stream& stream) const {
    while (true) {
      const double u = open_unit(stream);
      const double x = middle + width * (open_unit(stream) - 0.5) / u;
      if (!(x >= 0 && x < most)) continue;
      const double count = std::floor(x);
      if (2 * std::log(u) <= log_weight(count) - log_of_mode) return count;
    }
  }
  // The logarithm of the probability, but for a constant.
  [[nodiscard]] double log_weight(double count) const {
    return -(log_factorial(count) + log_factorial(fewer - count) + log_factorial(taken - count) +
             log_factorial(all - fewer - taken + count));
  }
  // std::lgamma isn't safe in threads. Stirling's series, with what is small multiplied out.
  static double log_factorial(double n) {
    double product = 1;
    double x = n + 1;
    for (; x < 10; ++x) product *= x;
    const double inverse = 1 / (x * x);
    const double series =
        (1.0 / 12 - inverse * (1.0 / 360 - inverse * (1.0 / 1260 - inverse / 1680))) / x;
    return (x - 0.5) * std::log(x) - x + 0.9189385332046727 + series - std::log(product);
  }

  double good, all, sample;
  double fewer, taken;  // the same problem with the smaller counts
  double middle, width, most, log_of_mode;
};

// Kemp, "Efficient generation of logarithmically distributed pseudo-random variables".
struct Logseries {
  using Result = std::int64_t;
  static constexpr const char* name = "logseries";
  static constexpr std::size_t parameters = 1;
  static const char* refusal(const Parameters<1>& given) {
    return given[0] >= 0 && given[0] < 1 ? nullptr : "takes 0 ≤ p < 1";
  }
  explicit Logseries(const Parameters<1>& given) : p(given[0]), log_failure(std::log1p(-p)) {}
  std::int64_t operator()(Stream& stream) const {
    const double v = open_unit(stream);
    if (v >= p) return 1;
    const double q = -std::expm1(log_failure * open_unit(stream));
    if (v <= q * q) return count_of(std::floor(1 + std::log(v) / std::log(q)));
    return v >= q ? 1 : 2;
  }
  double p, log_failure;
};

struct NegativeBinomial {
  using Result = std::int64_t;
  static constexpr const char* name = "negative_binomial";
  static constexpr std::size_t parameters = 2;
  static const char* refusal(const Parameters<2>& given) {
    const bool fits = given[0] > 0 && given[1] > 0 && given[1] <= 1;
    if (!fits) return "takes n > 0 and 0 < p ≤ 1";
    const double mean = given[0] * (1 - given[1]) / given[1];
    return mean < most_poisson_mean / 1e3 ? nullptr : "takes no p so small: counts might not fit";
  }
  explicit NegativeBinomial(const Parameters<2>& given)
      : n(given[0]), odds((1 - given[1]) / given[1]) {}
  std::int64_t operator()(Stream& stream) const {
    const double mean = odds * standard_gamma_of(stream, n);
    return poisson_of(stream, std::min(mean, most_poisson_mean));
  }
  double n, odds;
};

struct Poisson {
  using Result = std::int64_t;
  static constexpr const char* name = "poisson";
  static constexpr std::size_t parameters = 1;
  static const char* refusal(const Parameters<1>& given) {
    return given[0] >= 0 && given[0] < most_poisson_mean ? nullptr : "takes 0 ≤ lam < 9.2e18";
  }
  explicit Poisson(const Parameters<1>& given) : mean(given[0]) {}
  std::int64_t operator()(Stream& stream) const { return poisson_of(stream, mean); }
  double mean;
};

// Devroye, "Non-uniform random variate generation", chapter X.6. For an a near 1 most candidates
// would be past int64: there none such is made.
struct Zipf {
  using Result = std::int64_t;
  static constexpr const char* name = "zipf";
  static constexpr std::size_t parameters = 1;
  static const char* refusal(const Parameters<1>& given) {
    return given[0] > 1 ? nullptr : "takes a > 1";
  }
  explicit Zipf(const Parameters<1>& given)
      : more(given[0] - 1),
        fitting(-std::expm1(-more * 63 * std::numbers::ln2)),
        rise_to_two(std::expm1(more * std::numbers::ln2)) {}
  std::int64_t operator()(Stream& stream) const {
    if (more >= 1024) return 1;
    while (true) {
      const double x = std::floor(candidate(open_unit(stream)));
      const double v = open_unit(stream);
      if (!(x >= 1 && x < 0x1p63)) continue;
      const double rise = std::expm1(more * std::log1p(1 / x));
      if (v * x * rise / rise_to_two <= (1 + rise) / (1 + rise_to_two)) {
        return static_cast<std::int64_t>(x);
      }
    }
  }

 private:
  [[nodiscard]] double candidate(double u) const {
    if (fitting > 0.5) return std::pow(u, -1 / more);
    return std::exp(-std::log1p(-fitting * u) / more);
  }
  double more;         // a - 1
  double fitting;      // the part of candidates that fit
  double rise_to_two;  // 2^more - 1
};

}  // namespace

Array binomial(const Array& n, const Array& p, const Size& size, Generator& from) {
  return drawn<Binomial>({n, p}, size, from);
}
Array geometric(const Array& p, const Size& size, Generator& from) {
  return drawn<Geometric>({p}, size, from);
}
Array hypergeometric(const Array& ngood, const Array& nbad, const Array& nsample, const Size& size,
                     Generator& from) {
  return drawn<Hypergeometric>({ngood, nbad, nsample}, size, from);
}
Array logseries(const Array& p, const Size& size, Generator& from) {
  return drawn<Logseries>({p}, size, from);
}
Array negative_binomial(const Array& n, const Array& p, const Size& size, Generator& from) {
  return drawn<NegativeBinomial>({n, p}, size, from);
}
Array poisson(const Array& lam, const Size& size, Generator& from) {
  return drawn<Poisson>({lam}, size, from);
}
Array zipf(const Array& a, const Size& size, Generator& from) {
  return drawn<Zipf>({a}, size, from);
}

}  // namespace sheaf::np::random
