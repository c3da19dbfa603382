// SPDX-License-Identifier: MIT
#pragma once
// Text to stderr that never fails: where it can't be written, nobody reads it; and what stdout is.

#include <string>

namespace sheaf::host::cli {

void to_stderr(const std::string& text) noexcept;
// "sheaf: message", as one line.
void print_error(const std::string& message) noexcept;

// Opens /dev/null where stdin, stdout or stderr are closed: else the next file opened, perhaps the
// one we write, would take their number, and a library's complaint would land in it.
void open_standard_files() noexcept;

// Whether stdout is a terminal that wants colours: neither NO_COLOR nor TERM=dumb is set.
[[nodiscard]] bool has_colors() noexcept;

}  // namespace sheaf::host::cli
