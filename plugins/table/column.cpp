// SPDX-License-Identifier: MIT
// Cells as values.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "table/table.hpp"

namespace sheaf::table {
namespace {

constexpr TypeInfo known[] = {{"float64", {SHEAF_FLOAT, 64, 1}}, {"float32", {SHEAF_FLOAT, 32, 1}},
                              {"int8", {SHEAF_INT, 8, 1}},       {"int16", {SHEAF_INT, 16, 1}},
                              {"int32", {SHEAF_INT, 32, 1}},     {"int64", {SHEAF_INT, 64, 1}},
                              {"uint8", {SHEAF_UINT, 8, 1}},     {"uint16", {SHEAF_UINT, 16, 1}},
                              {"uint32", {SHEAF_UINT, 32, 1}},   {"uint64", {SHEAF_UINT, 64, 1}},
                              {"bool", {SHEAF_BOOL, 8, 1}},      {"str", {SHEAF_UTF8, 0, 1}}};

std::string_view trimmed(std::string_view cell) {
  const std::size_t start = std::min(cell.find_first_not_of(" \t"), cell.size());
  return cell.substr(start, cell.find_last_not_of(" \t") + 1 - start);
}

// For a message: not the whole of a long cell, and nothing a terminal can't show.
std::string shown(std::string_view cell) {
  constexpr std::size_t most = 40;
  std::string text = sdk::replace_invalid_utf8(cell.substr(0, most));
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return "'" + text + (cell.size() > most ? "…'" : "'");
}

std::string at(const Place& place) {
  return "line " + std::to_string(place.line) + ", column '" + std::string(place.column) + "': ";
}

// Nothing where it is none. Integers a double can't hold are none either.
template <class T>
std::optional<T> number(std::string_view text, char decimal) {
  text = trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.starts_with('+') || text.empty()) return std::nullopt;
  std::string buffer;
  if (decimal != '.' && std::is_floating_point_v<T>) {
    if (text.find('.') != std::string_view::npos) return std::nullopt;
    buffer = text;
    std::ranges::replace(buffer, decimal, '.');
    text = buffer;
  }
  T value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (stop != end) return std::nullopt;
  if constexpr (std::is_floating_point_v<T>) {
    if (error == std::errc::result_out_of_range) {  // 1e999, 1e-999: as every other reader has them
      const bool tiny = text.find("e-") != std::string_view::npos ||
                        text.find("E-") != std::string_view::npos ||
                        text.find_first_not_of("-0.") > text.find('.');
      value = tiny ? T{0} : std::numeric_limits<T>::infinity();
      return text.starts_with('-') ? -value : value;
    }
  }
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

// A whole number that a double would change, as an id of 18 digits.
bool loses_digits(std::string_view cell) {
  const std::string_view text = trimmed(cell);
  const std::size_t sign = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  if (text.size() < 16 + sign || text.size() > 20 + sign) return false;
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + sign, end, value);
  if (stop != end || error != std::errc()) return false;
  const auto rounded = static_cast<double>(value);
  return rounded >= 0x1p64 || static_cast<std::uint64_t>(rounded) != value;
}

}  // namespace

std::span<const TypeInfo> types() noexcept { return known; }

std::optional<Type> type_named(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(known, name, &TypeInfo::name);
  if (found == std::end(known)) return std::nullopt;
  return static_cast<Type>(found - std::begin(known));
}

bool is_text(Type type) noexcept { return known[type].dtype.code == SHEAF_UTF8; }

bool is_missing(std::string_view cell, std::string_view also) noexcept {
  constexpr std::string_view names[] = {"",    "NA",   "N/A",  "n/a",  "NaN",
                                        "nan", "NULL", "null", "None", "#N/A"};
  const std::string_view text = trimmed(cell);
  return std::ranges::find(names, text) != std::end(names) || (!also.empty() && text == also);
}

bool is_number(std::string_view cell, char decimal) {
  return number<double>(cell, decimal).has_value() && !loses_digits(cell);
}

