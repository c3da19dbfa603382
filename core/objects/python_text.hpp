// SPDX-License-Identifier: MIT
#pragma once
// Values as Python writes them: 1, 0.5, 1e-07, 'it', (1+2j), True, None.
//
// Failure: none.

#include <string>
#include <string_view>

#include "core/objects/tree.hpp"

namespace sheaf::objects {

[[nodiscard]] std::string in_quotes(std::string_view text);
[[nodiscard]] std::string repr(double number);
// The element at that place of the array.
[[nodiscard]] std::string repr(const Value& value, std::size_t element);
// All of it; long arrays by their first and last three elements. Text stands in quotes, unless
// `is_plain`.
[[nodiscard]] std::string repr(const Tree& tree, bool is_plain = false);

}  // namespace sheaf::objects
