// SPDX-License-Identifier: MIT
#include "host/cli/row_range.hpp"

#include <charconv>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace sheaf::host::cli {
namespace {

std::int64_t parse_index(const std::string& text, std::int64_t if_empty) {
  std::int64_t value = if_empty;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (!text.empty() && (error != std::errc() || end != text.data() + text.size())) {
    throw CLI::ValidationError("--rows", fmt::format("'{}' is no row number", text));
  }
  return value;
}

}  // namespace

RowRange parse_rows(const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) {
    throw CLI::ValidationError("--rows", fmt::format("'{}' is no range; write A:B", text));
  }
  const RowRange all;
  return {parse_index(text.substr(0, colon), all.start),
          parse_index(text.substr(colon + 1), all.stop)};
}

}  // namespace sheaf::host::cli
