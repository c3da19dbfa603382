// SPDX-License-Identifier: MIT
// The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#include "host/export/npy.hpp"

#include <algorithm>
#include <limits>
#include <ostream>

#include <fmt/format.h>

#include "core/utf8.hpp"
#include "host/export/whole_file.hpp"

namespace sheaf::host {
namespace {

constexpr std::size_t header_alignment = 64;

// Takes the first character off the text.
char32_t take_character(std::string_view& text) {
  const std::size_t size = std::max<std::size_t>(utf8_length(text), 1);
  const auto lead = static_cast<unsigned char>(text[0]);
  char32_t point = size == 1 ? lead : lead & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    point = (point << 6U) | (static_cast<unsigned char>(text[i]) & 0x3fU);
  }
  text.remove_prefix(size);
  return point;
}

std::string type_code(const NpyType& type) {
  const Dtype dtype = type.dtype;
  switch (dtype.kind) {
    case DtypeKind::Int:
      return fmt::format("{}i{}", dtype.bits == 8 ? '|' : '<', dtype.size());
    case DtypeKind::Uint:
      return fmt::format("{}u{}", dtype.bits == 8 ? '|' : '<', dtype.size());
    case DtypeKind::Float:
      return fmt::format("<f{}", dtype.size());
    case DtypeKind::Complex:
      return fmt::format("<c{}", dtype.size());
    case DtypeKind::Bool:
      return "|b1";
    case DtypeKind::String:
      return fmt::format("<U{}", type.string_width);
  }
  return {};
}

void write_content(std::ostream& file, const Value& value) {
  NpyType type{value.dtype, value.shape};
  for (const std::string& text : value.strings) {
    type.string_width = std::max(type.string_width, character_count(text));
  }
  const std::string head = npy_header(type);
  file.write(head.data(), static_cast<std::streamsize>(head.size()));
  file.write(reinterpret_cast<const char*>(value.bytes.data()),
             static_cast<std::streamsize>(value.bytes.size()));
  std::string element;
  for (const std::string& text : value.strings) {
    element.clear();
    append_npy_text(text, type.string_width, element);
    file.write(element.data(), static_cast<std::streamsize>(element.size()));
  }
}

}  // namespace

std::string npy_header(const NpyType& type) {
  std::string text = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}",
                                 type_code(type), to_string(type.shape));
  constexpr std::size_t prefix = 10;  // magic, version and length
  text.append(header_alignment - (prefix + text.size() + 1) % header_alignment, ' ');
  text += '\n';
  std::string magic("\x93NUMPY\x01\x00", 8);
  magic += static_cast<char>(text.size() & 0xffU);
  magic += static_cast<char>(text.size() >> 8U);
  return magic + text;
}

std::int64_t npy_content_bytes(const NpyType& type) noexcept {
  Shape shape = type.shape;
  const std::size_t item =
      type.dtype.is_string() ? type.string_width * sizeof(char32_t) : type.dtype.size();
  shape.push_back(static_cast<std::int64_t>(item));
  return element_count(shape);
}

std::size_t character_count(std::string_view text) noexcept {
  std::size_t count = 0;
  for (; !text.empty(); ++count) {
    text.remove_prefix(std::max<std::size_t>(utf8_length(text), 1));
  }
  return count;
}

void append_npy_text(std::string_view text, std::size_t string_width, std::string& bytes) {
  std::size_t written = 0;
  for (; !text.empty() && written < string_width; ++written) {
    const char32_t point = take_character(text);
    bytes.append(reinterpret_cast<const char*>(&point), sizeof(point));
  }
  bytes.append((string_width - written) * sizeof(char32_t), '\0');
}

void write_npy(const std::filesystem::path& path, const Value& value) {
  write_whole(path, [&](std::ostream& file) { write_content(file, value); });
}

}  // namespace sheaf::host
