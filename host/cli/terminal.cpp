// SPDX-License-Identifier: MIT
#include "host/cli/terminal.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>

#include "host/source/source.hpp"

namespace sheaf::host::cli {

void to_stderr(const std::string& text) noexcept {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

void print_error(const std::string& message) noexcept {
  std::string line = "sheaf: " + message;
  std::ranges::replace(line, '\n', ' ');
  to_stderr(printable(line) + '\n');  // names in it may come from anybody
}

void open_standard_files() noexcept {
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    if (fcntl(descriptor, F_GETFD) != -1) continue;
    if (open("/dev/null", O_RDWR) != descriptor) _exit(1);  // the lowest free number is this one
  }
}

bool has_colors() noexcept {
  const char* const refused = std::getenv("NO_COLOR");
  const char* const kind = std::getenv("TERM");
  if (refused != nullptr && *refused != '\0') return false;
  return isatty(STDOUT_FILENO) != 0 && kind != nullptr && std::string_view(kind) != "dumb";
}

}  // namespace sheaf::host::cli
