// SPDX-License-Identifier: MIT
#pragma once
// Elements by their ranks among those that differ, and so orders of several keys as one.
//
//   combined(ranked(major), ranked(minor))      whole numbers that are in the order of both
//
// Model: a rank is the number of different elements before; equal elements have one, NaNs one for
// each way that a number can be one. Found when called, out of core. Failure: Error.

#include "core/array/array.hpp"

namespace sheaf::np {

struct Ranked {
  Array ranks;  // of the key's shape
  std::int64_t count = 0;
};
[[nodiscard]] Ranked ranked(const Array& key);
// Complex where whole numbers have no room for both.
[[nodiscard]] Array combined(const Ranked& more, const Ranked& less);

}  // namespace sheaf::np
