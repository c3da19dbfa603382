// SPDX-License-Identifier: MIT
#pragma once
// NumPy's logic functions and those of bits: isnan, logical_and, allclose, bitwise_and, packbits …
//
//   np::where(np::isnan(a), 0.0, a)      if (np::allclose(a, b)) …
//
// Model: lazily, block by block, where an Array comes out; those that give a bool read their
// arguments at once, up to the first block that decides. Texts compare by code points.
// isnat isn't there: datasets have no dates. Threads: any. Failure: Error (Invalid).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/array/array.hpp"

namespace sheaf::np {

[[nodiscard]] Array isfinite(const Array& x);
[[nodiscard]] Array isinf(const Array& x);
[[nodiscard]] Array isnan(const Array& x);
[[nodiscard]] Array isneginf(const Array& x);
[[nodiscard]] Array isposinf(const Array& x);
[[nodiscard]] Array iscomplex(const Array& x);
[[nodiscard]] Array isreal(const Array& x);
[[nodiscard]] bool iscomplexobj(const Array& x);
[[nodiscard]] bool isrealobj(const Array& x);
[[nodiscard]] bool isfortran(const Array& a);       // never: all are row-major
[[nodiscard]] bool isscalar(const Array& element);  // a number of C++, no array without axes

[[nodiscard]] Array logical_and(const Array& x1, const Array& x2);
[[nodiscard]] Array logical_or(const Array& x1, const Array& x2);
[[nodiscard]] Array logical_not(const Array& x);
[[nodiscard]] Array logical_xor(const Array& x1, const Array& x2);

struct Tolerance {
  double rtol = 1e-5;
  double atol = 1e-8;
  bool equal_nan = false;
};
// |a - b| <= atol + rtol * |b|
[[nodiscard]] Array isclose(const Array& a, const Array& b, const Tolerance& within = {});
// Reads up to the first block where it isn't so; of no elements, true.
[[nodiscard]] bool is_all_true(const Array& a);
[[nodiscard]] bool allclose(const Array& a, const Array& b, const Tolerance& within = {});
[[nodiscard]] bool array_equal(const Array& a1, const Array& a2, bool equal_nan = false);
// One may be broadcast to the other.
[[nodiscard]] bool array_equiv(const Array& a1, const Array& a2);

[[nodiscard]] Array greater(const Array& x1, const Array& x2);
[[nodiscard]] Array greater_equal(const Array& x1, const Array& x2);
[[nodiscard]] Array less(const Array& x1, const Array& x2);
[[nodiscard]] Array less_equal(const Array& x1, const Array& x2);
[[nodiscard]] Array equal(const Array& x1, const Array& x2);
[[nodiscard]] Array not_equal(const Array& x1, const Array& x2);

[[nodiscard]] Array bitwise_and(const Array& x1, const Array& x2);
[[nodiscard]] Array bitwise_or(const Array& x1, const Array& x2);
[[nodiscard]] Array bitwise_xor(const Array& x1, const Array& x2);
[[nodiscard]] Array invert(const Array& x);
[[nodiscard]] Array left_shift(const Array& x1, const Array& x2);
[[nodiscard]] Array right_shift(const Array& x1, const Array& x2);

struct BitOptions {
  std::optional<std::int64_t> axis{};  // none: of the flattened array
  bool is_little = false;              // bitorder="little"
};
[[nodiscard]] Array packbits(const Array& a, const BitOptions& options = {});
// `count`: so many bits; if negative, all but so many.
[[nodiscard]] Array unpackbits(const Array& a, const BitOptions& options = {},
                               std::optional<std::int64_t> count = {});
[[nodiscard]] std::string binary_repr(std::int64_t num, std::optional<std::int64_t> width = {});

// x where the condition holds, y elsewhere. With one argument see nonzero() in searching.hpp.
[[nodiscard]] Array where(const Array& condition, const Array& x, const Array& y);
// The first of `choices` whose condition holds, else `otherwise`.
[[nodiscard]] Array select(const std::vector<Array>& conditions, const std::vector<Array>& choices,
                           const Array& otherwise = 0);
// Element i of choices[a[i]]; numbers that aren't there are an Error when they are read.
enum class ChoiceMode : std::uint8_t { Raise, Wrap, Clip };
[[nodiscard]] Array choose(const Array& a, const std::vector<Array>& choices,
                           ChoiceMode mode = ChoiceMode::Raise);

}  // namespace sheaf::np
