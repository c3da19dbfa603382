// SPDX-License-Identifier: MIT
#include "host/preview/sheet.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace sheaf::host::preview {
namespace {

std::uint32_t gap_of(Size most) {
  return std::clamp(std::min(most.width, most.height) / 100, 1U, 8U);
}

struct Places {
  std::size_t columns, rows;
};

// As many columns as rows, or one more: places have the shape of the sheet, or nearly so.
Places places_of(std::size_t count) {
  const auto columns = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(count))));
  const std::size_t at_least = std::max<std::size_t>(columns, 1);
  return {at_least, std::max<std::size_t>((count + at_least - 1) / at_least, 1)};
}

std::uint32_t share(std::uint32_t side, std::size_t places, std::uint32_t gap) {
  const auto gaps = static_cast<std::uint32_t>((places - 1) * gap);
  return std::max((side - std::min(side, gaps)) / static_cast<std::uint32_t>(places), 1U);
}

void copy_to(const Image& image, std::size_t x, std::size_t y, Image& sheet) {
  for (std::size_t row = 0; row < image.size.height; ++row) {
    std::memcpy(&sheet.rgba[((y + row) * sheet.size.width + x) * 4],
                &image.rgba[row * image.size.width * 4], std::size_t{image.size.width} * 4);
  }
}

}  // namespace

Size place_size(std::size_t count, Size most) {
  if (count <= 1) return most;
  const Places places = places_of(count);
  return {share(most.width, places.columns, gap_of(most)),
          share(most.height, places.rows, gap_of(most))};
}

Image make_sheet(const std::vector<Image>& images, Size most) {
  if (images.size() == 1) return images.front();
  Size place{1, 1};
  for (const Image& image : images) {
    place.width = std::max(place.width, image.size.width);
    place.height = std::max(place.height, image.size.height);
  }
  const Places places = places_of(images.size());
  const std::uint32_t gap = gap_of(most);
  const auto side = [&](std::uint32_t one, std::size_t count) {
    return static_cast<std::uint32_t>(count * (one + gap) - gap);
  };
  Image sheet({side(place.width, places.columns), side(place.height, places.rows)});
  for (std::size_t i = 0; i < images.size(); ++i) {
    const Size size = images[i].size;
    copy_to(images[i], i % places.columns * (place.width + gap) + (place.width - size.width) / 2,
            i / places.columns * (place.height + gap) + (place.height - size.height) / 2, sheet);
  }
  return sheet;
}

}  // namespace sheaf::host::preview
