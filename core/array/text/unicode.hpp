// SPDX-License-Identifier: MIT
#pragma once
// Characters of texts, by ICU: Python's str methods on UTF-8.
//
// Model: a character is a code point. A byte that is no UTF-8 is a character of its own, and stays
// as it is. Case is that of Unicode's full mappings, whatever the locale: ß becomes SS, and a Σ
// that ends a word ς. Classes are Python's. Threads: any. Failure: none.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sheaf::np::unicode {

[[nodiscard]] bool is_ascii(std::string_view text);
// A byte b that is no UTF-8 is the code point 0xDC00 + b, as Python's "surrogateescape" has it.
[[nodiscard]] std::u32string points_of(std::string_view text);
[[nodiscard]] std::string text_of(std::u32string_view points);

// In characters.
[[nodiscard]] std::int64_t length(std::string_view text);
// Of a text that isn't empty.
[[nodiscard]] char32_t first_point(std::string_view text);
[[nodiscard]] std::size_t bytes_of_first(std::string_view text);
[[nodiscard]] std::size_t bytes_of_last(std::string_view text);
// Where that character begins, in bytes.
[[nodiscard]] std::size_t offset_of(std::string_view text, std::int64_t character);
// As string_view's, but only whole characters are found: no byte that isn't UTF-8 within one.
[[nodiscard]] std::size_t find(std::string_view text, std::string_view sub, std::size_t from = 0);
[[nodiscard]] std::size_t rfind(std::string_view text, std::string_view sub,
                                std::size_t from = std::string_view::npos);
[[nodiscard]] bool starts_with(std::string_view text, std::string_view sub);
[[nodiscard]] bool ends_with(std::string_view text, std::string_view sub);
struct Part {
  std::size_t first;  // in bytes
  std::string_view text;
};
// text[start:end]; none where start lies behind the end, where Python finds nothing.
[[nodiscard]] std::optional<Part> part_of(std::string_view text, std::int64_t start,
                                          std::int64_t end);

[[nodiscard]] std::string upper(std::string_view text);
[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] std::string title(std::string_view text);
[[nodiscard]] std::string capitalize(std::string_view text);
[[nodiscard]] std::string swapcase(std::string_view text);

[[nodiscard]] bool is_alpha(char32_t point);
[[nodiscard]] bool is_decimal(char32_t point);
[[nodiscard]] bool is_digit(char32_t point);
[[nodiscard]] bool is_numeric(char32_t point);
[[nodiscard]] bool is_space(char32_t point);
[[nodiscard]] bool is_lower(char32_t point);
[[nodiscard]] bool is_upper(char32_t point);
[[nodiscard]] bool is_title(char32_t point);
// With \x85, \u2028 or \U000e0001 for what Python's repr() doesn't print, or for all past ASCII.
[[nodiscard]] std::string escaped(std::string_view text, bool all_but_ascii);

// Bytes of that encoding as UTF-8. Throws Error (Invalid) for a name that ICU doesn't know, for
// bytes that the encoding doesn't have and for 2 GiB or more.
[[nodiscard]] std::string decoded(std::string_view bytes, const std::string& encoding);

}  // namespace sheaf::np::unicode
