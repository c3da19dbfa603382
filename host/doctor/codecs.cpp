// SPDX-License-Identifier: MIT
#include "host/doctor/codecs.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include "core/codecs/pipeline.hpp"
#include "core/layout/compression.hpp"
#include "host/doctor/measure.hpp"

namespace sheaf::host::doctor {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{64} << 10U;

std::vector<codecs::Filter> filters_of(layout::Compression compression, std::size_t element,
                                       std::size_t chunk) {
  const auto& levels = layout::kind_of(compression).levels;
  const auto level = static_cast<unsigned>(levels ? levels->usual : 0);
  std::vector<codecs::Filter> filters;
  if (element > 1 && compression != layout::Compression::Blosc) {
    filters.push_back(codecs::shuffle_filter(element));
  }
  switch (compression) {
    case layout::Compression::Deflate:
      filters.push_back(codecs::deflate_filter(level));
      break;
    case layout::Compression::Lzf:
      filters.push_back(codecs::lzf_filter(chunk));
      break;
    case layout::Compression::Lz4:
      filters.push_back(codecs::lz4_filter());
      break;
    case layout::Compression::Zstd:
      filters.push_back(codecs::zstd_filter(level));
      break;
    case layout::Compression::Blosc:
      filters.push_back(codecs::blosc_filter(element, chunk, level, element > 1));
      break;
    case layout::Compression::None:
      break;
  }
  return filters;
}

}  // namespace

std::vector<std::byte> sample_chunk() {
  constexpr std::size_t channels = 3, line = 256 * channels;
  std::vector<std::byte> chunk(chunk_bytes);
  std::mt19937 random(1);
  for (std::size_t i = 0; i < chunk.size(); ++i) {
    // Like its neighbours to the left and above, but for a little.
    const int left = i < channels ? 128 : std::to_integer<int>(chunk[i - channels]);
    const int above = i < line ? left : std::to_integer<int>(chunk[i - line]);
    const int noise = static_cast<int>(random() % 3) - 1;
    chunk[i] = static_cast<std::byte>(std::clamp((left + above + 1) / 2 + noise, 0, 255));
  }
  return chunk;
}

std::vector<CodecSpeed> measure_codecs(codecs::Bytes chunk, std::size_t element_bytes,
                                       double seconds, const std::atomic<bool>& stop) {
  using layout::Compression;
  std::vector<CodecSpeed> speeds;
  codecs::Buffer stored, out, spare;
  const auto bytes = static_cast<std::int64_t>(chunk.size());
  for (const Compression compression : {Compression::Deflate, Compression::Zstd, Compression::Lz4,
                                        Compression::Blosc, Compression::Lzf}) {
    const codecs::Pipeline pipeline(filters_of(compression, element_bytes, chunk.size()));
    CodecSpeed speed{std::string(layout::kind_of(compression).name)};
    std::uint32_t mask = 0;
    speed.encode =
        best_rate(bytes, seconds / 2, stop, [&] { mask = pipeline.encode(chunk, stored, spare); });
    speed.size = static_cast<double>(stored.size()) / static_cast<double>(bytes);
    speed.decode = best_rate(bytes, seconds / 2, stop, [&] {
      pipeline.decode(stored.bytes(), mask, chunk.size(), out, spare);
    });
    speeds.push_back(std::move(speed));
  }
  return speeds;
}

}  // namespace sheaf::host::doctor
