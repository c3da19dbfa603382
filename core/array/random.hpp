// SPDX-License-Identifier: MIT
#pragma once
// Random arrays, by NumPy's names.
//
//   np::random::seed(42);
//   np::store(file["noise"], np::random::normal(0, 1, {1'000'000, 1000}));
//   np::random::Generator from(7);                       a generator of one's own
//   const Array dice = np::random::randint(1, 7, {1000}, int64, from);
//
// Model: lazily. The generator is Philox4x64-10: an element is a function of the generator's seed,
// of the number of the call, and of the element's place in the array; so it is the same for any
// block size, number of threads and selection, and each time it is read. random(), uniform() and
// bytes() are bit by bit what NumPy's Generator(Philox(key=[seed, call])) gives; the others follow
// the same distributions as NumPy's by other numbers. Parameters are arrays, and are broadcast.
// Without a size, an array has the parameters' shape.
// Threads: any; a call takes the generator's next number. Failure: Error (Invalid) that names the
// function and the parameter: at once for numbers, for arrays when they are read.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <utility>

#include "core/array/array.hpp"

namespace sheaf::np::random {

struct State {
  std::uint64_t seed = 0;
  std::uint64_t calls = 0;
  bool operator==(const State&) const = default;
};

class Generator {
 public:
  Generator();  // of the system's entropy
  explicit Generator(std::uint64_t seed) : state_{seed, 0} {}
  [[nodiscard]] State state() const;
  void set_state(const State& state);
  State next_call();  // the state that one call draws from

