// SPDX-License-Identifier: MIT
#include "host/cli/format.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/utf8.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::cli {
namespace {

using Json = nlohmann::ordered_json;

// NumPy's defaults.
constexpr std::int64_t summary_threshold = 1000;
constexpr std::int64_t edge_items = 3;

template <class T>
T element(const Value& value, std::size_t i) {
  T number;
  std::memcpy(&number, value.bytes.data() + i * sizeof(T), sizeof(T));
  return number;
}

double half_to_double(std::uint16_t half) {
  const int exponent = (half >> 10U) & 0x1f;
  const int fraction = half & 0x3ff;
  double magnitude = 0;
  if (exponent == 0x1f) {
    magnitude = fraction == 0 ? INFINITY : NAN;
  } else if (exponent == 0) {
    magnitude = std::ldexp(fraction, -24);
  } else {
    magnitude = std::ldexp(fraction + 0x400, exponent - 25);
  }
  return (half & 0x8000U) != 0 ? -magnitude : magnitude;
}

// Calls `use` with element i as std::int64_t, std::uint64_t, float, double, bool or a pair's parts.
template <class Use>
void with_number(const Value& value, std::size_t i, Use&& use) {
  const unsigned bits = value.dtype.bits;
  switch (value.dtype.kind) {
    case DtypeKind::Int:
      if (bits == 8) return use(std::int64_t{element<std::int8_t>(value, i)});
      if (bits == 16) return use(std::int64_t{element<std::int16_t>(value, i)});
      if (bits == 32) return use(std::int64_t{element<std::int32_t>(value, i)});
      return use(element<std::int64_t>(value, i));
    case DtypeKind::Uint:
      if (bits == 8) return use(std::uint64_t{element<std::uint8_t>(value, i)});
      if (bits == 16) return use(std::uint64_t{element<std::uint16_t>(value, i)});
      if (bits == 32) return use(std::uint64_t{element<std::uint32_t>(value, i)});
      return use(element<std::uint64_t>(value, i));
    case DtypeKind::Float:
      if (bits == 16) return use(half_to_double(element<std::uint16_t>(value, i)));
      if (bits == 32) return use(element<float>(value, i));
      return use(element<double>(value, i));
    case DtypeKind::Bool:
      return use(element<std::uint8_t>(value, i) != 0);
    default:
      return;
  }
}

std::string show_complex(const Value& value, std::size_t i) {
  const double real =
      value.dtype.bits == 64 ? element<float>(value, 2 * i) : element<double>(value, 2 * i);
  const double imaginary =
      value.dtype.bits == 64 ? element<float>(value, 2 * i + 1) : element<double>(value, 2 * i + 1);
  return fmt::format("({}{:+}j)", real, imaginary);
}

std::string element_text(const Value& value, std::size_t i) {
  if (value.dtype.is_string()) return '"' + printable(value.strings[i]) + '"';
  if (value.dtype.kind == DtypeKind::Complex) return show_complex(value, i);
  std::string text;
  with_number(value, i, [&](auto number) { text = fmt::format("{}", number); });
  const bool is_whole = text.find_first_not_of("-0123456789") == std::string::npos;
  if (value.dtype.kind == DtypeKind::Float && is_whole) text += '.';  // 1. isn't 1
  return text;
}

// Appends the part of the array that begins at element `offset` on axis `axis`.
void show_axis(const Value& value, std::size_t axis, std::size_t offset, bool summarise,
               std::string& text) {
  if (axis == value.shape.size()) {
    text += element_text(value, offset);
    return;
  }
  const bool is_last = axis + 1 == value.shape.size();
  const std::int64_t extent = value.shape[axis];
  const Shape inner(value.shape.begin() + static_cast<std::ptrdiff_t>(axis) + 1, value.shape.end());
  const auto stride = static_cast<std::size_t>(element_count(inner));
  const std::string separator = is_last ? ", " : ",\n" + std::string(axis + 1, ' ');
  text += '[';
  for (std::int64_t i = 0; i < extent; ++i) {
    if (i > 0) text += separator;
    if (summarise && extent > 2 * edge_items && i == edge_items) {
      text += "...";
      i = extent - edge_items - 1;
      continue;
    }
    show_axis(value, axis + 1, offset + static_cast<std::size_t>(i) * stride, summarise, text);
  }
  text += ']';
}

Json json_element(const Value& value, std::size_t i) {
  if (value.dtype.is_string()) return value.strings[i];
  if (value.dtype.kind == DtypeKind::Complex) return show_complex(value, i);
  Json json;
  with_number(value, i, [&](auto number) { json = number; });
  return json;
}

Json json_axis(const Value& value, std::size_t axis, std::size_t& next) {
  if (axis == value.shape.size()) return json_element(value, next++);
  Json list = Json::array();
  for (std::int64_t i = 0; i < value.shape[axis]; ++i) {
    list.push_back(json_axis(value, axis + 1, next));
  }
  return list;
}

}  // namespace

std::string human_bytes(std::int64_t bytes) {
  constexpr std::array<const char*, 6> units{"B", "kB", "MB", "GB", "TB", "PB"};
  auto size = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; size >= 999.95 && unit + 1 < units.size(); ++unit) size /= 1000;
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", size, units[unit]);
}

std::string counted(std::size_t count, const char* noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string show(const Value& value) {
  std::string text;
  show_axis(value, 0, 0, element_count(value.shape) > summary_threshold, text);
  return text;
}

std::string show_element(const Value& value, std::size_t i) { return element_text(value, i); }

double number_at(const Value& value, std::size_t i) {
  double number = std::nan("");
  with_number(value, i, [&](auto found) { number = static_cast<double>(found); });
  return number;
}

std::string show_inline(const Value& value, std::size_t max_width) {
  std::string text;
  show_axis(value, 0, 0, true, text);
  std::ranges::replace(text, '\n', ' ');
  return shorten(text, max_width);
}

std::size_t columns_of(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

std::string shorten(const std::string& text, std::size_t max_width) {
  if (columns_of(text) <= max_width) return text;
  std::string cut;
  for (std::size_t i = 0, columns = 0; i < text.size() && columns + 4 < max_width; ++columns) {
    const std::size_t size =
        std::max<std::size_t>(utf8_length(std::string_view(text).substr(i)), 1);
    cut += text.substr(i, size);
    i += size;
  }
  return cut + " ...";
}

Json to_json(const Value& value) {
  std::size_t next = 0;
  return json_axis(value, 0, next);
}

std::string dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

std::string TextTable::text(const char* indent) const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], columns_of(row[i]));
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line = indent;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line += std::string(widths[i] - columns_of(row[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

}  // namespace sheaf::host::cli
