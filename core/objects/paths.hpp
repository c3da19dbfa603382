// SPDX-License-Identifier: MIT
#pragma once
// Paths of items: "/" is the root, "/run/7" an entry of an entry.
//
// Model: text; entries of a list have their index as name. "//3/value" is being made and has no
// place yet. Failure: Error (Invalid) for names that HDF5 has no way to store.

#include <string>
#include <string_view>

namespace sheaf::objects {

// `path` below `base`; from the root where it begins with '/'.
[[nodiscard]] std::string join(const std::string& base, std::string_view path);
// One name, which may be anything but part of a path.
[[nodiscard]] std::string join_name(const std::string& base, std::string_view name);
void check_name(std::string_view name, const std::string& object);

// Without a place above it: the root, or what is being made.
[[nodiscard]] inline bool is_top(std::string_view path) noexcept {
  return path == "/" || (path.starts_with("//") && path.find('/', 2) == std::string_view::npos);
}
[[nodiscard]] inline std::string_view name_of(std::string_view path) noexcept {
  return path.substr(path.rfind('/') + 1);
}
[[nodiscard]] inline std::string_view parent_of(std::string_view path) noexcept {
  return path.substr(0, path.rfind('/') == 0 ? 1 : path.rfind('/'));
}
[[nodiscard]] inline bool is_within(std::string_view path, std::string_view group) noexcept {
  return path == group || group == "/" ||
         (path.starts_with(group) && path.substr(group.size()).starts_with('/'));
}

}  // namespace sheaf::objects
