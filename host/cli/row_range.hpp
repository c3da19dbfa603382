// SPDX-License-Identifier: MIT
#pragma once
// `--rows A:B`: rows as Python's slices name them.

#include <cstdint>
#include <limits>
#include <string>

namespace sheaf::host::cli {

// Either may be negative: counted from the end.
struct RowRange {
  std::int64_t start = 0;
  std::int64_t stop = std::numeric_limits<std::int64_t>::max();
};

// Throws CLI::ValidationError.
[[nodiscard]] RowRange parse_rows(const std::string& text);

}  // namespace sheaf::host::cli
