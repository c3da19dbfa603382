// SPDX-License-Identifier: MIT
#pragma once
// Nodes whose elements a sampler draws, each from a stream of its own.
//
//   struct Uniform {
//     using Result = double;
//     static constexpr const char* name = "uniform";
//     static constexpr std::size_t parameters = 2;
//     static const char* refusal(const Parameters<2>& given);   // why not, or null; NaN may pass
//     explicit Uniform(const Parameters<2>& given);             // once for equal parameters
//     double operator()(Stream& stream) const;                  // keeps nothing for the next one
//   };
//   return drawn<Uniform>({low, high}, size, from);
//
// Model: an element of which a parameter is NaN, and isn't refused, is NaN.
// Failure: Error (Invalid) that names the function.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/array/engine/box.hpp"
#include "core/array/random.hpp"
#include "core/array/random/philox.hpp"

namespace sheaf::np::random {

template <std::size_t N>
using Parameters = std::array<double, N>;

[[noreturn]] void refuse(const std::string& name, const std::string& why);
// That of the result. Throws Error where the parameters don't fit it.
[[nodiscard]] Shape drawn_shape(const std::string& name, const std::vector<Array>& parameters,
                                const Size& size);
// Converted and broadcast; one element stays one.
[[nodiscard]] std::vector<NodePtr> drawn_inputs(const std::string& name,
                                                const std::vector<Array>& parameters, Dtype dtype,
                                                const Shape& shape);
[[nodiscard]] Pass::BufferPtr block_of(const NodePtr& input, const Box& box, Pass& pass);

// Calls each(place in the box, place in the array) for all elements of the box.
template <class Each>
void for_each_place(const Shape& shape, const Box& box, Each each) {
  for_each_row_of(box, shape, [&](std::int64_t element, std::int64_t at, std::int64_t count) {
    for (std::int64_t step = 0; step < count; ++step) each(at + step, element + step);
  });
}

template <class Sampler>
class Drawn : public Node {
 public:
  static constexpr std::size_t N = Sampler::parameters;
  using Result = typename Sampler::Result;

  Drawn(const char* name, const State& key, Shape shape, std::vector<NodePtr> inputs)
      : Node(std::is_same_v<Result, double> ? float64 : int64, std::move(shape)),
        name_(name),
        key_(key),
        inputs_(std::move(inputs)) {}

  void read(const Box& box, Buffer& out, Pass& pass) const override {
    out.reset(dtype(), box.size());
    std::array<Pass::BufferPtr, N> blocks;
    std::array<std::int64_t, N> steps{};
    for (std::size_t at = 0; at < N; ++at) {
      blocks[at] = block_of(inputs_[at], box, pass);
      steps[at] = inputs_[at]->size() == 1 ? 0 : 1;
    }
    Stream stream(key_);
    std::optional<Sampler> sampler;
    Parameters<N> last{};
    bool are_numbers = true;
    for_each_place(shape(), box, [&](std::int64_t at, std::int64_t element) {
      Parameters<N> given;
      for (std::size_t i = 0; i < N; ++i)
        given[i] = blocks[i]->template as<double>()[at * steps[i]];
      if (!sampler || given != last) {
        if (const char* why = Sampler::refusal(given)) refuse(name_, why);
        are_numbers = std::ranges::none_of(given, [](double one) { return std::isnan(one); });
        sampler.emplace(given);
        last = given;
      }
      stream.start(static_cast<std::uint64_t>(element));
      out.as<Result>()[at] =
          are_numbers ? (*sampler)(stream) : std::numeric_limits<Result>::quiet_NaN();
    });
  }
  [[nodiscard]] std::vector<NodePtr> inputs() const override { return inputs_; }
  [[nodiscard]] bool is_elementwise() const noexcept override { return true; }

 private:
  const char* name_;
  State key_;
  std::vector<NodePtr> inputs_;
};

// `name`: of a function that another one's sampler draws for.
template <class Sampler>
Array drawn(const std::vector<Array>& parameters, const Size& size, Generator& from,
            const char* name = Sampler::name) {
  Parameters<Sampler::parameters> numbers{};
  bool are_known = true;
  for (std::size_t at = 0; at < parameters.size(); ++at) {
    are_known = are_known && parameters[at].node()->constant() != nullptr;
    if (are_known) numbers[at] = parameters[at].astype(float64).template item<double>();
  }
  if (are_known) {
    if (const char* why = Sampler::refusal(numbers)) refuse(name, why);
  }
  const Shape shape = drawn_shape(name, parameters, size);
  std::vector<NodePtr> inputs = drawn_inputs(name, parameters, float64, shape);
  return Array(std::make_shared<Drawn<Sampler>>(name, from.next_call(), shape, std::move(inputs)));
}

}  // namespace sheaf::np::random
