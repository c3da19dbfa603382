// SPDX-License-Identifier: MIT
#pragma once
// What any array can be shown as: its first rows as text, where no plugin knows better.

#include <cstddef>
#include <string>

#include "core/read/file.hpp"

namespace sheaf::host::cli {

// A head with shape and dtype, and a line a row: smallest, largest and first values; at most so
// many lines of so many characters. Throws Error where the source has none.
[[nodiscard]] std::string values_text(const read::Output& output, std::size_t source,
                                      std::size_t width, std::size_t height);

}  // namespace sheaf::host::cli