template <class T>
void Column::add_number(std::string_view cell, const Place& place) {
  std::optional<T> value;
  if (is_missing(cell, missing_)) {
    if constexpr (std::is_floating_point_v<T>) {
      value = std::numeric_limits<T>::quiet_NaN();
    } else {
      throw sdk::Error(at(place) + "no value, which no " + std::string(known[type_].name) +
                       " can say: make the column float64, where it is NaN");
    }
  } else {
    value = number<T>(cell, decimal_);
  }
  if (std::is_same_v<T, double> && value && loses_digits(cell)) {
    throw sdk::Error(at(place) + shown(cell) + " has more digits than a float64: give columns=" +
                     std::string(place.column) + ":int64 (or :str)");
  }
  if (!value) {
    throw sdk::Error(at(place) + shown(cell) + " is no " + std::string(known[type_].name) +
                     ": mend it, or give columns=" + std::string(place.column) + ":str");
  }
  const auto* const bytes = reinterpret_cast<const std::byte*>(&*value);
  numbers_.insert(numbers_.end(), bytes, bytes + sizeof(T));
}

void Column::add_bool(std::string_view cell, const Place& place) {
  constexpr std::string_view yes[] = {"1", "true", "True", "TRUE"};
  constexpr std::string_view no[] = {"0", "false", "False", "FALSE"};
  const std::string_view text = trimmed(cell);
  const bool is_yes = std::ranges::find(yes, text) != std::end(yes);
  if (!is_yes && std::ranges::find(no, text) == std::end(no)) {
    throw sdk::Error(at(place) + shown(cell) + " is no bool (true, false, 1, 0)");
  }
  numbers_.push_back(is_yes ? std::byte{1} : std::byte{0});
}

void Column::add(std::string_view cell, const Place& place) {
  const sheaf_dtype dtype = known[type_].dtype;
  if (dtype.code == SHEAF_UTF8) {
    if (const std::size_t bad = sdk::find_invalid_utf8(cell); bad != std::string_view::npos) {
      throw sdk::Error(at(place) + "byte " + std::to_string(bad) +
                       " of the cell isn't UTF-8 text: convert the file, as in iconv -f LATIN1 -t "
                       "UTF-8");
    }
    text_ += cell;
    ends_.push_back(static_cast<std::int64_t>(text_.size()));
    return;
  }
  if (dtype.code == SHEAF_BOOL) return add_bool(cell, place);
  if (dtype.code == SHEAF_FLOAT) {
    return dtype.bits == 64 ? add_number<double>(cell, place) : add_number<float>(cell, place);
  }
  const bool is_signed = dtype.code == SHEAF_INT;
  if (dtype.bits == 8) {
    return is_signed ? add_number<std::int8_t>(cell, place) : add_number<std::uint8_t>(cell, place);
  }
  if (dtype.bits == 16) {
    return is_signed ? add_number<std::int16_t>(cell, place)
                     : add_number<std::uint16_t>(cell, place);
  }
  if (dtype.bits == 32) {
    return is_signed ? add_number<std::int32_t>(cell, place)
                     : add_number<std::uint32_t>(cell, place);
  }
  is_signed ? add_number<std::int64_t>(cell, place) : add_number<std::uint64_t>(cell, place);
}

void Column::flush(sdk::Sink& sink, std::uint32_t output, std::int64_t columns) {
  const sdk::Shape item = columns > 0 ? sdk::Shape{columns} : sdk::Shape{};
  if (is_text(type_)) {
    const auto rows = static_cast<std::int64_t>(ends_.size());
    const sheaf_slot slot = sink.reserve_slot(output, rows, {}, text_.size());
    if (!text_.empty()) std::memcpy(slot.data, text_.data(), text_.size());
    slot.offsets[0] = 0;
    std::ranges::copy(ends_, slot.offsets + 1);
    sink.commit(output, rows);
  } else {
    const std::size_t row =
        known[type_].dtype.bits / 8U * static_cast<std::size_t>(std::max<std::int64_t>(columns, 1));
    const auto rows = static_cast<std::int64_t>(numbers_.size() / row);
    const sheaf_slot slot = sink.reserve_slot(output, rows, item, 0);
    if (slot.size > 0) std::memcpy(slot.data, numbers_.data(), slot.size);
    sink.commit(output, rows);
  }
  numbers_.clear();
  text_.clear();
  ends_.clear();
}

}  // namespace sheaf::table
