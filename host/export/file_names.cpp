// SPDX-License-Identifier: MIT
#include "host/export/file_names.hpp"

#include <climits>

#include <fmt/format.h>

namespace sheaf::host {
namespace {

constexpr std::size_t longest_name = 255;           // bytes, on all of Linux's usual file systems
constexpr std::size_t longest_path = PATH_MAX / 2;  // the other half is for where the folder lies

std::string refuse_component(std::string_view name, std::size_t suffix_bytes) {
  if (name.empty()) return "has an empty part";
  if (name == "." || name == "..") return fmt::format("has the part '{}'", name);
  if (name.size() + suffix_bytes > longest_name) {
    return fmt::format("has a part of {} bytes, and a name has at most {}", name.size(),
                       longest_name - suffix_bytes);
  }
  return {};
}

}  // namespace

std::string refuse_name(std::string_view text, std::size_t suffix_bytes) {
  if (text.empty()) return "is empty";
  if (text.starts_with('/')) return "is an absolute path";
  if (text.find('\0') != std::string_view::npos) return "has a zero byte";
  if (text.size() + suffix_bytes > longest_path) return "is too long for a path";
  while (true) {
    const std::size_t slash = text.find('/');
    const bool is_last = slash == std::string_view::npos;
    std::string why = refuse_component(text.substr(0, slash), is_last ? suffix_bytes : 0);
    if (is_last || !why.empty()) return why;
    text.remove_prefix(slash + 1);
  }
}

std::string file_above(std::string_view id, std::string_view suffix,
                       const std::function<bool(std::string_view)>& has_file) {
  for (std::size_t slash = id.find('/'); slash != std::string_view::npos;
       slash = id.find('/', slash + 1)) {
    const std::string_view above = id.substr(0, slash);
    if (above.size() <= suffix.size() || !above.ends_with(suffix)) continue;
    const std::string_view other = above.substr(0, above.size() - suffix.size());
    if (has_file(other)) return std::string(other);
  }
  return {};
}

}  // namespace sheaf::host
