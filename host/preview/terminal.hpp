// SPDX-License-Identifier: MIT
#pragma once
// Pictures on a terminal: two pixels a character, one above the other ("▀").
//
// Threads: any.

#include <cstdint>
#include <string>

#include "host/preview/image.hpp"

namespace sheaf::host::preview {

struct Terminal {
  bool is_one = false;     // standard output is a terminal,
  bool has_color = false;  // which says that it has 24-bit colour (COLORTERM)
  std::uint32_t columns = 80, rows = 24;
};
[[nodiscard]] Terminal terminal();

// A line for each two rows of pixels; what is transparent has the terminal's own colour.
[[nodiscard]] std::string half_blocks(const Image& image);

}  // namespace sheaf::host::preview
