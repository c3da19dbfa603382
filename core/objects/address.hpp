// SPDX-License-Identifier: MIT
#pragma once
// "r+:/data/lab.h5#/run/7": an item as text, for other threads and processes.
//
// Model: '%', '#' in the file's path are percent-escaped. Failure: Error (Invalid).

#include <filesystem>
#include <string>
#include <string_view>

namespace sheaf::objects {

struct Address {
  std::filesystem::path file;
  bool is_writable = false;
  std::string path;
};

[[nodiscard]] std::string address_of(const Address& address);
[[nodiscard]] Address parse_address(std::string_view text);

}  // namespace sheaf::objects
