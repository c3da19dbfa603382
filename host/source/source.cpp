// SPDX-License-Identifier: MIT
#include "host/source/source.hpp"

#include <algorithm>
#include <array>

#include <boost/filesystem/path.hpp>
#include <fmt/format.h>

#include "core/error.hpp"
#include "core/layout/source_id.hpp"
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

void append_encoded(std::string& uri, std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto is_reserved = [](char c) { return !is_unreserved[static_cast<unsigned char>(c)]; };
  for (auto at = text.begin(); at != text.end();) {
    const auto next = std::find_if(at, text.end(), is_reserved);
    uri.append(at, next);  // mostly all of it
    at = next;
    if (at == text.end()) break;
    const auto byte = static_cast<unsigned char>(*at++);
    uri += '%';
    uri += digits[byte >> 4U];
    uri += digits[byte & 0xfU];
  }
}

// Without what is secret in an address.
std::string shown_path(const SourceView& source) {
  return source.kind == SourceKind::Remote ? std::string(source.shown) : printable(source.path);
}

// What some terminals obey, or what turns the direction of the text around; 0: neither.
unsigned hidden_control(std::string_view character) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(character[at]); };
  if (character.size() == 2 && byte(0) == 0xc2 && byte(1) < 0xa0) return byte(1);
  if (character.size() != 3 || byte(0) != 0xe2) return 0;
  const unsigned code = 0x2000U + (byte(1) & 0x3fU) * 0x40U + (byte(2) & 0x3fU);
  const bool turns = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
  return turns ? code : 0;
}

}  // namespace

std::string file_uri(std::string_view path, std::string_view folder) {
  std::string uri = "file://";
  uri.reserve(uri.size() + folder.size() + path.size() + 1);
  if (!path.starts_with('/')) {
    append_encoded(uri, folder);
    uri += '/';
  }
  append_encoded(uri, path);
  return uri;
}

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  append_encoded(encoded, text);
  return encoded;
}

std::string source_uri(const SourceView& source, std::string_view folder) {
  if (source.kind == SourceKind::Remote) return std::string(source.shown);
  std::string uri = file_uri(source.path, folder);
  if (source.kind == SourceKind::Member) {
    uri += '#';
    append_encoded(uri, layout::unescape_id(source.id.substr(source.name_at)));
  }
  return uri;
}

std::string normalised(const std::string& path) {
  std::string text = boost::filesystem::path(path).lexically_normal().generic_string();
  while (true) {
    if (text.starts_with("/")) {
      text.erase(0, 1);
    } else if (text.starts_with("./")) {
      text.erase(0, 2);
    } else if (text.starts_with("../")) {
      text.erase(0, 3);
    } else {
      return text;
    }
  }
}

void refuse_twice(const SourceView& first, const SourceView& second) {
  const std::string path = shown_path(first);
  if (first.path == second.path) {
    throw Error(ErrorCode::Invalid, printable(first.id),
                fmt::format("is listed twice, both times as '{}'; name each source once", path));
  }
  throw Error(ErrorCode::Invalid, printable(first.id),
              fmt::format("is the id of two sources, '{}' and '{}'; name each source once, or set "
                          "ids apart with --base FOLDER",
                          path, shown_path(second)));
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
    } else if (const unsigned code = hidden_control(text.substr(0, size)); code != 0) {
      shown += fmt::format("\\u{:04x}", code);
    } else {
      shown += text.substr(0, size);
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return shown;
}

}  // namespace sheaf::host
