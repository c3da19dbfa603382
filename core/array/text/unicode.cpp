// SPDX-License-Identifier: MIT
#include "core/array/text/unicode.hpp"

#include <algorithm>
#include <limits>
#include <memory>

#include <unicode/casemap.h>
#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/unistr.h>
#include <unicode/ustring.h>

#include "core/error.hpp"
#include "core/utf8.hpp"

namespace sheaf::np::unicode {
namespace {

constexpr char32_t escape = 0xDC00;
constexpr char32_t capital_sigma = 0x3A3;
constexpr char32_t final_sigma = 0x3C2;

void append(char32_t point, std::string& to) {
  const auto put = [&](char32_t byte) { to += static_cast<char>(byte); };
  if (point < 0x80) return put(point);
  if (point >= escape + 0x80 && point <= escape + 0xFF) return put(point - escape);
  if (point < 0x800) {
    put(0xC0U | point >> 6U);
  } else {
    if (point < 0x10000) {
      put(0xE0U | point >> 12U);
    } else {
      put(0xF0U | point >> 18U);
      put(0x80U | (point >> 12U & 0x3FU));
    }
    put(0x80U | (point >> 6U & 0x3FU));
  }
  put(0x80U | (point & 0x3FU));
}

UChar32 icu_point(char32_t point) { return static_cast<UChar32>(point); }
bool has(char32_t point, UProperty property) {
  return u_hasBinaryProperty(icu_point(point), property) != 0;
}

// What becomes of one character by itself.
template <class Map>
void append_mapped(char32_t point, std::u32string& to, Map map) {
  const icu::UnicodeString one(icu_point(point));
  char16_t mapped[8];
  UErrorCode status = U_ZERO_ERROR;
  const std::int32_t size = map(one.getBuffer(), one.length(), mapped, 8, status);
  if (U_FAILURE(status) != 0 || (point >= 0xD800 && point < 0xE000)) {
    to += point;
    return;
  }
  const icu::UnicodeString all(mapped, size);
  for (std::int32_t at = 0; at < size; at = all.moveIndex32(at, 1)) {
    to += static_cast<char32_t>(all.char32At(at));
  }
}

void append_upper(char32_t point, std::u32string& to) {
  append_mapped(point, to, [](auto from, auto size, auto out, auto most, UErrorCode& status) {
    return icu::CaseMap::toUpper("", 0, from, size, out, most, nullptr, status);
  });
}
void append_title(char32_t point, std::u32string& to) {
  append_mapped(point, to, [](auto from, auto size, auto out, auto most, UErrorCode& status) {
    constexpr std::uint32_t whole = U_TITLECASE_WHOLE_STRING | U_TITLECASE_NO_BREAK_ADJUSTMENT;
    return icu::CaseMap::toTitle("", whole, nullptr, from, size, out, most, nullptr, status);
  });
}

// Whether letters come before, and none behind, but for what doesn't count.
bool ends_word(std::u32string_view text, std::size_t at) {
  std::size_t before = at;
  while (before > 0 && has(text[before - 1], UCHAR_CASE_IGNORABLE)) --before;
  if (before == 0 || !has(text[before - 1], UCHAR_CASED)) return false;
  std::size_t behind = at + 1;
  while (behind < text.size() && has(text[behind], UCHAR_CASE_IGNORABLE)) ++behind;
  return behind == text.size() || !has(text[behind], UCHAR_CASED);
}

void append_lower(std::u32string_view text, std::size_t at, std::u32string& to) {
  if (text[at] == capital_sigma && ends_word(text, at)) {
    to += final_sigma;
    return;
  }
  append_mapped(text[at], to, [](auto from, auto size, auto out, auto most, UErrorCode& status) {
    return icu::CaseMap::toLower("", 0, from, size, out, most, nullptr, status);
  });
}

// Calls each(points, place, result) for all characters.
template <class Each>
std::string mapped_text(std::string_view text, Each each) {
  const std::u32string points = points_of(text);
  std::u32string result;
  for (std::size_t at = 0; at < points.size(); ++at) each(points, at, result);
  return text_of(result);
}

int numeric_type(char32_t point) {
  return u_getIntPropertyValue(icu_point(point), UCHAR_NUMERIC_TYPE);
}

// Whether it isn't the first byte of a character.
bool goes_on(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80; }
// Whether a character begins or the text ends there.
bool is_between(std::string_view text, std::size_t at) {
  if (at >= text.size() || !goes_on(text[at])) return true;
  std::size_t first = at;
  while (first > 0 && at - first < 3 && goes_on(text[first])) --first;
  return first + bytes_of_first(text.substr(first)) <= at;
}
bool is_whole(std::string_view text, std::size_t at, std::string_view sub) {
  return is_between(text, at) && is_between(text, at + sub.size());
}

}  // namespace

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char one) { return static_cast<unsigned char>(one) < 0x80; });
}

