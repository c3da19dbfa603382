// SPDX-License-Identifier: MIT
#pragma once
// Text that fits: as wide as a terminal shows it, cut where it is too long.
//
// Model: UTF-8; letters of East Asia and pictograms take two columns, marks above letters none.
// Control characters become blanks, bytes that aren't UTF-8 a question mark. Threads: any.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sheaf::draw {

[[nodiscard]] std::size_t columns_of(std::string_view text) noexcept;
// At most so many columns, "…" at the end where something is missing.
[[nodiscard]] std::string cut(std::string_view text, std::size_t columns);
// "1,234,567"
[[nodiscard]] std::string grouped(std::int64_t number);

// Rows of cells, the first of which is the head, in columns that are two blanks apart. Columns that
// have no room are left out, which the head shows by "…".
[[nodiscard]] std::string aligned(const std::vector<std::vector<std::string>>& rows,
                                  const std::vector<bool>& right, std::size_t width);

}  // namespace sheaf::draw
