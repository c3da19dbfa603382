// SPDX-License-Identifier: MIT
#pragma once
// Elements of one dtype as another, and which dtypes hold which others, as NumPy has it.
//
// Model: cast() is NumPy's astype(casting="unsafe"): floats are cut to integers, complex numbers
// lose their imaginary part, text is parsed and numbers are written as Python writes them.
// Failure: Error (Invalid) for text that is no number.

#include <cstdint>
#include <vector>

#include "core/array/engine/buffer.hpp"

namespace sheaf::np {

// Bool and integers.
[[nodiscard]] constexpr bool is_whole(Dtype dtype) noexcept {
  return dtype.kind == DtypeKind::Bool || dtype.kind == DtypeKind::Int ||
         dtype.kind == DtypeKind::Uint;
}

void cast(const Buffer& from, Dtype to, Buffer& out);
// Numbers only.
void cast(const void* from, Dtype from_dtype, void* to, Dtype to_dtype, std::int64_t count);

// np.can_cast(from, to, "safe").
[[nodiscard]] bool can_cast(Dtype from, Dtype to) noexcept;
// np.can_cast(from, to, "same_kind"): what an operation in place may do.
[[nodiscard]] bool can_cast_same_kind(Dtype from, Dtype to) noexcept;
// np.promote_types. Throws Error (Invalid) for text and numbers.
[[nodiscard]] Dtype promote(Dtype one, Dtype other);
// The smallest dtype that holds the one number: np.min_scalar_type.
[[nodiscard]] Dtype least_dtype(const Value& scalar);

}  // namespace sheaf::np
