// SPDX-License-Identifier: MIT
#pragma once
// Values of objects as text: in what is left of a line, or by themselves.
//
// Model: control characters are escaped; of arrays only what is printed is read. Failure: Error.

#include <cstddef>
#include <string>
#include <string_view>

#include "core/objects/outline.hpp"

namespace sheaf::host::cli {

// No wider than `room`.
[[nodiscard]] std::string quoted_line(std::string_view text, std::size_t room);
[[nodiscard]] std::string bytes_line(const objects::Bytes& bytes, std::size_t room);
// Of the current entry, with that shape: all of a few elements, else the first and last ones.
[[nodiscard]] std::string array_line(const objects::Outline& outline, const Shape& shape,
                                     std::size_t room);

// Text as it is, but for control characters; arrays as NumPy prints them, with shape and dtype in
// a second line.
void print_value(const objects::Tree& value);
// The same of an array, the current entry; of a large one its edges.
void print_array(objects::Outline& outline, const objects::Outline::Entry& entry);

}  // namespace sheaf::host::cli
