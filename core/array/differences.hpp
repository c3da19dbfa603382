// SPDX-License-Identifier: MIT
#pragma once
// Elements and their neighbours: differences, gradients, convolutions, cross products.
//
// Model: made of shifted views, read block by block; the kernel of a convolution is in memory.
// trapz() and unwrap() are with the cumulative sums. Failure: Error (Invalid).

#include <string_view>
#include <vector>

#include "core/array/shaping.hpp"

namespace sheaf::np {

struct Ends {
  std::optional<Array> prepend{};
  std::optional<Array> append{};
};
[[nodiscard]] Array diff(const Array& a, std::int64_t n = 1, std::int64_t axis = -1,
                         const Ends& ends = {});
// Of the flattened array: NumPy's to_end is `append`, its to_begin `prepend`.
[[nodiscard]] Array ediff1d(const Array& ary, const Ends& ends = {});
// One array an axis. `spacing`: none (1), one number for all, or for each axis a number or its
// coordinates.
[[nodiscard]] std::vector<Array> gradient(const Array& f, const std::vector<Array>& spacing = {},
                                          const std::optional<Shape>& axis = {},
                                          int edge_order = 1);
struct CrossAxes {
  std::int64_t a = -1;
  std::int64_t b = -1;
  std::int64_t c = -1;
};
[[nodiscard]] Array cross(const Array& a, const Array& b, const CrossAxes& axes = {});
// Modes: full, same, valid. The shorter one is the kernel.
[[nodiscard]] Array convolve(const Array& a, const Array& v, std::string_view mode = "full");

}  // namespace sheaf::np
