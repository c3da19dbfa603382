// SPDX-License-Identifier: MIT
#include "host/xdg.hpp"

#include <cstdlib>

namespace sheaf::host {
namespace {

std::filesystem::path path_in(const char* variable) {
  const char* value = std::getenv(variable);
  return value == nullptr ? "" : value;
}

}  // namespace

std::filesystem::path xdg_folder(const char* variable, std::string_view below_home) {
  std::filesystem::path folder = path_in(variable);
  if (folder.is_absolute()) return folder;
  const std::filesystem::path home = path_in("HOME");
  return home.is_absolute() ? home / below_home : std::filesystem::path();
}

}  // namespace sheaf::host
