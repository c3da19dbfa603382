// SPDX-License-Identifier: MIT
// The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#include "host/cli/npy.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <unistd.h>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/utf8.hpp"

namespace sheaf::host::cli {
namespace {

constexpr std::size_t header_alignment = 64;

std::u32string decode(std::string_view text) {
  std::u32string points;
  while (!text.empty()) {
    const std::size_t size = std::max<std::size_t>(utf8_length(text), 1);
    const auto lead = static_cast<unsigned char>(text[0]);
    char32_t point = size == 1 ? lead : lead & (0xffU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
      point = (point << 6U) | (static_cast<unsigned char>(text[i]) & 0x3fU);
    }
    points += point;
    text.remove_prefix(size);
  }
  return points;
}

std::string type_code(Dtype dtype, std::size_t string_width) {
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
      return fmt::format("<U{}", string_width);
  }
  return {};
}

std::string header(const Value& value, std::size_t string_width) {
  std::string text = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}",
                                 type_code(value.dtype, string_width), to_string(value.shape));
  constexpr std::size_t prefix = 10;  // magic, version and length
  text.append(header_alignment - (prefix + text.size() + 1) % header_alignment, ' ');
  text += '\n';
  std::string magic("\x93NUMPY\x01\x00", 8);
  magic += static_cast<char>(text.size() & 0xffU);
  magic += static_cast<char>(text.size() >> 8U);
  return magic + text;
}

void write_content(std::ofstream& file, const Value& value) {
  std::vector<std::u32string> texts;
  std::size_t string_width = 1;
  for (const std::string& text : value.strings) {
    texts.push_back(decode(text));
    string_width = std::max(string_width, texts.back().size());
  }
  const std::string head = header(value, string_width);
  file.write(head.data(), static_cast<std::streamsize>(head.size()));
  file.write(reinterpret_cast<const char*>(value.bytes.data()),
             static_cast<std::streamsize>(value.bytes.size()));
  for (std::u32string& text : texts) {
    text.resize(string_width);
    file.write(reinterpret_cast<const char*>(text.data()),
               static_cast<std::streamsize>(text.size() * sizeof(char32_t)));
  }
}

}  // namespace

void write_npy(const std::filesystem::path& path, const Value& value) {
  std::error_code error;
  const auto status = std::filesystem::symlink_status(path, error);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    throw Error(ErrorCode::Invalid, path.string(), "is no ordinary file; name another one");
  }
  // What stood there before goes only when the new file is whole.
  std::filesystem::path partial = path;
  partial += ".partial-" + std::to_string(getpid());
  std::ofstream file(partial, std::ios::binary);
  if (!file) throw system_error(errno, path.string(), "write it");
  write_content(file, value);
  file.close();
  if (file) std::filesystem::rename(partial, path, error);
  if (file && !error) return;
  const int why = error ? error.value() : errno;
  std::filesystem::remove(partial, error);
  throw system_error(why, path.string(), "write it");
}

}  // namespace sheaf::host::cli
