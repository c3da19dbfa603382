// SPDX-License-Identifier: MIT
#include "core/loader/arrange.hpp"

#include <algorithm>
#include <cstring>

namespace sheaf::loader {
namespace {

// Row r of rows that go on as in a mirror at both ends, the end rows once: 2 1 | 0 1 2 | 1 0.
std::int64_t reflected(std::int64_t r, std::int64_t rows) noexcept {
  if (rows == 1) return 0;
  const std::int64_t period = 2 * (rows - 1);
  r = ((r % period) + period) % period;
  return std::min(r, period - r);
}

}  // namespace

void copy_frames(const FramedSlice& slice, const std::byte* from, std::int64_t rows,
                 std::size_t row_bytes, std::byte* to) {
  const std::int64_t left = slice.center ? slice.frame_size / 2 : 0;
  const auto bytes = [row_bytes](std::int64_t count) {
    return static_cast<std::size_t>(count) * row_bytes;
  };
  const auto pad = [&](std::int64_t row, std::byte* place) {
    if (slice.padding == Padding::Constant) {
      std::memset(place, 0, row_bytes);
    } else {
      std::memcpy(place, from + bytes(reflected(row, rows)), row_bytes);
    }
  };
  for (std::int64_t frame = 0; frame < slice.length; ++frame) {
    const std::int64_t begin = frame * slice.hop - left;
    const std::int64_t end = begin + slice.frame_size;
    const std::int64_t inner_begin = std::clamp<std::int64_t>(0, begin, end);
    const std::int64_t inner_end = std::clamp(rows, inner_begin, end);
    for (std::int64_t row = begin; row < inner_begin; ++row) pad(row, to + bytes(row - begin));
    if (inner_begin < inner_end) {
      std::memcpy(to + bytes(inner_begin - begin), from + bytes(inner_begin),
                  bytes(inner_end - inner_begin));
    }
    for (std::int64_t row = inner_end; row < end; ++row) pad(row, to + bytes(row - begin));
    to += bytes(slice.frame_size);
  }
}

void copy_along(const Shape& shape, std::size_t axis, std::int64_t begin, std::int64_t length,
                std::size_t element_bytes, const std::byte* from, std::byte* to) {
  std::size_t outer = 1;
  for (std::size_t before = 0; before < axis; ++before) {
    outer *= static_cast<std::size_t>(shape[before]);
  }
  std::size_t inner = element_bytes;
  for (std::size_t after = axis + 1; after < shape.size(); ++after) {
    inner *= static_cast<std::size_t>(shape[after]);
  }
  const std::size_t stride = static_cast<std::size_t>(shape[axis]) * inner;
  const std::size_t taken = static_cast<std::size_t>(length) * inner;
  from += static_cast<std::size_t>(begin) * inner;
  for (std::size_t i = 0; i < outer; ++i) {
    std::memcpy(to + i * taken, from + i * stride, taken);
  }
}

}  // namespace sheaf::loader
