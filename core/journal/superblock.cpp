// SPDX-License-Identifier: MIT
#include "core/journal/superblock.hpp"

#include <bit>
#include <cstring>

namespace sheaf::journal {
namespace {

constexpr std::array<unsigned char, 8> signature{0x89, 'H', 'D', 'F', '\r', '\n', 0x1A, '\n'};

std::uint32_t word(const unsigned char* at) noexcept {
  std::uint32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

// Bob Jenkins' lookup3 for a length that is a multiple of 4 (the Specification's metadata
// checksum). https://burtleburtle.net/bob/hash/doobs.html
std::uint32_t lookup3(const unsigned char* data, std::size_t words) noexcept {
  std::uint32_t a = 0xDEADBEEFU + static_cast<std::uint32_t>(words * 4);
  std::uint32_t b = a;
  std::uint32_t c = a;
  const auto mix = [](std::uint32_t& x, std::uint32_t z, int turn) {
    x -= z;
    x ^= std::rotl(z, turn);
  };
  for (; words > 3; words -= 3, data += 12) {
    a += word(data);
    b += word(data + 4);
    c += word(data + 8);
    mix(a, c, 4), c += b;
    mix(b, a, 6), a += c;
    mix(c, b, 8), b += a;
    mix(a, c, 16), c += b;
    mix(b, a, 19), a += c;
    mix(c, b, 4), b += a;
  }
  if (words == 0) return c;
  a += word(data);
  if (words > 1) b += word(data + 4);
  if (words > 2) c += word(data + 8);
  const auto last = [](std::uint32_t& x, std::uint32_t y, int turn) {
    x ^= y;
    x -= std::rotl(y, turn);
  };
  last(c, b, 14);
  last(a, c, 11);
  last(b, a, 25);
  last(c, b, 16);
  last(a, c, 4);
  last(b, a, 14);
  last(c, b, 24);
  return c;
}

}  // namespace

std::optional<std::uint64_t> end_of_file(const Block& first) noexcept {
  constexpr std::size_t version_at = 8;
  constexpr std::size_t end_at = 28;
  constexpr std::size_t checksum_at = 44;
  std::array<unsigned char, superblock_bytes> bytes;
  std::memcpy(bytes.data(), first.data(), bytes.size());
  if (std::memcmp(bytes.data(), signature.data(), signature.size()) != 0) return std::nullopt;
  // Eight bytes an address, as every HDF5 on Linux writes.
  if ((bytes[version_at] != 2 && bytes[version_at] != 3) || bytes[9] != 8) return std::nullopt;
  if (lookup3(bytes.data(), checksum_at / 4) != word(bytes.data() + checksum_at)) {
    return std::nullopt;
  }
  std::uint64_t end = 0;
  std::memcpy(&end, bytes.data() + end_at, sizeof end);
  return end;
}

}  // namespace sheaf::journal
