// SPDX-License-Identifier: MIT
#pragma once
// Copies of rows that lie whole in the chunks of a mapping, none of which is missing.
//
// Model: nothing here owns anything or takes a lock: a copy may be broken off anywhere
// (bus_guard.hpp). Rows are there: the caller has looked. Threads: any. Failure: SIGBUS.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "core/layout/spec.hpp"

namespace sheaf::read {

struct MappedRows {
  const std::byte* data;
  const std::uint64_t* addresses;
  std::uint64_t chunk_rows;
  std::size_t row_bytes;

  [[nodiscard]] const std::byte* at(std::int64_t row) const noexcept {
    const auto number = static_cast<std::uint64_t>(row);
    const std::uint64_t chunk =
        (number | chunk_rows) >> 32U == 0
            ? static_cast<std::uint32_t>(number) / static_cast<std::uint32_t>(chunk_rows)
            : number / chunk_rows;
    return data + addresses[chunk] + (number - chunk * chunk_rows) * row_bytes;
  }
};

inline constexpr std::size_t line_bytes = 64;
inline constexpr std::size_t prefetched_bytes = 1024;  // of a row; the processor goes on by itself
inline constexpr std::size_t ahead_bytes = 4096;       // between the row copied and those asked for

inline void copy_span(const MappedRows& from, layout::Span rows, std::byte* out) {
  const auto chunk_rows = static_cast<std::int64_t>(from.chunk_rows);
  while (rows.start < rows.stop) {
    const std::int64_t left = chunk_rows - rows.start % chunk_rows;
    const std::int64_t count = std::min(left, rows.stop - rows.start);
    const std::size_t bytes = static_cast<std::size_t>(count) * from.row_bytes;
    std::memcpy(out, from.at(rows.start), bytes);
    out += bytes;
    rows.start += count;
  }
}

inline void prefetch(const std::byte* row, std::size_t bytes) {
  for (std::size_t at = 0; at < bytes; at += line_bytes) __builtin_prefetch(row + at);
}

inline void copy_each(const MappedRows& from, std::span<const std::int64_t> rows, std::byte* out) {
  const std::size_t bytes = from.row_bytes;
  const std::size_t ahead = std::clamp<std::size_t>(ahead_bytes / bytes, 1, 16);
  const std::size_t asked = std::min(bytes, prefetched_bytes);
  const std::size_t count = rows.size();
  for (std::size_t index = 0; index < count; ++index) {
    if (index + ahead < count) prefetch(from.at(rows[index + ahead]), asked);
    std::memcpy(out + index * bytes, from.at(rows[index]), bytes);
  }
}

}  // namespace sheaf::read
