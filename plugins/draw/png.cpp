// SPDX-License-Identifier: MIT
// https://www.w3.org/TR/png/, and "stored" blocks of RFC 1951 in the frame of RFC 1950.
#include "draw/png.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sheaf::draw {
namespace {

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = ~0U;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1U ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

std::uint32_t adler32(std::string_view bytes) {
  constexpr std::uint32_t prime = 65521;
  std::uint32_t a = 1, b = 0;
  for (const char byte : bytes) {
    a = (a + static_cast<unsigned char>(byte)) % prime;
    b = (b + a) % prime;
  }
  return b << 16U | a;
}

std::string big_endian(std::uint32_t value) {
  std::string text;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) text += static_cast<char>(value >> shift & 255U);
  return text;
}

std::string chunk(const std::string& type_and_data) {
  return big_endian(static_cast<std::uint32_t>(type_and_data.size() - 4)) + type_and_data +
         big_endian(crc32(type_and_data));
}

std::string stored(std::string_view bytes) {
  constexpr std::size_t most = 65535;
  std::string made = "\x78\x01";
  for (std::size_t at = 0; at < bytes.size(); at += most) {
    const std::string_view part = bytes.substr(at, most);
    const auto size = static_cast<std::uint16_t>(part.size());
    made += static_cast<char>(at + most >= bytes.size() ? 1 : 0);
    for (const unsigned value : {unsigned{size}, ~unsigned{size}}) {
      made += static_cast<char>(value & 255U);
      made += static_cast<char>(value >> 8U & 255U);
    }
    made += part;
  }
  return made + big_endian(adler32(bytes));
}

}  // namespace

std::string plain_png(const Bitmap& bitmap) {
  const std::size_t row = std::size_t{bitmap.width} * 4;
  std::string lines;
  lines.reserve((row + 1) * bitmap.height);
  for (std::size_t y = 0; y < bitmap.height; ++y) {
    lines += '\0';  // no filter
    lines.append(reinterpret_cast<const char*>(bitmap.rgba.data()) + y * row, row);
  }
  const std::string form("\x08\x06\0\0\0", 5);  // 8 bits, RGBA
  return "\x89PNG\r\n\x1a\n" +
         chunk("IHDR" + big_endian(bitmap.width) + big_endian(bitmap.height) + form) +
         chunk("IDAT" + stored(lines)) + chunk("IEND");
}

}  // namespace sheaf::draw
