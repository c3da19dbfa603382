// SPDX-License-Identifier: MIT
// The registered lz4 filter's container: bytes of the chunk (8, big-endian), bytes a block (4),
// then of each block its size in the file (4) and its bytes, which are the chunk's own where lz4
// doesn't shrink them. Values: bytes a block; none, or 0, is 1 GiB.
#include <algorithm>
#include <cstdint>
#include <limits>

#include <lz4.h>

#include "core/codecs/codec.hpp"

namespace sheaf::codecs {
namespace {

constexpr std::size_t header_bytes = 12;
constexpr std::size_t size_bytes = 4;
constexpr std::size_t usual_block = std::size_t{1} << 30U;
constexpr auto largest_int = static_cast<std::size_t>(std::numeric_limits<int>::max());
constexpr std::size_t largest_ratio = 255;  // of lz4: one byte stands for at most so many

void put(std::byte* at, std::uint64_t number, std::size_t bytes) {
  for (std::size_t byte = bytes; byte-- > 0; number >>= 8U) {
    at[byte] = static_cast<std::byte>(number & 0xFFU);
  }
}

std::uint64_t get(Bytes bytes) {
  std::uint64_t number = 0;
  for (const std::byte byte : bytes) number = number << 8U | std::to_integer<std::uint64_t>(byte);
  return number;
}

const char* chars(Bytes bytes) { return reinterpret_cast<const char*>(bytes.data()); }
char* chars(std::span<std::byte> bytes) { return reinterpret_cast<char*>(bytes.data()); }

// Bytes written to `room`, 0 where it is too small.
std::size_t encode_block(Bytes block, std::span<std::byte> room) {
  if (room.size() < size_bytes) return 0;
  const std::span<std::byte> body = room.subspan(size_bytes);
  const int packed = LZ4_compress_default(chars(block), chars(body), static_cast<int>(block.size()),
                                          static_cast<int>(std::min(body.size(), largest_int)));
  auto size = static_cast<std::size_t>(packed);
  if (packed <= 0 || size >= block.size()) {
    // A block of its own size is one that isn't compressed.
    size = block.size();
    if (size > body.size()) return 0;
    std::copy(block.begin(), block.end(), body.begin());
  }
  put(room.data(), size, size_bytes);
  return size_bytes + size;
}

bool encode_lz4(Bytes chunk, Values values, Buffer& out) {
  // The registered filter takes no more than an int counts.
  if (chunk.size() <= header_bytes || chunk.size() > largest_int) return false;
  const std::size_t asked = values.empty() || values[0] == 0 ? usual_block : values[0];
  const std::size_t block = std::min({asked, chunk.size(), std::size_t{LZ4_MAX_INPUT_SIZE}});
  std::span<std::byte> room = out.claim(chunk.size() - 1);
  put(room.data(), chunk.size(), 8);
  put(room.data() + 8, block, 4);
  room = room.subspan(header_bytes);
  for (std::size_t begin = 0; begin < chunk.size(); begin += block) {
    const std::size_t size =
        encode_block(chunk.subspan(begin, std::min(block, chunk.size() - begin)), room);
    if (size == 0) return false;
    room = room.subspan(size);
  }
  out.cut(out.size() - room.size());
  return true;
}

// Returns what follows the block in `stored`.
Bytes decode_block(Bytes stored, std::span<std::byte> block) {
  if (stored.size() < size_bytes) fail_damaged(lz4, "it is cut off");
  const auto size = static_cast<std::size_t>(get(stored.first(size_bytes)));
  stored = stored.subspan(size_bytes);
  if (size > stored.size() || size > largest_int) fail_damaged(lz4, "it is cut off");
  const Bytes body = stored.first(size);
  if (size == block.size()) {
    std::copy(body.begin(), body.end(), block.begin());
  } else if (LZ4_decompress_safe(chars(body), chars(block), static_cast<int>(size),
                                 static_cast<int>(block.size())) !=
             static_cast<int>(block.size())) {
    fail_damaged(lz4, "a block is broken");
  }
  return stored.subspan(size);
}

void decode_lz4(Bytes stored, Values /*values*/, std::size_t most, Buffer& out) {
  if (stored.size() < header_bytes) fail_damaged(lz4, "it is cut off");
  const std::uint64_t size = get(stored.first(8));
  const auto block = static_cast<std::size_t>(get(stored.subspan(8, 4)));
  stored = stored.subspan(header_bytes);
  if (size > most) fail_damaged(lz4, "it is too long");
  if (size > stored.size() * largest_ratio) fail_damaged(lz4, "it is cut off");
  if (size > 0 && (block == 0 || std::min<std::uint64_t>(block, size) > largest_int)) {
    fail_damaged(lz4, "its blocks have no size");
  }
  std::span<std::byte> room = out.claim(static_cast<std::size_t>(size));
  while (!room.empty()) {
    const std::size_t taken = std::min(block, room.size());
    stored = decode_block(stored, room.first(taken));
    room = room.subspan(taken);
  }
}

}  // namespace

const Codec lz4{lz4_id, "lz4", encode_lz4, decode_lz4};

// No value, so that the registered filter's own block is taken.
Filter lz4_filter() { return {lz4_id, true, {}}; }

}  // namespace sheaf::codecs