 private:
  mutable std::mutex mutex_;
  State state_;
};

// What is drawn from unless another generator is given.
[[nodiscard]] Generator& global();
void seed(std::uint64_t seed);
[[nodiscard]] State get_state();
void set_state(const State& state);

// A shape, or none.
struct Size {
  Size() = default;
  Size(Shape extents) : shape(std::move(extents)) {}
  Size(std::initializer_list<std::int64_t> extents) : shape(Shape(extents)) {}
  Size(std::int64_t extent) : shape(Shape{extent}) {}
  std::optional<Shape> shape;
};

// Uniform: of [0, 1), of [low, high).
[[nodiscard]] Array random(const Size& size = {}, Generator& from = global());
[[nodiscard]] Array random_sample(const Size& size = {}, Generator& from = global());
template <std::integral... Extents>
[[nodiscard]] Array rand(Extents... extents) {
  return random(Size(Shape{static_cast<std::int64_t>(extents)...}));
}
[[nodiscard]] Array uniform(const Array& low = 0.0, const Array& high = 1.0, const Size& size = {},
                            Generator& from = global());
[[nodiscard]] Array bytes(std::int64_t length, Generator& from = global());  // uint8
// Integers of [low, high), with `endpoint` of [low, high]; of [0, low) where high isn't given.
struct Integers {
  Dtype dtype = int64;
  bool endpoint = false;
};
[[nodiscard]] Array integers(const Array& low, const std::optional<Array>& high = {},
                             const Size& size = {}, const Integers& how = {},
                             Generator& from = global());
[[nodiscard]] Array randint(const Array& low, const std::optional<Array>& high = {},
                            const Size& size = {}, Dtype dtype = int64, Generator& from = global());
// Of [low, high], of [1, low].
[[nodiscard]] Array random_integers(const Array& low, const std::optional<Array>& high = {},
                                    const Size& size = {}, Generator& from = global());

// Continuous distributions: float64. An element of which a parameter is NaN is NaN.
[[nodiscard]] Array beta(const Array& a, const Array& b, const Size& size = {},
                         Generator& from = global());
[[nodiscard]] Array chisquare(const Array& df, const Size& size = {}, Generator& from = global());
[[nodiscard]] Array exponential(const Array& scale = 1.0, const Size& size = {},
                                Generator& from = global());
[[nodiscard]] Array f(const Array& dfnum, const Array& dfden, const Size& size = {},
                      Generator& from = global());
[[nodiscard]] Array gamma(const Array& shape, const Array& scale = 1.0, const Size& size = {},
                          Generator& from = global());
[[nodiscard]] Array gumbel(const Array& loc = 0.0, const Array& scale = 1.0, const Size& size = {},
                           Generator& from = global());
[[nodiscard]] Array laplace(const Array& loc = 0.0, const Array& scale = 1.0, const Size& size = {},
                            Generator& from = global());
[[nodiscard]] Array logistic(const Array& loc = 0.0, const Array& scale = 1.0,
                             const Size& size = {}, Generator& from = global());
[[nodiscard]] Array lognormal(const Array& mean = 0.0, const Array& sigma = 1.0,
                              const Size& size = {}, Generator& from = global());
[[nodiscard]] Array noncentral_chisquare(const Array& df, const Array& nonc, const Size& size = {},
                                         Generator& from = global());
[[nodiscard]] Array noncentral_f(const Array& dfnum, const Array& dfden, const Array& nonc,
                                 const Size& size = {}, Generator& from = global());
[[nodiscard]] Array normal(const Array& loc = 0.0, const Array& scale = 1.0, const Size& size = {},
                           Generator& from = global());
[[nodiscard]] Array pareto(const Array& a, const Size& size = {}, Generator& from = global());
[[nodiscard]] Array power(const Array& a, const Size& size = {}, Generator& from = global());
template <std::integral... Extents>
[[nodiscard]] Array randn(Extents... extents) {
  return normal(0.0, 1.0, Size(Shape{static_cast<std::int64_t>(extents)...}));
}
[[nodiscard]] Array rayleigh(const Array& scale = 1.0, const Size& size = {},
                             Generator& from = global());
[[nodiscard]] Array standard_cauchy(const Size& size = {}, Generator& from = global());
[[nodiscard]] Array standard_exponential(const Size& size = {}, Generator& from = global());
[[nodiscard]] Array standard_gamma(const Array& shape, const Size& size = {},
                                   Generator& from = global());
[[nodiscard]] Array standard_normal(const Size& size = {}, Generator& from = global());
[[nodiscard]] Array standard_t(const Array& df, const Size& size = {}, Generator& from = global());
[[nodiscard]] Array triangular(const Array& left, const Array& mode, const Array& right,
                               const Size& size = {}, Generator& from = global());
[[nodiscard]] Array vonmises(const Array& mu, const Array& kappa, const Size& size = {},
                             Generator& from = global());
[[nodiscard]] Array wald(const Array& mean, const Array& scale, const Size& size = {},
                         Generator& from = global());
[[nodiscard]] Array weibull(const Array& a, const Size& size = {}, Generator& from = global());

// Counts: int64.
[[nodiscard]] Array binomial(const Array& n, const Array& p, const Size& size = {},
                             Generator& from = global());
[[nodiscard]] Array geometric(const Array& p, const Size& size = {}, Generator& from = global());
[[nodiscard]] Array hypergeometric(const Array& ngood, const Array& nbad, const Array& nsample,
                                   const Size& size = {}, Generator& from = global());
[[nodiscard]] Array logseries(const Array& p, const Size& size = {}, Generator& from = global());
[[nodiscard]] Array negative_binomial(const Array& n, const Array& p, const Size& size = {},
                                      Generator& from = global());
[[nodiscard]] Array poisson(const Array& lam = 1.0, const Size& size = {},
                            Generator& from = global());
[[nodiscard]] Array zipf(const Array& a, const Size& size = {}, Generator& from = global());

// Vectors, along a last axis of their own.
[[nodiscard]] Array dirichlet(const Array& alpha, const Size& size = {},
                              Generator& from = global());
[[nodiscard]] Array multinomial(std::int64_t n, const Array& pvals, const Size& size = {},
                                Generator& from = global());
[[nodiscard]] Array multivariate_normal(const Array& mean, const Array& cov, const Size& size = {},
                                        Generator& from = global());

// The numbers 0 … n-1 in random order: computed from the place, and never in memory as a whole.
[[nodiscard]] Array permutation(std::int64_t n, Generator& from = global());
// Rows of the first axis in random order. shuffle() writes them; once it has begun to write, it no
// longer looks at Options::stop.
[[nodiscard]] Array permutation(const Array& x, Generator& from = global());
void shuffle(const Array& x, Generator& from = global());
struct Choice {
  bool replace = true;
  std::optional<Array> p{};  // the probability of each; they add up to 1
};
// Of 0 … a-1, or of the elements of a one-dimensional array.
[[nodiscard]] Array choice(std::int64_t a, const Size& size = {}, const Choice& how = {},
                           Generator& from = global());
[[nodiscard]] Array choice(const Array& a, const Size& size = {}, const Choice& how = {},
                           Generator& from = global());

}  // namespace sheaf::np::random
