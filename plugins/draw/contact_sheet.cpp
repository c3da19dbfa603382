// SPDX-License-Identifier: MIT
#include "draw/contact_sheet.hpp"

#include <algorithm>
#include <vector>

namespace sheaf::draw {

std::int64_t evenly_spaced(std::int64_t rows, std::int64_t count, std::int64_t i) {
  return count < rows ? rows / count * i + rows % count * i / count : i;
}

Bitmap contact_sheet(const Pictures& pictures, std::int64_t count, Size most,
                     Brightness brightness) {
  count = std::min(count, pictures.rows);
  if (count <= 0 || pictures.shape.width == 0 || pictures.shape.height == 0) return {};
  const Grid grid =
      best_grid(static_cast<std::size_t>(count), pictures.shape.width, pictures.shape.height, most);
  const Size size = grid.size();
  Bitmap sheet(size.width, size.height);
  std::vector<std::byte> row(pictures.row_bytes);
  Pixels pixels = pictures.shape;
  pixels.data = row.data();
  for (std::int64_t i = 0; i < count; ++i) {
    pictures.read(evenly_spaced(pictures.rows, count, i), row);
    const Range range = brightness == Brightness::Data ? data_range(pixels) : natural_range(pixels);
    place(grid, static_cast<std::size_t>(i), shrink(pixels, range, grid.tile), size, sheet.rgba);
  }
  return sheet;
}

}  // namespace sheaf::draw
