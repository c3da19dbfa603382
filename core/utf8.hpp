// SPDX-License-Identifier: MIT
#pragma once
// Well-formed UTF-8, after RFC 3629: no overlong forms, no surrogates, nothing past U+10FFFF.
//
// Model: functions on bytes. They never throw.

#include <cstddef>
#include <string_view>

namespace sheaf {

// Bytes of the well-formed character that `text` begins with; 0 when there is none.
[[nodiscard]] std::size_t utf8_length(std::string_view text) noexcept;
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace sheaf
