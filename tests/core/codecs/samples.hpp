// SPDX-License-Identifier: MIT
#pragma once
// Chunks that codecs must get right, and pipelines to put them through.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/codecs/pipeline.hpp"

namespace sheaf::test {

using Chunk = std::vector<std::byte>;

inline Chunk noise(std::size_t size, unsigned seed = 1, unsigned values = 256) {
  std::mt19937 random(seed);
  Chunk chunk(size);
  for (std::byte& byte : chunk) byte = static_cast<std::byte>(random() % values);
  return chunk;
}

// Bytes that repeat after `period`.
inline Chunk periodic(std::size_t size, std::size_t period) {
  Chunk chunk(size);
  for (std::size_t at = 0; at < size; ++at) chunk[at] = static_cast<std::byte>(at % period * 7);
  return chunk;
}

inline std::vector<float> wave(std::size_t samples) {
  std::mt19937 random(7);
  std::vector<float> result(samples);
  for (std::size_t at = 0; at < samples; ++at) {
    const float tone = std::sin(static_cast<float>(at) * 0.05F) * 0.3F;
    result[at] = std::round((tone + static_cast<float>(random() % 100) * 1e-4F) * 32768) / 32768;
  }
  return result;
}

inline Chunk bytes_of(const std::vector<float>& values) {
  const auto* begin = reinterpret_cast<const std::byte*>(values.data());
  return {begin, begin + values.size() * sizeof(float)};
}

// Sizes around everything that codecs count in: elements, vectors, runs, words.
inline std::vector<std::pair<std::string, Chunk>> samples() {
  std::vector<std::pair<std::string, Chunk>> result;
  for (const std::size_t size :
       {0,  1,  2,  3,  4,   5,   7,   12,  13,  15,   16,   17,   31,    32,
        33, 63, 64, 65, 127, 255, 263, 264, 265, 1000, 1023, 4097, 65536, 65539}) {
    const std::string text = std::to_string(size);
    result.emplace_back("noise " + text, noise(size));
    result.emplace_back("six values " + text, noise(size, 2, 6));
    result.emplace_back("zeros " + text, Chunk(size));
    result.emplace_back("ones " + text, Chunk(size, std::byte{0xFF}));
    result.emplace_back("period 3 " + text, periodic(size, 3));
  }
  result.emplace_back("a long run", Chunk(3U << 20U, std::byte{9}));
  result.emplace_back("far repetitions", periodic(300000, 8192));
  result.emplace_back("repetitions too far for lzf", periodic(300000, 8193));
  result.emplace_back("audio", bytes_of(wave(16384)));
  return result;
}

// Every codec alone, and together as datasets have them.
inline std::vector<std::pair<std::string, std::vector<codecs::Filter>>> pipelines(
    std::size_t element, std::size_t chunk) {
  using namespace codecs;
  const Filter shuffled = shuffle_filter(element);
  const Filter checked = fletcher32_filter();
  return {
      {"none", {}},
      {"shuffle", {shuffled}},
      {"fletcher32", {checked}},
      {"deflate0", {deflate_filter(0)}},
      {"deflate1", {deflate_filter(1)}},
      {"deflate4", {deflate_filter(4)}},
      {"deflate9", {deflate_filter(9)}},
      {"lzf", {lzf_filter(chunk)}},
      {"lz4", {lz4_filter()}},
      {"lz4_blocks", {{lz4_id, true, {1000}}}},
      {"zstd1", {zstd_filter(1)}},
      {"zstd19", {zstd_filter(19)}},
      {"blosc0", {blosc_filter(element, chunk, 0, true)}},
      {"blosc5", {blosc_filter(element, chunk, 5, true)}},
      {"blosc9", {blosc_filter(element, chunk, 9, false)}},
      {"shuffle_deflate", {shuffled, deflate_filter(4)}},
      {"shuffle_deflate_fletcher32", {shuffled, deflate_filter(4), checked}},
      {"shuffle_lzf_fletcher32", {shuffled, lzf_filter(chunk), checked}},
      {"shuffle_lz4", {shuffled, lz4_filter()}},
      {"shuffle_zstd", {shuffled, zstd_filter(3)}},
      {"shuffle_blosc_fletcher32", {shuffled, blosc_filter(element, chunk, 5, false), checked}}};
}

}  // namespace sheaf::test
