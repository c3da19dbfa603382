// SPDX-License-Identifier: MIT
#pragma once
// Paths in a file: components with a '/' between, none in front; "" is the root.
//
// Threads: any. Failure: none.

#include <string>

namespace sheaf::layout {

[[nodiscard]] inline std::string below(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + "/" + name;
}

[[nodiscard]] inline std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

[[nodiscard]] inline std::string name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace sheaf::layout
