// SPDX-License-Identifier: MIT
#pragma once
// Whether text may be stored: strings are UTF-8 without zero bytes.
//
// Model: text is a row of units, each a character or a run of bytes that can't be one: as long as
// what could still have become a character (Unicode's "maximal subpart", as Python counts).

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace sheaf::sdk {

struct Utf8Unit {
  std::size_t size = 0;  // bytes, at least one
  bool valid = false;
};

// The unit that text, which isn't empty, begins with.
[[nodiscard]] constexpr Utf8Unit utf8_unit(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {1, true};
  if (lead < 0xC2 || lead > 0xF4) return {1, false};
  const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  // No overlong forms, no surrogates, nothing above U+10FFFF.
  unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  for (std::size_t i = 1; i < size; ++i) {
    if (i >= text.size() || byte(i) < low || byte(i) > high) return {i, false};
    low = 0x80, high = 0xBF;
  }
  return {size, true};
}

// The offset of the first byte that may not be stored (a zero byte, too); npos where there is none.
[[nodiscard]] constexpr std::size_t find_invalid_utf8(std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Unit unit = utf8_unit(text.substr(at, 4));
    if (!unit.valid || text[at] == '\0') return at;
    at += unit.size;
  }
  return std::string_view::npos;
}

// With U+FFFD in place of each unit that may not be stored.
[[nodiscard]] inline std::string replace_invalid_utf8(std::string_view text) {
  std::string made;
  made.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Unit unit = utf8_unit(text.substr(at, 4));
    const bool stored = unit.valid && text[at] != '\0';
    made += stored ? text.substr(at, unit.size) : std::string_view("\xEF\xBF\xBD");
    at += unit.size;
  }
  return made;
}

}  // namespace sheaf::sdk
