// SPDX-License-Identifier: MIT
#pragma once
// One raw source: a local file with the id it has in the file we write.

#include <cstdint>
#include <string>
#include <string_view>

namespace sheaf::host {

struct Source {
  std::string id;    // unique, UTF-8, '/'-normalised
  std::string path;  // as it can be opened; any bytes but 0
  std::int64_t size = -1;
  std::int64_t mtime_ns = -1;
};

// "file:///…", percent-encoded; `folder` is what a relative path starts from.
[[nodiscard]] std::string file_uri(std::string_view path, std::string_view folder);

// Text for people: control characters and broken UTF-8 escaped, so that a name takes one line. An
// id without control characters is shown as it is.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace sheaf::host
