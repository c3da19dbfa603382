// SPDX-License-Identifier: MIT
#include "host/cli/terminal.hpp"

#include <algorithm>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

namespace sheaf::host::cli {

void to_stderr(const std::string& text) noexcept {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

void print_error(const std::string& message) noexcept {
  std::string line = "sheaf: " + message;
  std::ranges::replace(line, '\n', ' ');
  to_stderr(line + '\n');
}

void open_standard_files() noexcept {
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    if (fcntl(descriptor, F_GETFD) != -1) continue;
    if (open("/dev/null", O_RDWR) != descriptor) _exit(1);  // the lowest free number is this one
  }
}

}  // namespace sheaf::host::cli
