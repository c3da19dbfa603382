// SPDX-License-Identifier: MIT
// Random arrays, by name. All take `seed` too: the same numbers at each evaluation.
#include "core/array/random.hpp"

#include "core/array/script/argument.hpp"

namespace sheaf::np::script {
namespace {

using random::Generator;
using random::Size;
using DrawArrays = std::vector<Array>;
using Draw = Array (*)(const DrawArrays& parameters, const Size& size, Generator& from);

struct DrawParameter {
  const char* name;
  std::optional<double> otherwise{};
};

Size drawn_size(const Arguments& in, std::size_t place) {
  if (!in.has(place, "size")) return {};
  return in.shape(place, "size");
}

std::uint64_t seed_of(const Arguments& in, std::size_t place, const char* name) {
  return static_cast<std::uint64_t>(in.integer(place, name));
}

// Calls `draw` with the generator that the arguments ask for.
template <class F>
Argument with_generator(const Arguments& in, F draw) {
  if (!in.has(by_name, "seed")) return Argument(draw(random::global()));
  Generator own(seed_of(in, by_name, "seed"));
  return Argument(draw(own));
}

void add_draw(Functions& all, const std::string& name, std::vector<DrawParameter> parameters,
              Draw draw) {
  all["random." + name] = [parameters = std::move(parameters), draw](const Arguments& in) {
    std::vector<std::string> names;
    for (const DrawParameter& one : parameters) names.emplace_back(one.name);
    names.insert(names.end(), {"size", "seed"});
    in.allow(names, parameters.size() + 1);
    DrawArrays given;
    for (std::size_t at = 0; at < parameters.size(); ++at) {
      const auto& [parameter, otherwise] = parameters[at];
      const bool is_left_out = otherwise && in.find(at, parameter) == nullptr;
      given.push_back(is_left_out ? Array(*otherwise) : in.array(at, parameter));
    }
    const Size size = drawn_size(in, parameters.size());
    return with_generator(in, [&](Generator& from) { return draw(given, size, from); });
  };
}

template <auto F>
Array draw_of_none(const DrawArrays&, const Size& size, Generator& from) {
  return F(size, from);
}
template <auto F>
Array draw_of_one(const DrawArrays& in, const Size& size, Generator& from) {
  return F(in[0], size, from);
}
template <auto F>
Array draw_of_two(const DrawArrays& in, const Size& size, Generator& from) {
  return F(in[0], in[1], size, from);
}
template <auto F>
Array draw_of_three(const DrawArrays& in, const Size& size, Generator& from) {
  return F(in[0], in[1], in[2], size, from);
}

void add_continuous_draws(Functions& all) {
  add_draw(all, "random", {}, draw_of_none<random::random>);
  add_draw(all, "random_sample", {}, draw_of_none<random::random_sample>);
  add_draw(all, "uniform", {{"low", 0.0}, {"high", 1.0}}, draw_of_two<random::uniform>);
  add_draw(all, "beta", {{"a"}, {"b"}}, draw_of_two<random::beta>);
  add_draw(all, "chisquare", {{"df"}}, draw_of_one<random::chisquare>);
  add_draw(all, "exponential", {{"scale", 1.0}}, draw_of_one<random::exponential>);
  add_draw(all, "f", {{"dfnum"}, {"dfden"}}, draw_of_two<random::f>);
  add_draw(all, "gamma", {{"shape"}, {"scale", 1.0}}, draw_of_two<random::gamma>);
  add_draw(all, "gumbel", {{"loc", 0.0}, {"scale", 1.0}}, draw_of_two<random::gumbel>);
  add_draw(all, "laplace", {{"loc", 0.0}, {"scale", 1.0}}, draw_of_two<random::laplace>);
  add_draw(all, "logistic", {{"loc", 0.0}, {"scale", 1.0}}, draw_of_two<random::logistic>);
  add_draw(all, "lognormal", {{"mean", 0.0}, {"sigma", 1.0}}, draw_of_two<random::lognormal>);
  add_draw(all, "noncentral_chisquare", {{"df"}, {"nonc"}},
           draw_of_two<random::noncentral_chisquare>);
  add_draw(all, "noncentral_f", {{"dfnum"}, {"dfden"}, {"nonc"}},
           draw_of_three<random::noncentral_f>);
  add_draw(all, "normal", {{"loc", 0.0}, {"scale", 1.0}}, draw_of_two<random::normal>);
  add_draw(all, "pareto", {{"a"}}, draw_of_one<random::pareto>);
  add_draw(all, "power", {{"a"}}, draw_of_one<random::power>);
  add_draw(all, "rayleigh", {{"scale", 1.0}}, draw_of_one<random::rayleigh>);
  add_draw(all, "standard_cauchy", {}, draw_of_none<random::standard_cauchy>);
  add_draw(all, "standard_exponential", {}, draw_of_none<random::standard_exponential>);
  add_draw(all, "standard_gamma", {{"shape"}}, draw_of_one<random::standard_gamma>);
  add_draw(all, "standard_normal", {}, draw_of_none<random::standard_normal>);
  add_draw(all, "standard_t", {{"df"}}, draw_of_one<random::standard_t>);
  add_draw(all, "triangular", {{"left"}, {"mode"}, {"right"}}, draw_of_three<random::triangular>);
  add_draw(all, "vonmises", {{"mu"}, {"kappa"}}, draw_of_two<random::vonmises>);
  add_draw(all, "wald", {{"mean"}, {"scale"}}, draw_of_two<random::wald>);
  add_draw(all, "weibull", {{"a"}}, draw_of_one<random::weibull>);
}

void add_count_draws(Functions& all) {
  add_draw(all, "binomial", {{"n"}, {"p"}}, draw_of_two<random::binomial>);
  add_draw(all, "geometric", {{"p"}}, draw_of_one<random::geometric>);
  add_draw(all, "hypergeometric", {{"ngood"}, {"nbad"}, {"nsample"}},
           draw_of_three<random::hypergeometric>);
  add_draw(all, "logseries", {{"p"}}, draw_of_one<random::logseries>);
  add_draw(all, "negative_binomial", {{"n"}, {"p"}}, draw_of_two<random::negative_binomial>);
  add_draw(all, "poisson", {{"lam", 1.0}}, draw_of_one<random::poisson>);
  add_draw(all, "zipf", {{"a"}}, draw_of_one<random::zipf>);
  add_draw(all, "dirichlet", {{"alpha"}}, draw_of_one<random::dirichlet>);
  add_draw(all, "multivariate_normal", {{"mean"}, {"cov"}},
           draw_of_two<random::multivariate_normal>);
  add_draw(all, "multinomial", {{"n"}, {"pvals"}},
           [](const DrawArrays& in, const Size& size, Generator& from) {
             return random::multinomial(in[0].item<std::int64_t>(), in[1], size, from);
           });
}

Argument draw_integers(const Arguments& in) {
  in.allow({"low", "high", "size", "dtype", "endpoint", "seed"}, 5);
  const std::optional<Array> high = in.array_if(1, "high");
  const random::Integers how{in.dtype(3, "dtype").value_or(int64), in.flag(4, "endpoint", false)};
  return with_generator(in, [&](Generator& from) {
    return random::integers(in.array(0, "low"), high, drawn_size(in, 2), how, from);
  });
}

Argument draw_randint(const Arguments& in) {
  in.allow({"low", "high", "size", "dtype", "seed"}, 4);
  const std::optional<Array> high = in.array_if(1, "high");
  return with_generator(in, [&](Generator& from) {
    return random::randint(in.array(0, "low"), high, drawn_size(in, 2),
                           in.dtype(3, "dtype").value_or(int64), from);
  });
}

Argument draw_closed_integers(const Arguments& in) {
  in.allow({"low", "high", "size", "seed"}, 3);
  const std::optional<Array> high = in.array_if(1, "high");
  return with_generator(in, [&](Generator& from) {
    return random::random_integers(in.array(0, "low"), high, drawn_size(in, 2), from);
  });
}

// rand(2, 3), randn(2, 3).
template <auto F>
Argument draw_of_extents(const Arguments& in) {
  in.allow_more({"seed"}, 0);
  Shape shape;
  for (std::size_t at = 0; at < in.count(); ++at) shape.push_back(in.integer(at, "d"));
  return with_generator(in, [&](Generator& from) { return F(Size(shape), from); });
}

Argument draw_choice(const Arguments& in) {
  in.allow({"a", "size", "replace", "p", "seed"}, 4);
  const random::Choice how{in.flag(2, "replace", true), in.array_if(3, "p")};
  return with_generator(in, [&](Generator& from) {
    return random::choice(in.array(0, "a"), drawn_size(in, 1), how, from);
  });
}

void add_generator_states(Functions& all) {
  all["random.seed"] = [](const Arguments& in) -> Argument {
    in.allow({"seed"});
    random::seed(seed_of(in, 0, "seed"));
    return objects::none;
  };
  all["random.get_state"] = [](const Arguments& in) -> Argument {
    in.allow({});
    const random::State state = random::get_state();
    return Array(std::vector<std::uint64_t>{state.seed, state.calls});
  };
  all["random.set_state"] = [](const Arguments& in) -> Argument {
    in.allow({"state"});
    const Array state = in.array(0, "state");
    if (state.shape() != Shape{2}) in.refuse("state", "isn't what get_state() gives");
    random::set_state({state[0].item<std::uint64_t>(), state[1].item<std::uint64_t>()});
    return objects::none;
  };
}

}  // namespace

void add_random(Functions& all) {
  add_continuous_draws(all);
  add_count_draws(all);
  add_generator_states(all);
  all["random.integers"] = draw_integers;
  all["random.randint"] = draw_randint;
  all["random.random_integers"] = draw_closed_integers;
  all["random.rand"] = draw_of_extents<random::random>;
  all["random.randn"] = draw_of_extents<random::standard_normal>;
  all["random.choice"] = draw_choice;
  all["random.permutation"] = [](const Arguments& in) -> Argument {
    in.allow({"x", "seed"}, 1);
    return with_generator(
        in, [&](Generator& from) { return random::permutation(in.array(0, "x"), from); });
  };
  all["random.shuffle"] = [](const Arguments& in) -> Argument {
    in.allow({"x", "seed"}, 1);
    const Array x = in.array(0, "x");
    (void)with_generator(in, [&](Generator& from) {
      random::shuffle(x, from);
      return x;
    });
    return objects::none;
  };
  all["random.bytes"] = [](const Arguments& in) -> Argument {
    in.allow({"length", "seed"}, 1);
    return with_generator(
        in, [&](Generator& from) { return random::bytes(in.integer(0, "length"), from); });
  };
}

}  // namespace sheaf::np::script
