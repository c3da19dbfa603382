// SPDX-License-Identifier: MIT
#include "draw/pixels.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

namespace sheaf::draw {
namespace {

template <class Use>
auto with_type(Element element, Use&& use) {
  switch (element) {
    case Element::I8:
      return use(std::int8_t{});
    case Element::U16:
      return use(std::uint16_t{});
    case Element::I16:
      return use(std::int16_t{});
    case Element::U32:
      return use(std::uint32_t{});
    case Element::I32:
      return use(std::int32_t{});
    case Element::U64:
      return use(std::uint64_t{});
    case Element::I64:
      return use(std::int64_t{});
    case Element::F32:
      return use(float{});
    case Element::F64:
      return use(double{});
    default:
      return use(std::uint8_t{});
  }
}

template <class T>
double element(const std::byte* data, std::size_t i) {
  T value;
  std::memcpy(&value, data + i * sizeof(T), sizeof(T));
  return static_cast<double>(value);
}

bool has_alpha(const Pixels& pixels) { return pixels.channels == 2 || pixels.channels == 4; }

// How much of a source's pixels a target's pixel covers.
struct Cover {
  std::size_t first = 0;
  std::vector<float> weights;  // 1 in all
};

std::vector<Cover> covers(std::size_t from, std::size_t to) {
  std::vector<Cover> made(to);
  const double step = static_cast<double>(from) / static_cast<double>(to);
  for (std::size_t i = 0; i < to; ++i) {
    const double begin = step * static_cast<double>(i);
    const double end = std::min(begin + step, static_cast<double>(from));
    made[i].first = std::min(static_cast<std::size_t>(begin + 1e-9), from - 1);
    for (std::size_t k = made[i].first; k < from && static_cast<double>(k) < end - 1e-9; ++k) {
      const auto at = static_cast<double>(k);
      made[i].weights.push_back(
          static_cast<float>((std::min(at + 1, end) - std::max(at, begin)) / step));
    }
  }
  return made;
}

// A row of pixels as R, G, B times alpha, and alpha: 0 to 1 each.
template <class T>
void read_row(const Pixels& pixels, std::size_t y, const Range& range, std::vector<float>& row) {
  const double unit = range.high > range.low ? 1 / (range.high - range.low) : 0;
  const std::size_t channels = pixels.channels, colors = channels < 3 ? 1 : 3;
  const double opaque =
      std::is_floating_point_v<T> ? 1 : static_cast<double>(std::numeric_limits<T>::max());
  const std::byte* const data = pixels.data + y * pixels.width * channels * sizeof(T);
  for (std::size_t x = 0; x < pixels.width; ++x) {
    float* const to = &row[x * 4];
    double alpha = 1;
    if (has_alpha(pixels)) {
      alpha = std::clamp(element<T>(data, x * channels + channels - 1) / opaque, 0.0, 1.0);
    }
    for (std::size_t c = 0; c < 3; ++c) {
      const double value = element<T>(data, x * channels + (colors == 3 ? c : 0));
      const double level = std::isnan(value) ? 0 : std::clamp((value - range.low) * unit, 0.0, 1.0);
      to[c] = static_cast<float>(level * alpha);
    }
    to[3] = static_cast<float>(alpha);
  }
}

void shrink_row(const std::vector<float>& row, const std::vector<Cover>& columns, float weight,
                std::vector<float>& sums) {
  for (std::size_t x = 0; x < columns.size(); ++x) {
    float sum[4] = {};
    const float* from = &row[columns[x].first * 4];
    for (const float part : columns[x].weights) {
      for (std::size_t c = 0; c < 4; ++c) sum[c] += part * from[c];
      from += 4;
    }
    for (std::size_t c = 0; c < 4; ++c) sums[x * 4 + c] += weight * sum[c];
  }
}

void put_row(const std::vector<float>& sums, std::uint8_t* to) {
  const auto byte = [](float level) {
    return static_cast<std::uint8_t>(std::lround(std::clamp(level, 0.0F, 1.0F) * 255));
  };
  for (std::size_t i = 0; i < sums.size(); i += 4, to += 4) {
    const float alpha = sums[i + 3];
    for (std::size_t c = 0; c < 3; ++c) to[c] = alpha > 0 ? byte(sums[i + c] / alpha) : 0;
    to[3] = byte(alpha);
  }
}

}  // namespace

Range data_range(const Pixels& pixels) {
  return with_type(pixels.element, [&](auto zero) {
    using T = decltype(zero);
    Range range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
    const std::size_t count = pixels.width * pixels.height * pixels.channels;
    for (std::size_t i = 0; i < count; ++i) {
      if (has_alpha(pixels) && i % pixels.channels == pixels.channels - 1) continue;
      const double value = element<T>(pixels.data, i);
      if (!std::isfinite(value)) continue;
      range = {std::min(range.low, value), std::max(range.high, value)};
    }
    return range.low <= range.high ? range : Range{0, 1};
  });
}

Range natural_range(const Pixels& pixels) {
  return with_type(pixels.element, [&](auto zero) {
    using T = decltype(zero);
    if constexpr (std::is_floating_point_v<T>) {
      const Range range = data_range(pixels);
      return range.low >= 0 && range.high <= 1 ? Range{0, 1} : range;
    } else {
      return Range{static_cast<double>(std::numeric_limits<T>::min()),
                   static_cast<double>(std::numeric_limits<T>::max())};
    }
  });
}

Size fitted(std::size_t width, std::size_t height, Size most) {
  const double scale =
      std::min({1.0, most.width / static_cast<double>(std::max<std::size_t>(width, 1)),
                most.height / static_cast<double>(std::max<std::size_t>(height, 1))});
  const auto side = [&](std::size_t full, std::uint32_t limit) {
    const auto scaled = std::lround(static_cast<double>(full) * scale);
    return static_cast<std::uint32_t>(std::clamp<long>(scaled, 1, std::max<long>(limit, 1)));
  };
  return {side(width, most.width), side(height, most.height)};
}

Bitmap shrink(const Pixels& pixels, const Range& range, Size size) {
  Bitmap bitmap(size.width, size.height);
  const std::vector<Cover> columns = covers(pixels.width, size.width);
  const std::vector<Cover> rows = covers(pixels.height, size.height);
  std::vector<float> row(pixels.width * 4), sums(std::size_t{size.width} * 4);
  std::size_t have = pixels.height;  // the row that `row` holds
  for (std::size_t y = 0; y < rows.size(); ++y) {
    std::ranges::fill(sums, 0.0F);
    for (std::size_t k = 0; k < rows[y].weights.size(); ++k) {
      const std::size_t wanted = rows[y].first + k;
      if (wanted != have) {
        with_type(pixels.element,
                  [&](auto zero) { read_row<decltype(zero)>(pixels, wanted, range, row); });
        have = wanted;
      }
      shrink_row(row, columns, rows[y].weights[k], sums);
    }
    put_row(sums, &bitmap.rgba[y * size.width * 4]);
  }
  return bitmap;
}

Size Grid::size() const noexcept {
  return {static_cast<std::uint32_t>(columns * (tile.width + gap) - gap),
          static_cast<std::uint32_t>(rows * (tile.height + gap) - gap)};
}

Grid best_grid(std::size_t count, std::size_t width, std::size_t height, Size most) {
  Grid best;
  double largest = -1;
  const std::uint32_t gap = count < 2 ? 0 : std::max(1U, std::min(most.width, most.height) / 128);
  for (std::size_t columns = 1; columns <= std::max<std::size_t>(count, 1); ++columns) {
    const std::size_t rows = (std::max<std::size_t>(count, 1) + columns - 1) / columns;
    const auto room = [&](std::uint32_t side, std::size_t tiles) {
      const auto gaps = static_cast<double>((tiles - 1) * gap);
      return static_cast<std::uint32_t>(std::max(0.0, (side - gaps) / static_cast<double>(tiles)));
    };
    const Size cell{room(most.width, columns), room(most.height, rows)};
    if (cell.width == 0 || cell.height == 0) continue;
    const Size tile = fitted(width, height, cell);
    const double shape = static_cast<double>(columns * width) * most.height /
                         (static_cast<double>(rows * height) * most.width);
    // Of places equally large: a sheet of the shape wanted, with few that stay empty.
    const double area = static_cast<double>(tile.width) * tile.height -
                        1e-3 * std::abs(std::log(shape)) -
                        1e-6 * static_cast<double>(columns * rows);
    if (area <= largest) continue;
    largest = area;
    best = {columns, rows, tile, gap};
  }
  if (largest < 0) best = {1, 1, fitted(width, height, most), 0};
  return best;
}

void place(const Grid& grid, std::size_t index, const Bitmap& picture, Size sheet,
           std::span<std::uint8_t> rgba) {
  const std::size_t column = index % grid.columns, row = index / grid.columns;
  if (row >= grid.rows) return;
  const std::size_t x = column * (grid.tile.width + grid.gap) +
                        (grid.tile.width - std::min(picture.width, grid.tile.width)) / 2;
  const std::size_t y = row * (grid.tile.height + grid.gap) +
                        (grid.tile.height - std::min(picture.height, grid.tile.height)) / 2;
  const std::size_t width = std::min(picture.width, grid.tile.width);
  const std::size_t height = std::min(picture.height, grid.tile.height);
  for (std::size_t line = 0; line < height; ++line) {
    std::memcpy(&rgba[((y + line) * sheet.width + x) * 4], &picture.rgba[line * picture.width * 4],
                width * 4);
  }
}

}  // namespace sheaf::draw
