// SPDX-License-Identifier: MIT
#pragma once
// Arrays as NumPy prints them, to the letter: str() and repr() with the default print options.
//
// Model: of more than 1000 elements the first and last three of each axis are read and shown.
// Where texts are abbreviated, the width in repr's dtype is that of those shown. Failure: Error.

#include <string>

#include "core/array/array.hpp"

namespace sheaf::np {

// "[1. 2.5 3.]", what operator<< writes.
[[nodiscard]] std::string array_str(const Array& a);
// "array([1., 2.5, 3.], dtype=float32)"
[[nodiscard]] std::string array_repr(const Array& a);

}  // namespace sheaf::np
