// SPDX-License-Identifier: MIT
#include "host/place.hpp"

#include <utility>

#include <boost/dll/runtime_symbol_info.hpp>

namespace sheaf::host {
namespace {

std::filesystem::path& told_folder() {
  static std::filesystem::path folder;
  return folder;
}

}  // namespace

std::filesystem::path program_folder() {
  if (!told_folder().empty()) return told_folder();
  return boost::dll::program_location().parent_path().string();
}

void set_program_folder(std::filesystem::path folder) { told_folder() = std::move(folder); }

}  // namespace sheaf::host
