// SPDX-License-Identifier: MIT
#include "core/typed/mode.hpp"

#include <string>

#include "core/error.hpp"

namespace sheaf::typed {
namespace {

void check_place(const std::filesystem::path& file, bool overwrites) {
  if (!file.has_filename() || std::filesystem::is_directory(file)) {
    throw Error(ErrorCode::Invalid, file.string(),
                file.empty() ? "an empty name is no file's" : "is a folder; name a file in it");
  }
  if (!overwrites && std::filesystem::exists(file)) {
    throw Error(ErrorCode::Exists, file.string(),
                "exists already; open it with 'a' to add to it, or with 'w' to replace it");
  }
}

}  // namespace

Mode mode_of(const std::filesystem::path& file, std::string_view mode) {
  if (mode == "x") mode = "w-";
  if (mode == "a") mode = std::filesystem::exists(file) ? "r+" : "w-";
  if (mode == "r") return {};
  if (mode == "r+") return {.is_writable = true};
  if (mode == "w" || mode == "w-") {
    check_place(file, mode == "w");
    return {true, true, mode == "w"};
  }
  throw Error(ErrorCode::Invalid, file.string(),
              "can't be opened in the mode '" + std::string(mode) +
                  "'; there are r, r+, w, w- (or x) and a");
}

}  // namespace sheaf::typed
