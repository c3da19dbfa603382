// SPDX-License-Identifier: MIT
#include "core/layout/spec.hpp"

#include <algorithm>

namespace sheaf::layout {
namespace {

constexpr std::int64_t target_bytes = 65536;  // measured: docs/format.md
constexpr std::int64_t page_bytes = 4096;

// What the gap up to the next page costs, in parts of the chunk's place in the file.
double waste(std::int64_t bytes) noexcept {
  const std::int64_t place = (bytes + page_bytes - 1) / page_bytes * page_bytes;
  return static_cast<double>(place - bytes) / static_cast<double>(place);
}

}  // namespace

std::int64_t default_chunk_rows(std::size_t row_bytes) noexcept {
  const auto bytes = static_cast<std::int64_t>(std::max<std::size_t>(row_bytes, 1));
  const std::int64_t most = std::max<std::int64_t>(target_bytes / bytes, 1);
  // Chunks begin at a page: whole pages leave no gaps behind, so they come first.
  for (std::int64_t rows = most; rows * 4 >= most * 3; --rows) {
    if (rows * bytes % page_bytes == 0) return rows;
  }
  for (std::int64_t rows = most; rows * 2 >= most; --rows) {
    if (waste(rows * bytes) < 0.03) return rows;
  }
  return most;
}

}  // namespace sheaf::layout