char32_t first_point(std::string_view text) {
  const auto byte = [&](std::size_t at) {
    return static_cast<char32_t>(static_cast<unsigned char>(text[at]));
  };
  switch (utf8_length(text)) {
    case 0:
      return escape + byte(0);
    case 1:
      return byte(0);
    case 2:
      return (byte(0) & 0x1FU) << 6U | (byte(1) & 0x3FU);
    case 3:
      return (byte(0) & 0xFU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
    default:
      return (byte(0) & 7U) << 18U | (byte(1) & 0x3FU) << 12U | (byte(2) & 0x3FU) << 6U |
             (byte(3) & 0x3FU);
  }
}

std::u32string points_of(std::string_view text) {
  std::u32string points;
  points.reserve(text.size());
  for (; !text.empty(); text.remove_prefix(bytes_of_first(text))) points += first_point(text);
  return points;
}

std::string text_of(std::u32string_view points) {
  std::string text;
  text.reserve(points.size());
  for (const char32_t point : points) append(point, text);
  return text;
}

std::size_t bytes_of_first(std::string_view text) {
  return std::max<std::size_t>(utf8_length(text), 1);
}

std::size_t bytes_of_last(std::string_view text) {
  std::size_t bytes = 1;
  while (bytes < std::min<std::size_t>(text.size(), 4) && goes_on(text[text.size() - bytes])) {
    ++bytes;
  }
  return bytes_of_first(text.substr(text.size() - bytes)) == bytes ? bytes : 1;
}

std::int64_t length(std::string_view text) {
  if (is_ascii(text)) return static_cast<std::int64_t>(text.size());
  std::int64_t count = 0;
  for (; !text.empty(); text.remove_prefix(bytes_of_first(text))) ++count;
  return count;
}

std::size_t offset_of(std::string_view text, std::int64_t character) {
  if (is_ascii(text)) return std::min(text.size(), static_cast<std::size_t>(character));
  std::size_t at = 0;
  for (; character > 0 && at < text.size(); --character) at += bytes_of_first(text.substr(at));
  return at;
}

std::size_t find(std::string_view text, std::string_view sub, std::size_t from) {
  std::size_t at = text.find(sub, from);
  while (at != std::string_view::npos && !is_whole(text, at, sub)) at = text.find(sub, at + 1);
  return at;
}

std::size_t rfind(std::string_view text, std::string_view sub, std::size_t from) {
  std::size_t at = text.rfind(sub, from);
  while (at != std::string_view::npos && !is_whole(text, at, sub)) {
    at = at == 0 ? std::string_view::npos : text.rfind(sub, at - 1);
  }
  return at;
}

bool starts_with(std::string_view text, std::string_view sub) {
  return text.starts_with(sub) && is_between(text, sub.size());
}

bool ends_with(std::string_view text, std::string_view sub) {
  return text.ends_with(sub) && is_between(text, text.size() - sub.size());
}

std::optional<Part> part_of(std::string_view text, std::int64_t start, std::int64_t end) {
  const std::int64_t size = length(text);
  const auto inside = [&](std::int64_t at) {
    return at < 0 ? std::max<std::int64_t>(0, at + size) : at;
  };
  start = inside(start);
  end = std::min(inside(end), size);
  if (start > end) return std::nullopt;
  const std::size_t first = offset_of(text, start);
  return Part{first, text.substr(first, offset_of(text, end) - first)};
}

std::string upper(std::string_view text) {
  if (is_ascii(text)) {
    std::string result(text);
    for (char& one : result) one = one >= 'a' && one <= 'z' ? static_cast<char>(one - 32) : one;
    return result;
  }
  return mapped_text(text, [](const auto& points, std::size_t at, std::u32string& to) {
    append_upper(points[at], to);
  });
}

std::string lower(std::string_view text) {
  if (is_ascii(text)) {
    std::string result(text);
    for (char& one : result) one = one >= 'A' && one <= 'Z' ? static_cast<char>(one + 32) : one;
    return result;
  }
  return mapped_text(text, [](const auto& points, std::size_t at, std::u32string& to) {
    append_lower(points, at, to);
  });
}

std::string title(std::string_view text) {
  return mapped_text(text, [](const auto& points, std::size_t at, std::u32string& to) {
    const bool is_within = at > 0 && has(points[at - 1], UCHAR_CASED);
    is_within ? append_lower(points, at, to) : append_title(points[at], to);
  });
}

std::string capitalize(std::string_view text) {
  return mapped_text(text, [](const auto& points, std::size_t at, std::u32string& to) {
    at > 0 ? append_lower(points, at, to) : append_title(points[at], to);
  });
}

std::string swapcase(std::string_view text) {
  return mapped_text(text, [](const auto& points, std::size_t at, std::u32string& to) {
    if (is_upper(points[at])) {
      append_lower(points, at, to);
    } else if (is_lower(points[at])) {
      append_upper(points[at], to);
    } else {
      to += points[at];
    }
  });
}

bool is_alpha(char32_t point) { return u_isalpha(icu_point(point)) != 0; }
bool is_decimal(char32_t point) { return numeric_type(point) == U_NT_DECIMAL; }
bool is_digit(char32_t point) { return is_decimal(point) || numeric_type(point) == U_NT_DIGIT; }
bool is_numeric(char32_t point) { return numeric_type(point) != U_NT_NONE; }
bool is_space(char32_t point) {
  const UCharDirection direction = u_charDirection(icu_point(point));
  return direction == U_WHITE_SPACE_NEUTRAL || direction == U_BLOCK_SEPARATOR ||
         direction == U_SEGMENT_SEPARATOR || u_charType(icu_point(point)) == U_SPACE_SEPARATOR;
}
bool is_lower(char32_t point) { return has(point, UCHAR_LOWERCASE); }
bool is_upper(char32_t point) { return has(point, UCHAR_UPPERCASE); }
bool is_title(char32_t point) { return u_charType(icu_point(point)) == U_TITLECASE_LETTER; }

std::string escaped(std::string_view text, bool all_but_ascii) {
  if (is_ascii(text)) return std::string(text);
  constexpr std::uint32_t unprinted = U_GC_C_MASK | U_GC_Z_MASK;
  std::string result;
  for (const char32_t point : points_of(text)) {
    const bool is_plain =
        point < 0x80 || (!all_but_ascii && (U_GET_GC_MASK(icu_point(point)) & unprinted) == 0);
    if (is_plain) {
      append(point, result);
      continue;
    }
    const int digits = point < 0x100 ? 2 : point < 0x10000 ? 4 : 8;
    result += digits == 2 ? "\\x" : digits == 4 ? "\\u" : "\\U";
    for (int at = digits; at-- > 0;) result += "0123456789abcdef"[point >> (4 * at) & 0xFU];
  }
  return result;
}

std::string decoded(std::string_view bytes, const std::string& encoding) {
  if (bytes.size() > std::numeric_limits<std::int32_t>::max()) {
    throw Error(ErrorCode::Invalid, "char.decode()", "takes texts of less than 2 GiB");
  }
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UConverter, decltype(&ucnv_close)> converter(
      ucnv_open(encoding.c_str(), &status), ucnv_close);
  if (U_FAILURE(status) != 0 || encoding.empty()) {
    throw Error(ErrorCode::Invalid, "char.decode()", "there is no encoding '" + encoding + "'");
  }
  ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  const icu::UnicodeString all(bytes.data(), static_cast<std::int32_t>(bytes.size()),
                               converter.get(), status);
  if (U_FAILURE(status) != 0) {
    throw Error(ErrorCode::Invalid, "char.decode()", "a text isn't " + encoding);
  }
  std::string text;
  all.toUTF8String(text);
  return text;
}

}  // namespace sheaf::np::unicode
