// SPDX-License-Identifier: MIT
#include "core/array/sorting/ranked.hpp"

#include <complex>

#include "core/array/sorting/sorted.hpp"

namespace sheaf::np {

Ranked ranked(const Array& key) {
  const Groups groups =
      grouped({key.node()}, {.inverse = true, .nans = Nans::AsOrdered, .keeps_shape = true});
  return {Array(groups.inverse), groups.values->size()};
}

Array combined(const Ranked& more, const Ranked& less) {
  constexpr std::int64_t most = std::int64_t{1} << 62;
  if (less.count == 0 || more.count <= most / less.count) {
    return more.ranks * less.count + less.ranks;
  }
  return more.ranks + less.ranks * std::complex<double>(0, 1);
}

}  // namespace sheaf::np
