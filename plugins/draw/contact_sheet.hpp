// SPDX-License-Identifier: MIT
#pragma once
// Rows that are pictures, side by side.
//
// Model: rows of one shape (height, width, channels) or (height, width), read one at a time; where
// there are more than wanted, some of them, evenly spaced, the first one always. Threads: one.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "draw/pixels.hpp"

namespace sheaf::draw {

struct Pictures {
  std::int64_t rows = 0;
  Pixels shape;  // of each; without data
  std::size_t row_bytes = 0;
  std::function<void(std::int64_t row, std::span<std::byte> to)> read;
};

enum class Brightness : std::uint8_t {
  Natural,  // natural_range()
  Data,     // data_range() of each picture
};

// Which rows are shown.
[[nodiscard]] std::int64_t evenly_spaced(std::int64_t rows, std::int64_t count, std::int64_t i);
// At most `count` pictures within `most`; nothing where there are none.
[[nodiscard]] Bitmap contact_sheet(const Pictures& pictures, std::int64_t count, Size most,
                                   Brightness brightness);

}  // namespace sheaf::draw
