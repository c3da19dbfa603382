// SPDX-License-Identifier: MIT
#pragma once
// Between which elements a quantile lies, by NumPy's methods.
//
// Model: a Place has two ranks and a share between them; what it gives is an element, a number
// between two, or a median. Failure: Error for a method that isn't known.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "core/array/engine/lanes.hpp"

namespace sheaf::np {

struct Place {
  std::int64_t low = 0;
  std::int64_t high = 0;
  double gamma = 0;
};

enum class Gives { Element, Between, Middle };  // of the input's dtype, float64, a median

struct Method {
  Gives gives = Gives::Between;
  std::string name = "linear";

  // Of so many elements, at least one.
  [[nodiscard]] Place place(std::int64_t count, double q) const;
  // The rank of an element; negative for the first one, too.
  [[nodiscard]] double element(double count, double q) const;
  // NumPy's alpha and beta.
  [[nodiscard]] std::optional<std::pair<double, double>> plotting_position() const;
};
[[nodiscard]] Method method_of(const std::string& name);

template <class T>
double between(T low, T high, double gamma) {
  double apart = static_cast<double>(high) - static_cast<double>(low);
  if constexpr (Real<T>) apart = static_cast<double>(static_cast<T>(high - low));
  return gamma < 0.5 ? static_cast<double>(low) + apart * gamma
                     : static_cast<double>(high) - apart * (1 - gamma);
}

template <class T>
auto middle(T low, T high) {
  if constexpr (std::same_as<T, Half>) {
    return static_cast<Half>((static_cast<float>(low) + static_cast<float>(high)) / 2);
  } else if constexpr (Real<T>) {
    return low == high ? low : (low + high) / 2;
  } else {
    return (static_cast<double>(low) + static_cast<double>(high)) / 2;
  }
}

}  // namespace sheaf::np
