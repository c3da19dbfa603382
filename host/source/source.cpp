// SPDX-License-Identifier: MIT
#include "host/source/source.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/utf8.hpp"

namespace sheaf::host {
namespace {

// RFC 3986: unreserved characters, and those a path segment may hold as they are.
constexpr std::array<bool, 256> is_unreserved = [] {
  std::array<bool, 256> table{};
  for (int c = '0'; c <= '9'; ++c) table[c] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[c] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[c] = true;
  for (const unsigned char c : std::string_view("-._~/!$&'()*+,;=:@")) table[c] = true;
  return table;
}();

}  // namespace

std::string file_uri(std::string_view path, std::string_view folder) {
  std::string uri = "file://";
  uri.reserve(uri.size() + folder.size() + path.size() + 1);
  const auto append = [&uri](std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (is_unreserved[byte]) {
        uri += c;
      } else {
        uri += '%';
        uri += digits[byte >> 4U];
        uri += digits[byte & 0xfU];
      }
    }
  };
  if (!path.starts_with('/')) {
    append(folder);
    uri += '/';
  }
  append(path);
  return uri;
}

std::string printable(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t size = utf8_length(text);
    const auto byte = static_cast<unsigned char>(text.front());
    if (size == 0) {
      shown += fmt::format("%{:02X}", byte);
    } else if (text.front() == '\n') {
      shown += "\\n";
    } else if (text.front() == '\t') {
      shown += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      shown += fmt::format("\\x{:02x}", byte);
    } else {
      shown += text.substr(0, size);
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return shown;
}

}  // namespace sheaf::host
