// SPDX-License-Identifier: MIT
#pragma once
// What the sources of reductions share: axes, and the node of a Reducer. Failure: Error.

#include <string_view>
#include <vector>

#include "core/array/engine/cast.hpp"
#include "core/array/engine/reduce.hpp"
#include "core/array/statistics.hpp"

namespace sheaf::np {

// Increasing, none twice; all of them for a whole array.
[[nodiscard]] Shape axes_of(const Along& along, std::size_t axes);
// Throws Error (Invalid) that names the function.
void require_numbers(const Array& a, std::string_view function);
[[nodiscard]] Array reduced(const Array& a, const Along& along, Reducer reducer,
                            double parameter = 0);
// What means are computed of: of the dtype; else 64-bit whole numbers become doubles.
[[nodiscard]] Array for_means(const Array& a, std::optional<Dtype> dtype,
                              std::string_view function);
// One element, converted, as a Reducer takes it.
[[nodiscard]] std::vector<std::byte> element_of(const Array& scalar, Dtype dtype);
// `a`, and `filler` where `where` doesn't hold.
[[nodiscard]] Array masked(const Array& a, const Array& where, const Array& filler);

// With axes of one element put in at these places of the result.
[[nodiscard]] Array with_kept_axes(const Array& a, const Shape& places);

// All elements, in memory: for few.
[[nodiscard]] std::vector<double> doubles_of(const Array& a);
// All elements, one behind the other.
[[nodiscard]] NodePtr flattened(const NodePtr& node);

// What sums have: int64 or uint64 for whole numbers, the dtype itself for others.
[[nodiscard]] constexpr Dtype widest_of(Dtype dtype) noexcept {
  if (dtype.kind == DtypeKind::Bool || dtype.kind == DtypeKind::Int) return int64;
  return dtype.kind == DtypeKind::Uint ? uint64 : dtype;
}

}  // namespace sheaf::np
