// SPDX-License-Identifier: MIT
// The chunk and four bytes behind it: HDF5's Fletcher checksum, little-endian. No values.
#include <algorithm>
#include <array>
#include <cstdint>

#include "core/codecs/codec.hpp"

namespace sheaf::codecs {
namespace {

constexpr std::size_t checksum_bytes = 4;

// Modulo 65535 as end-around carries give it: 65535 instead of 0, unless all words were 0.
std::uint64_t fold(std::uint64_t sum) { return sum == 0 ? 0 : (sum - 1) % 65535 + 1; }

// Words are big-endian, an odd byte at the end is a word's high one.
std::uint32_t checksum(Bytes bytes) {
  // 64 bits hold the sums of so many words.
  constexpr std::size_t words_between_folds = 1U << 20U;
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t whole = (bytes.size() - at) / 2;
    const std::size_t words = std::min(whole, words_between_folds);
    for (std::size_t word = 0; word < words; ++word, at += 2) {
      first += std::to_integer<std::uint64_t>(bytes[at]) << 8U |
               std::to_integer<std::uint64_t>(bytes[at + 1]);
      second += first;
    }
    if (words == whole && at < bytes.size()) {
      first += std::to_integer<std::uint64_t>(bytes[at++]) << 8U;
      second += first;
    }
    first = fold(first);
    second = fold(second);
  }
  return static_cast<std::uint32_t>(second << 16U | first);
}

std::uint32_t swap_halves(std::uint32_t sum) {
  return (sum & 0x00FF00FFU) << 8U | (sum & 0xFF00FF00U) >> 8U;
}

bool encode_fletcher32(Bytes chunk, Values /*values*/, Buffer& out) {
  const std::span<std::byte> result = out.claim(chunk.size() + checksum_bytes);
  std::copy(chunk.begin(), chunk.end(), result.begin());
  std::uint32_t sum = checksum(chunk);
  for (std::size_t byte = 0; byte < checksum_bytes; ++byte, sum >>= 8U) {
    result[chunk.size() + byte] = static_cast<std::byte>(sum & 0xFFU);
  }
  return true;
}

void decode_fletcher32(Bytes stored, Values /*values*/, std::size_t most, Buffer& out) {
  if (stored.size() < checksum_bytes) fail_damaged(fletcher32, "it is cut off");
  const Bytes chunk = stored.first(stored.size() - checksum_bytes);
  if (chunk.size() > most) fail_damaged(fletcher32, "it is too long");
  std::uint32_t kept = 0;
  for (std::size_t byte = checksum_bytes; byte-- > 0;) {
    kept = kept << 8U | std::to_integer<std::uint32_t>(stored[chunk.size() + byte]);
  }
  // HDF5 before 1.6.3 took the words in the machine's order.
  const std::uint32_t sum = checksum(chunk);
  if (kept != sum && kept != swap_halves(sum)) fail_damaged(fletcher32, "its checksum is wrong");
  std::copy(chunk.begin(), chunk.end(), out.claim(chunk.size()).begin());
}

}  // namespace

const Codec fletcher32{fletcher32_id, "fletcher32", encode_fletcher32, decode_fletcher32};

Filter fletcher32_filter() { return {fletcher32_id, false, {}}; }

}  // namespace sheaf::codecs
