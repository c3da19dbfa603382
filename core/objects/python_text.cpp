// SPDX-License-Identifier: MIT
#include "core/objects/python_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "core/hdf5/types.hpp"

namespace sheaf::objects {
namespace {

constexpr std::size_t most_shown_items = 6;  // more are shown by the first and last three
constexpr std::string_view hex = "0123456789abcdef";

template <class T>
T element_at(const Value& value, std::size_t at) {
  T number{};
  std::memcpy(&number, value.bytes.data() + at * sizeof(T), sizeof(T));
  return number;
}

// Digits of the shortest decimal that reads back as the same number, and its exponent.
template <class T>
std::string real_repr(T number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  std::array<char, 64> buffer{};
  const auto scientific = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                        std::chars_format::scientific);
  const std::string_view text(buffer.data(), scientific.ptr);
  const std::size_t e = text.find('e');
  const int exponent = std::atoi(text.data() + e + 1);
  if (exponent < -4 || exponent >= 16) return std::string(text);
  std::array<char, 64> fixed{};
  const auto end =
      std::to_chars(fixed.data(), fixed.data() + fixed.size(), number, std::chars_format::fixed);
  std::string plain(fixed.data(), end.ptr);
  if (plain.find('.') == std::string::npos) plain += ".0";
  return plain;
}

// "1j", not "1.0j".
template <class T>
std::string part(T number) {
  std::string text = real_repr(number);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

template <class T>
std::string complex_repr(const Value& value, std::size_t at) {
  const T real = element_at<T>(value, at * 2);
  const T imaginary = element_at<T>(value, at * 2 + 1);
  const std::string sign = std::signbit(imaginary) ? "" : "+";
  if (real == 0 && !std::signbit(real)) return part(imaginary) + "j";
  return "(" + part(real) + sign + part(imaginary) + "j)";
}

std::string float_repr(const Value& value, std::size_t at) {
  if (value.dtype == float64) return real_repr(element_at<double>(value, at));
  if (value.dtype == float32) return real_repr(element_at<float>(value, at));
  std::array<std::byte, 4> bytes{};
  std::memcpy(bytes.data(), value.bytes.data() + at * 2, 2);
  hdf5::convert(hdf5::memory_type(float16), hdf5::memory_type(float32), 1, bytes.data());
  float number = 0;
  std::memcpy(&number, bytes.data(), sizeof(number));
  return real_repr(number);
}

std::string integer_repr(const Value& value, std::size_t at) {
  const bool has_sign = value.dtype.kind == DtypeKind::Int;
  switch (value.dtype.size()) {
    case 1:
      return has_sign ? std::to_string(element_at<std::int8_t>(value, at))
                      : std::to_string(element_at<std::uint8_t>(value, at));
    case 2:
      return has_sign ? std::to_string(element_at<std::int16_t>(value, at))
                      : std::to_string(element_at<std::uint16_t>(value, at));
    case 4:
      return has_sign ? std::to_string(element_at<std::int32_t>(value, at))
                      : std::to_string(element_at<std::uint32_t>(value, at));
    default:
      return has_sign ? std::to_string(element_at<std::int64_t>(value, at))
                      : std::to_string(element_at<std::uint64_t>(value, at));
  }
}

std::string array_repr(const Value& value, std::size_t axis, std::size_t first) {
  if (axis == value.shape.size()) return repr(value, first);
  const auto count = static_cast<std::size_t>(value.shape[axis]);
  std::size_t width = 1;
  for (std::size_t inner = axis + 1; inner < value.shape.size(); ++inner) {
    width *= static_cast<std::size_t>(value.shape[inner]);
  }
  std::string text = "[";
  for (std::size_t at = 0; at < count; ++at) {
    if (count > most_shown_items && at == 3) {
      text += ", ...";
      at = count - 3;
    }
    text += (at == 0 ? "" : ", ") + array_repr(value, axis + 1, first + at * width);
  }
  return text + "]";
}

std::string bytes_repr(const Bytes& bytes) {
  if (bytes.is_pickle) return "<pickle of " + std::to_string(bytes.data.size()) + " bytes>";
  constexpr std::size_t most = 64;
  std::string text = "b'";
  for (std::size_t at = 0; at < std::min(bytes.data.size(), most); ++at) {
    const auto byte = std::to_integer<unsigned char>(bytes.data[at]);
    const bool is_plain = byte >= 0x20 && byte < 0x7f && byte != '\'' && byte != '\\';
    if (is_plain) {
      text += static_cast<char>(byte);
    } else {
      text += {'\\', 'x', hex[byte >> 4U], hex[byte & 0xfU]};
    }
  }
  return text + (bytes.data.size() > most ? "'..." : "'");
}

template <class Items, class Show>
std::string joined(const Items& items, Show show) {
  std::string text;
  for (std::size_t at = 0; at < items.size(); ++at) {
    if (items.size() > most_shown_items && at == 3) {
      text += ", ...";
      at = items.size() - 3;
    }
    text += (at == 0 ? "" : ", ") + show(items[at]);
  }
  return text;
}

std::string escaped(std::uint32_t point) {
  const int digits = point < 0x100 ? 2 : point < 0x10000 ? 4 : 8;
  std::string text = digits == 2 ? "\\x" : digits == 4 ? "\\u" : "\\U";
  for (int at = digits; at-- > 0;) text += hex[point >> (4 * at) & 0xfU];
  return text;
}

// The character at `at`, as Python prints it: what a terminal may take for a command, what can't be
// seen, and bytes that aren't UTF-8, by their numbers. `at` moves behind it.
std::string printed(std::string_view text, std::size_t& at) {
  constexpr std::uint32_t unprinted = U_GC_C_MASK | U_GC_Z_MASK;
  const std::size_t begin = at;
  UChar32 point = 0;
  U8_NEXT(text.data(), at, text.size(), point);
  const std::string_view bytes = text.substr(begin, at - begin);
  if (point == ' ') return " ";
  if (point >= 0) {
    const bool is_plain = (U_GET_GC_MASK(point) & unprinted) == 0;
    return is_plain ? std::string(bytes) : escaped(static_cast<std::uint32_t>(point));
  }
  std::string all;
  for (const char byte : bytes) all += escaped(0xdc00U + static_cast<unsigned char>(byte));
  return all;
}

}  // namespace

std::string repr(double number) { return real_repr(number); }

std::string in_quotes(std::string_view text) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
  std::string result(1, quote);
  for (std::size_t at = 0; at < text.size();) {
    const char letter = text[at];
    if (letter == '\n') {
      result += "\\n";
    } else if (letter == '\t') {
      result += "\\t";
    } else if (letter == '\r') {
      result += "\\r";
    } else if (letter == '\\' || letter == quote) {
      result += {'\\', letter};
    } else {
      result += printed(text, at);
      continue;
    }
    ++at;
  }
  return result + quote;
}

