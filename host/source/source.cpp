// SPDX-License-Identifier: MIT
#include "host/source/source.hpp"

#include <boost/filesystem/operations.hpp>
#include <fmt/format.h>

#include "core/layout/source_id.hpp"

namespace sheaf::host {

std::string file_uri(std::string_view path) {
  constexpr std::string_view unreserved = "-._~/!$&'()*+,;=:@";
  std::string uri = "file://";
  const std::string absolute = boost::filesystem::absolute(std::string(path)).string();
  for (const char c : absolute) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= 'a' && byte <= 'z') || unreserved.find(c) != std::string_view::npos;
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return uri;
}

std::string printable(std::string_view text) {
  std::string shown;
  for (const char c : layout::escape_id(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      shown += "\\n";
    } else if (c == '\t') {
      shown += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      shown += fmt::format("\\x{:02x}", byte);
    } else {
      shown += c;
    }
  }
  return shown;
}

}  // namespace sheaf::host
