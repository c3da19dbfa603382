// SPDX-License-Identifier: MIT
#pragma once
// Sums and products so far; integrals.
//
//   cumsum(a, 0)        along an axis;  cumsum(a): of the flattened array
//
// Model: one pass finds what is carried over every so many elements of each line; a box is then
// made of the carries before it. Nothing of the array's size is kept. Sums of floats are those of
// sum(). Failure: Error.

#include <cstdint>
#include <optional>

#include "core/array/array.hpp"

namespace sheaf::np {

[[nodiscard]] Array cumsum(const Array& a, std::optional<std::int64_t> axis = {},
                           std::optional<Dtype> dtype = {});
[[nodiscard]] Array cumprod(const Array& a, std::optional<std::int64_t> axis = {},
                            std::optional<Dtype> dtype = {});
[[nodiscard]] Array nancumsum(const Array& a, std::optional<std::int64_t> axis = {},
                              std::optional<Dtype> dtype = {});
[[nodiscard]] Array nancumprod(const Array& a, std::optional<std::int64_t> axis = {},
                               std::optional<Dtype> dtype = {});
// Jumps of more than `discont` (half a period) become smaller ones; a period is 2π.
[[nodiscard]] Array unwrap(const Array& p, const std::optional<Array>& discont = {},
                           std::int64_t axis = -1, const std::optional<Array>& period = {});
// The area below y, by trapezia between points x (on one axis, or as many as y has) or dx apart.
[[nodiscard]] Array trapz(const Array& y, const std::optional<Array>& x = {}, const Array& dx = 1.0,
                          std::int64_t axis = -1);

}  // namespace sheaf::np
