// SPDX-License-Identifier: MIT
// Continuous distributions. Those with a simple inverse of their distribution function take it.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/array/random.hpp"
#include "core/array/random/drawn.hpp"
#include "core/array/random/samplers.hpp"

namespace sheaf::np::random {
namespace {

using std::numbers::pi;
using One = Parameters<1>;
using Two = Parameters<2>;
using Three = Parameters<3>;

constexpr const char* not_positive = "takes parameters > 0";
constexpr const char* not_scale = "takes a scale ≥ 0";

// NaN is let through, as by NumPy: what isn't right is asked for.
const char* positive(double one) { return one <= 0 ? not_positive : nullptr; }
const char* positive(double one, double other) {
  return one <= 0 || other <= 0 ? not_positive : nullptr;
}

struct OfOne {
  using Result = double;
  static constexpr std::size_t parameters = 1;
  static const char* refusal(const One& given) { return positive(given[0]); }
  explicit OfOne(const One& given) : a(given[0]) {}
  double a;
};
struct OfTwo {
  using Result = double;
  static constexpr std::size_t parameters = 2;
  static const char* refusal(const Two& given) { return positive(given[0], given[1]); }
  explicit OfTwo(const Two& given) : a(given[0]), b(given[1]) {}
  double a, b;
};
struct Placed : OfTwo {
  using OfTwo::OfTwo;
  static const char* refusal(const Two& given) { return given[1] < 0 ? not_scale : nullptr; }
};
struct Scaled : OfOne {
  using OfOne::OfOne;
  static const char* refusal(const One& given) { return given[0] < 0 ? not_scale : nullptr; }
};

struct Beta : OfTwo {
  using OfTwo::OfTwo;
  static constexpr const char* name = "beta";
  double operator()(Stream& stream) const {
    const double x = log_gamma_of(stream, a);
    const double y = log_gamma_of(stream, b);
    return 1 / (1 + std::exp(y - x));
  }
};

struct Chisquare : OfOne {
  using OfOne::OfOne;
  static constexpr const char* name = "chisquare";
  double operator()(Stream& stream) const { return chisquare_of(stream, a); }
};

struct Exponential : Scaled {
  using Scaled::Scaled;
  static constexpr const char* name = "exponential";
  double operator()(Stream& stream) const { return a * standard_exponential_of(stream); }
};

struct F : OfTwo {
  using OfTwo::OfTwo;
  static constexpr const char* name = "f";
  double operator()(Stream& stream) const {
    const double above = chisquare_of(stream, a) / a;
    return above / (chisquare_of(stream, b) / b);
  }
};

struct Gamma : OfTwo {
  using OfTwo::OfTwo;
  static constexpr const char* name = "gamma";
  static const char* refusal(const Two& given) {
    return given[0] < 0 || given[1] < 0 ? "takes a shape and a scale ≥ 0" : nullptr;
  }
  double operator()(Stream& stream) const { return b * standard_gamma_of(stream, a); }
};

struct StandardGamma : OfOne {
  using OfOne::OfOne;
  static constexpr const char* name = "standard_gamma";
  static const char* refusal(const One& given) {
    return given[0] < 0 ? "takes a shape ≥ 0" : nullptr;
  }
  double operator()(Stream& stream) const { return standard_gamma_of(stream, a); }
};

struct Gumbel : Placed {
  using Placed::Placed;
  static constexpr const char* name = "gumbel";
  double operator()(Stream& stream) const { return a - b * std::log(-std::log(open_unit(stream))); }
};

struct Laplace : Placed {
  using Placed::Placed;
  static constexpr const char* name = "laplace";
  double operator()(Stream& stream) const {
    const double u = open_unit(stream);
    return u < 0.5 ? a + b * std::log(2 * u) : a - b * std::log(2 - 2 * u);
  }
};

struct Logistic : Placed {
  using Placed::Placed;
  static constexpr const char* name = "logistic";
  double operator()(Stream& stream) const {
    const double u = open_unit(stream);
    return a + b * std::log(u / (1 - u));
  }
};

struct Lognormal : Placed {
  using Placed::Placed;
  static constexpr const char* name = "lognormal";
  double operator()(Stream& stream) const { return std::exp(a + b * standard_normal_of(stream)); }
};

struct NoncentralChisquare : OfTwo {
  using OfTwo::OfTwo;
  static constexpr const char* name = "noncentral_chisquare";
  static const char* refusal(const Two& given) {
    if (given[0] <= 0 || given[1] < 0) return "takes df > 0 and nonc ≥ 0";
    const bool fits = given[0] > 1 || !(given[1] >= most_poisson_mean);
    return fits ? nullptr : "takes nonc < 9.2e18 where df ≤ 1";
  }
  double operator()(Stream& stream) const { return noncentral_chisquare_of(stream, a, b); }
};

struct NoncentralF {
  using Result = double;
  static constexpr const char* name = "noncentral_f";
  static constexpr std::size_t parameters = 3;
  static const char* refusal(const Three& given) {
    if (given[0] <= 0 || given[1] <= 0 || given[2] < 0) {
      return "takes dfnum > 0, dfden > 0 and nonc ≥ 0";
    }
    const bool fits = given[0] > 1 || !(given[2] >= most_poisson_mean);
    return fits ? nullptr : "takes nonc < 9.2e18 where dfnum ≤ 1";
  }
  explicit NoncentralF(const Three& given) : by(given) {}
  double operator()(Stream& stream) const {
    const double above = noncentral_chisquare_of(stream, by[0], by[2]) / by[0];
    return above / (chisquare_of(stream, by[1]) / by[1]);
  }
  Three by;
};

struct Normal : Placed {
  using Placed::Placed;
  static constexpr const char* name = "normal";
  double operator()(Stream& stream) const { return a + b * standard_normal_of(stream); }
};

struct Pareto : OfOne {
  using OfOne::OfOne;
  static constexpr const char* name = "pareto";
  double operator()(Stream& stream) const {
    return std::expm1(standard_exponential_of(stream) / a);
  }
};

struct Power : OfOne {
  using OfOne::OfOne;
  static constexpr const char* name = "power";
  double operator()(Stream& stream) const { return std::pow(open_unit(stream), 1 / a); }
};

struct Rayleigh : Scaled {
  using Scaled::Scaled;
  static constexpr const char* name = "rayleigh";
  double operator()(Stream& stream) const {
    return a * std::sqrt(2 * standard_exponential_of(stream));
  }
};

struct Cauchy {
  using Result = double;
  static constexpr const char* name = "standard_cauchy";
  static constexpr std::size_t parameters = 0;
  static const char* refusal(const Parameters<0>&) { return nullptr; }
  explicit Cauchy(const Parameters<0>&) {}
  double operator()(Stream& stream) const { return std::tan(pi * (open_unit(stream) - 0.5)); }
};

struct StudentT : OfOne {
  using OfOne::OfOne;
  static constexpr const char* name = "standard_t";
  double operator()(Stream& stream) const {
    const double above = standard_normal_of(stream);
    return above / std::sqrt(chisquare_of(stream, a) / a);
  }
};

struct Triangular {
  using Result = double;
  static constexpr const char* name = "triangular";
  static constexpr std::size_t parameters = 3;
  static const char* refusal(const Three& given) {
    const bool fails = given[0] > given[1] || given[1] > given[2] || given[0] >= given[2];
    return fails ? "takes left ≤ mode ≤ right, and left < right" : nullptr;
  }
  explicit Triangular(const Three& given)
      : left(given[0]), mode(given[1]), right(given[2]), at_mode((mode - left) / (right - left)) {}
  double operator()(Stream& stream) const {
    const double u = unit(stream);
    const double width = right - left;
    return u < at_mode ? left + std::sqrt(u * width * (mode - left))
                       : right - std::sqrt((1 - u) * width * (right - mode));
  }
  double left, mode, right, at_mode;
};

// Best and Fisher, "Efficient simulation of the von Mises distribution".
struct VonMises : OfTwo {
  static constexpr const char* name = "vonmises";
  static const char* refusal(const Two& given) {
    if (std::isinf(given[0])) return "takes a finite mu";
    return given[1] < 0 ? "takes kappa ≥ 0" : nullptr;
  }
  explicit VonMises(const Two& given) : OfTwo(given) {
    const double t = 1 + std::sqrt(1 + 4 * b * b);
    const double p = (t - std::sqrt(2 * t)) / (2 * b);
    r = b < 1e-5 ? 1 / b + b : (1 + p * p) / (2 * p);
  }
  double operator()(Stream& stream) const {
    if (b < 1e-8) return pi * (2 * unit(stream) - 1);
    if (b > 1e6) return within(a + standard_normal_of(stream) / std::sqrt(b));
    while (true) {
      const double z = std::cos(pi * unit(stream));
      const double w = (1 + r * z) / (r + z);
      const double y = b * (r - w);
      const double v = open_unit(stream);
      if (y * (2 - y) < v && std::log(y / v) + 1 < y) continue;
      const double angle = std::acos(std::clamp(w, -1.0, 1.0));
      return within(a + (unit(stream) < 0.5 ? -angle : angle));
    }
  }
  static double within(double angle) { return std::remainder(angle, 2 * pi); }
  double r;
};

// Michael, Schucany and Haas, "Generating random variates using transformations with multiple
// roots".
struct Wald : OfTwo {
  using OfTwo::OfTwo;
  static constexpr const char* name = "wald";
  double operator()(Stream& stream) const {
    const double normal = standard_normal_of(stream);
    const double y = a * normal * normal;
    // The smaller root, without the difference of near numbers.
    const double root = a * (2 * b) / (2 * b + y + std::sqrt(y * (4 * b + y)));
    return unit(stream) * (a + root) <= a ? root : a * (a / root);
  }
};

struct Weibull : Scaled {
  using Scaled::Scaled;
  static constexpr const char* name = "weibull";
  double operator()(Stream& stream) const {
    return a == 0 ? 0 : std::pow(standard_exponential_of(stream), 1 / a);
  }
};

}  // namespace

Array beta(const Array& a, const Array& b, const Size& size, Generator& from) {
  return drawn<Beta>({a, b}, size, from);
}
Array chisquare(const Array& df, const Size& size, Generator& from) {
  return drawn<Chisquare>({df}, size, from);
}
Array exponential(const Array& scale, const Size& size, Generator& from) {
  return drawn<Exponential>({scale}, size, from);
}
Array f(const Array& dfnum, const Array& dfden, const Size& size, Generator& from) {
  return drawn<F>({dfnum, dfden}, size, from);
}
Array gamma(const Array& shape, const Array& scale, const Size& size, Generator& from) {
  return drawn<Gamma>({shape, scale}, size, from);
}
Array gumbel(const Array& loc, const Array& scale, const Size& size, Generator& from) {
  return drawn<Gumbel>({loc, scale}, size, from);
}
Array laplace(const Array& loc, const Array& scale, const Size& size, Generator& from) {
  return drawn<Laplace>({loc, scale}, size, from);
}
Array logistic(const Array& loc, const Array& scale, const Size& size, Generator& from) {
  return drawn<Logistic>({loc, scale}, size, from);
}
Array lognormal(const Array& mean, const Array& sigma, const Size& size, Generator& from) {
  return drawn<Lognormal>({mean, sigma}, size, from);
}
Array noncentral_chisquare(const Array& df, const Array& nonc, const Size& size, Generator& from) {
  return drawn<NoncentralChisquare>({df, nonc}, size, from);
}
Array noncentral_f(const Array& dfnum, const Array& dfden, const Array& nonc, const Size& size,
                   Generator& from) {
  return drawn<NoncentralF>({dfnum, dfden, nonc}, size, from);
}
Array normal(const Array& loc, const Array& scale, const Size& size, Generator& from) {
  return drawn<Normal>({loc, scale}, size, from);
}
Array pareto(const Array& a, const Size& size, Generator& from) {
  return drawn<Pareto>({a}, size, from);
}
Array power(const Array& a, const Size& size, Generator& from) {
  return drawn<Power>({a}, size, from);
}
Array rayleigh(const Array& scale, const Size& size, Generator& from) {
  return drawn<Rayleigh>({scale}, size, from);
}
Array standard_cauchy(const Size& size, Generator& from) { return drawn<Cauchy>({}, size, from); }
Array standard_exponential(const Size& size, Generator& from) {
  return drawn<Exponential>({1.0}, size, from, "standard_exponential");
}
Array standard_gamma(const Array& shape, const Size& size, Generator& from) {
  return drawn<StandardGamma>({shape}, size, from);
}
Array standard_normal(const Size& size, Generator& from) {
  return drawn<Normal>({0.0, 1.0}, size, from, "standard_normal");
}
Array standard_t(const Array& df, const Size& size, Generator& from) {
  return drawn<StudentT>({df}, size, from);
}
Array triangular(const Array& left, const Array& mode, const Array& right, const Size& size,
                 Generator& from) {
  return drawn<Triangular>({left, mode, right}, size, from);
}
Array vonmises(const Array& mu, const Array& kappa, const Size& size, Generator& from) {
  return drawn<VonMises>({mu, kappa}, size, from);
}
Array wald(const Array& mean, const Array& scale, const Size& size, Generator& from) {
  return drawn<Wald>({mean, scale}, size, from);
}
Array weibull(const Array& a, const Size& size, Generator& from) {
  return drawn<Weibull>({a}, size, from);
}

}  // namespace sheaf::np::random
