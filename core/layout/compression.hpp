// SPDX-License-Identifier: MIT
#pragma once
// The ways to compress an array: their names, HDF5 filters and levels, in one table.
//
// Model: constant data. "deflate" is a second name of gzip's, as h5py calls it.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sheaf::layout {

enum class Compression : std::uint8_t { None, Deflate, Lzf, Lz4, Zstd, Blosc };

struct LevelRange {
  int least;
  int most;
  int usual;  // taken where none is given
};

struct CompressionKind {
  Compression compression;
  std::string_view name;
  unsigned filter;  // HDF5's id, 0 for none
  std::optional<LevelRange> levels;
};

[[nodiscard]] const CompressionKind& kind_of(Compression compression) noexcept;
// Null when there is none of that name, or of that filter id.
[[nodiscard]] const CompressionKind* find_compression(std::string_view name) noexcept;
[[nodiscard]] const CompressionKind* find_compression(unsigned filter) noexcept;
// "gzip, lzf, lz4, zstd, blosc, none", for messages.
[[nodiscard]] std::string compression_names();
// Why a level doesn't fit; empty when it does.
[[nodiscard]] std::optional<std::string> refuse_level(Compression compression, std::int64_t level);

}  // namespace sheaf::layout
