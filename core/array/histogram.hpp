// SPDX-License-Identifier: MIT
#pragma once
// How many elements lie where.
//
//   const auto [counts, edges] = histogram(a, {.bins = 50});
//   bincount(labels);  digitize(a, edges);
//
// Model: counted in one pass, which others of the same array share; edges that depend on it take a
// pass before, and rules for their number (histogram_rules.hpp) more, when it is called.
// Failure: Error.

#include <optional>
#include <string>
#include <utility>

#include "core/array/array.hpp"

namespace sheaf::np {

struct Histogram {
  Array bins = 10;  // how many, or their edges
  std::optional<std::pair<Array, Array>> range{};
  bool density = false;
  std::optional<Array> weights{};
  std::string rule{};  // instead of bins: "auto", "fd" …
};
struct Counts {
  Array counts;
  Array edges;
};
[[nodiscard]] Counts histogram(const Array& a, const Histogram& how = {});
[[nodiscard]] Array histogram_bin_edges(const Array& a, const Histogram& how = {});

// Reads `x` for its greatest element when it is called. What doesn't fit into memory is counted in
// several passes.
[[nodiscard]] Array bincount(const Array& x, const std::optional<Array>& weights = {},
                             std::int64_t minlength = 0);
// Edges are held in memory.
[[nodiscard]] Array digitize(const Array& x, const Array& bins, bool right = false);

}  // namespace sheaf::np
