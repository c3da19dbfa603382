// SPDX-License-Identifier: MIT
#include "exif/block.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sheaf::exif {
namespace {

constexpr std::string_view exif_head{"Exif\0\0", 6};
constexpr std::uint64_t max_block = 0x10000;  // libexif reads no more, and JPEG can't hold more

using Bytes = std::vector<std::byte>;

Bytes read(const sdk::File& file, std::uint64_t offset, std::uint64_t size) {
  Bytes bytes(size);
  bytes.resize(file.read_at(offset, bytes));
  return bytes;
}

bool begins(const Bytes& bytes, std::size_t at, std::string_view text) {
  return bytes.size() >= at + text.size() && std::memcmp(&bytes[at], text.data(), text.size()) == 0;
}

std::uint32_t big_endian(const Bytes& bytes, std::size_t at, std::size_t size) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < size; ++i) {
    number = number << 8U | std::to_integer<std::uint32_t>(bytes.at(at + i));
  }
  return number;
}

std::uint32_t little_endian(const Bytes& bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 4; i-- > 0;) {
    number = number << 8U | std::to_integer<std::uint32_t>(bytes.at(at + i));
  }
  return number;
}

// The block at a place, with the head that only JPEG stores.
Bytes block_at(const sdk::File& file, std::uint64_t offset, std::uint64_t size) {
  Bytes block = read(file, offset, std::min(size, max_block));
  if (begins(block, 0, exif_head)) return block;
  const auto* head = reinterpret_cast<const std::byte*>(exif_head.data());
  block.insert(block.begin(), head, head + exif_head.size());
  return block;
}

Bytes in_jpeg(const sdk::File& file) {
  constexpr std::uint32_t app1 = 0xe1;
  constexpr std::uint32_t start_of_scan = 0xda;
  for (std::uint64_t at = 2;;) {
    const Bytes head = read(file, at, 4 + exif_head.size());
    if (head.size() < 4 || head[0] != std::byte{0xff}) return {};
    const std::uint32_t marker = big_endian(head, 1, 1);
    if (marker == 0xff) {  // a fill byte
      ++at;
      continue;
    }
    const std::uint64_t size = big_endian(head, 2, 2);  // with these two bytes
    if (marker == start_of_scan || size < 2) return {};
    if (marker == app1 && begins(head, 4, exif_head)) return block_at(file, at + 4, size - 2);
    at += 2 + size;
  }
}

Bytes in_png(const sdk::File& file) {
  for (std::uint64_t at = 8;;) {
    const Bytes head = read(file, at, 8);
    if (head.size() < 8 || begins(head, 4, "IEND")) return {};
    const std::uint64_t size = big_endian(head, 0, 4);
    if (begins(head, 4, "eXIf")) return block_at(file, at + 8, size);
    at += 12 + size;  // a checksum behind it
  }
}

Bytes in_webp(const sdk::File& file) {
  for (std::uint64_t at = 12;;) {
    const Bytes head = read(file, at, 8);
    if (head.size() < 8) return {};
    const std::uint64_t size = little_endian(head, 4);
    if (begins(head, 0, "EXIF")) return block_at(file, at + 8, size);
    at += 8 + size + size % 2;
  }
}

}  // namespace

std::vector<std::byte> read_block(const sdk::File& file) {
  const Bytes head = read(file, 0, 12);
  if (begins(head, 0, "\xff\xd8\xff")) return in_jpeg(file);
  if (begins(head, 0, "\x89PNG\r\n\x1a\n")) return in_png(file);
  if (begins(head, 0, "RIFF") && begins(head, 8, "WEBP")) return in_webp(file);
  throw sdk::Error("is no JPEG, PNG or WebP image");
}

}  // namespace sheaf::exif
