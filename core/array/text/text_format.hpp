// SPDX-License-Identifier: MIT
#pragma once
// Python's "%.2f kg" % value.
//
// Model: flags, a width, a precision, and one of d i u o x X e E f F g G c s r a %; one value for
// each text. Whatever the locale. Failure: Error (Invalid) for what doesn't fit the value, for
// "%(name)s", "*" and "#", and for texts that take no value or more than one.

#include <cstdint>
#include <string>
#include <string_view>

#include "core/array/engine/buffer.hpp"

namespace sheaf::np::strings {

// The value is the element at that place.
[[nodiscard]] std::string formatted(std::string_view format, const Buffer& values,
                                    std::int64_t place);

}  // namespace sheaf::np::strings
