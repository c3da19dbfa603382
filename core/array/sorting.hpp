// SPDX-License-Identifier: MIT
#pragma once
// Sorting: along an axis, or the flattened array.
//
//   np::sort(a, 0)   np::argsort(a)   np::lexsort({minor, major})   np::sort_in_place(a)
//
// Model: out of core, on all cores, when it is first asked for; inputs are read once (lexsort: each
// key once). Every kind is stable. A partition is a sort: it is in order on both sides, too. NaNs
// come last; complex numbers are ordered by real, then imaginary part, and a zero in them loses its
// sign; texts by code points, in memory. Failure: Error (Invalid) for what NumPy refuses.

#include <optional>
#include <string_view>
#include <vector>

#include "core/array/array.hpp"

namespace sheaf::np {

// Kinds: quicksort, mergesort, heapsort, stable. No axis: of the flattened array.
[[nodiscard]] Array sort(const Array& a, std::optional<std::int64_t> axis = -1,
                         std::string_view kind = "stable");
[[nodiscard]] Array argsort(const Array& a, std::optional<std::int64_t> axis = -1,
                            std::string_view kind = "stable");
[[nodiscard]] Array msort(const Array& a);  // along the first axis
// By the last key, then the one before …; all of one shape.
[[nodiscard]] Array lexsort(const std::vector<Array>& keys, std::int64_t axis = -1);
[[nodiscard]] Array partition(const Array& a, const Shape& kth,
                              std::optional<std::int64_t> axis = -1);
[[nodiscard]] Array argpartition(const Array& a, const Shape& kth,
                                 std::optional<std::int64_t> axis = -1);
// Complex, in any case.
[[nodiscard]] Array sort_complex(const Array& a);
// np.ndarray.sort.
void sort_in_place(const Array& a, std::int64_t axis = -1);

}  // namespace sheaf::np
