// SPDX-License-Identifier: MIT
#include "core/layout/source_id.hpp"

#include <algorithm>
#include <cstddef>

#include "core/utf8.hpp"

namespace sheaf::layout {
namespace {

constexpr std::string_view digits = "0123456789ABCDEF";

// The value of a hex digit of either case, or -1.
int hex_value(char digit) noexcept {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

bool is_escape(std::string_view text, std::size_t at) noexcept {
  return at + 2 < text.size() && text[at] == '%' && hex_value(text[at + 1]) >= 0 &&
         hex_value(text[at + 2]) >= 0;
}

void put_escaped(std::string& out, char byte) {
  const auto value = static_cast<unsigned char>(byte);
  out += '%';
  out += digits[value >> 4U];
  out += digits[value & 15U];
}

}  // namespace

std::string escape_id(std::string_view bytes) {
  const bool is_plain = std::ranges::all_of(
      bytes, [](char c) { return static_cast<unsigned char>(c) < 0x80 && c != '%' && c != '\0'; });
  if (is_plain) return std::string(bytes);
  std::string id;
  id.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = utf8_length(bytes.substr(at));
    // A NUL is valid UTF-8, but no variable-length string of HDF5 can hold it.
    if (length == 0 || bytes[at] == '\0' || is_escape(bytes, at)) {
      put_escaped(id, bytes[at]);
      ++at;
    } else {
      id += bytes.substr(at, length);
      at += length;
    }
  }
  return id;
}

std::string unescape_id(std::string_view id) {
  std::string bytes;
  bytes.reserve(id.size());
  for (std::size_t at = 0; at < id.size(); ++at) {
    if (is_escape(id, at)) {
      bytes += static_cast<char>(hex_value(id[at + 1]) * 16 + hex_value(id[at + 2]));
      at += 2;
    } else {
      bytes += id[at];
    }
  }
  return bytes;
}

}  // namespace sheaf::layout
