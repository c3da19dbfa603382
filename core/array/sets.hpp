// SPDX-License-Identifier: MIT
#pragma once
// Arrays as sets: what differs in them, and what two have in common.
//
//   np::unique(a)   const auto [values, index, inverse, counts] = np::unique(a, {.counts = true});
//   np::isin(a, {2, 3, 5})   np::intersect1d(a, b)
//
// Model: out of core, when called (in1d and isin: the test elements when they are first asked for,
// then block by block); of the flattened arrays, in order. Two arrays are compared in the dtype
// that holds both. All NaNs are one for unique and union1d; they are nobody's member, and equal
// none where two arrays are compared. Slices along an axis are put in order an element of theirs at
// a time, until they all differ; one with a NaN differs from all. Failure: Error (Invalid).

#include <optional>

#include "core/array/array.hpp"

namespace sheaf::np {

struct Unique {
  bool index = false;    // places of the first ones
  bool inverse = false;  // of each element of the flattened array, its place among the values
  bool counts = false;
  std::optional<std::int64_t> axis{};  // one of each of its slices, not elements
  bool equal_nan = true;               // of elements
};
struct UniqueParts {
  Array values;
  std::optional<Array> index, inverse, counts;  // as asked
};
[[nodiscard]] Array unique(const Array& ar);
[[nodiscard]] UniqueParts unique(const Array& ar, const Unique& how);

// Whether each element of the first array is in the second one: flattened, and in its own shape.
[[nodiscard]] Array in1d(const Array& ar1, const Array& ar2, bool invert = false);
[[nodiscard]] Array isin(const Array& element, const Array& test_elements, bool invert = false);

// With `assume_unique`, each has its elements once, and setdiff1d leaves them in their order.
[[nodiscard]] Array intersect1d(const Array& ar1, const Array& ar2, bool assume_unique = false);
struct Intersection {
  Array values;
  Array index1, index2;  // places of the first ones
};
[[nodiscard]] Intersection intersect1d_with_indices(const Array& ar1, const Array& ar2,
                                                    bool assume_unique = false);
[[nodiscard]] Array union1d(const Array& ar1, const Array& ar2);
[[nodiscard]] Array setdiff1d(const Array& ar1, const Array& ar2, bool assume_unique = false);
[[nodiscard]] Array setxor1d(const Array& ar1, const Array& ar2, bool assume_unique = false);

}  // namespace sheaf::np
