// SPDX-License-Identifier: MIT
#include "core/layout/compression.hpp"

#include <algorithm>

#include "core/codecs/codec.hpp"

namespace sheaf::layout {
namespace {

// In the order of the enum.
constexpr std::array<CompressionKind, 6> kinds{
    {{Compression::None, "none", 0, std::nullopt},
     {Compression::Deflate, "gzip", codecs::deflate_id, LevelRange{0, 9, 4}},
     {Compression::Lzf, "lzf", codecs::lzf_id, std::nullopt},
     {Compression::Lz4, "lz4", codecs::lz4_id, std::nullopt},
     {Compression::Zstd, "zstd", codecs::zstd_id, LevelRange{1, 22, 3}},
     {Compression::Blosc, "blosc", codecs::blosc_id, LevelRange{0, 9, 5}}}};

template <class Matches>
const CompressionKind* find(Matches matches) noexcept {
  const auto found = std::find_if(kinds.begin(), kinds.end(), matches);
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace

const CompressionKind& kind_of(Compression compression) noexcept {
  return kinds[static_cast<std::size_t>(compression)];
}

const CompressionKind* find_compression(std::string_view name) noexcept {
  if (name == "deflate") name = "gzip";
  return find([name](const CompressionKind& kind) { return kind.name == name; });
}

const CompressionKind* find_compression(unsigned filter) noexcept {
  if (filter == 0) return nullptr;
  return find([filter](const CompressionKind& kind) { return kind.filter == filter; });
}

std::string compression_names() {
  std::string names;
  for (const CompressionKind& kind : kinds) {
    if (kind.compression != Compression::None) names += std::string(kind.name) + ", ";
  }
  return names + "none";
}

std::optional<std::string> refuse_level(Compression compression, std::int64_t level) {
  const CompressionKind& kind = kind_of(compression);
  const std::string name(kind.name);
  if (!kind.levels) return "the compression " + name + " has no level";
  if (level >= kind.levels->least && level <= kind.levels->most) return std::nullopt;
  return "the level of " + name + " is " + std::to_string(level) + "; it goes from " +
         std::to_string(kind.levels->least) + " to " + std::to_string(kind.levels->most);
}

}  // namespace sheaf::layout