std::string repr(const Value& value, std::size_t element) {
  switch (value.dtype.kind) {
    case DtypeKind::String:
      return in_quotes(value.strings[element]);
    case DtypeKind::Bool:
      return element_at<std::uint8_t>(value, element) != 0 ? "True" : "False";
    case DtypeKind::Float:
      return float_repr(value, element);
    case DtypeKind::Complex:
      return value.dtype.bits == 64 ? complex_repr<float>(value, element)
                                    : complex_repr<double>(value, element);
    default:
      return integer_repr(value, element);
  }
}

std::string repr(const Tree& tree, bool is_plain) {
  if (tree.is_none()) return "None";
  if (const Bytes* bytes = tree.bytes()) return bytes_repr(*bytes);
  if (const Unreadable* unreadable = tree.unreadable()) {
    return "<unreadable: " + unreadable->reason + ">";
  }
  if (const Value* value = tree.value()) {
    if (is_plain && value->shape.empty() && value->dtype.is_string()) return value->strings[0];
    return array_repr(*value, 0, 0);
  }
  if (const Tree::List* items = tree.list_items()) {
    return "[" + joined(*items, [](const Tree& item) { return repr(item); }) + "]";
  }
  return "{" +
         joined(*tree.entries(),
                [](const Tree::Entry& entry) {
                  return in_quotes(entry.first) + ": " + repr(entry.second);
                }) +
         "}";
}

}  // namespace sheaf::objects
