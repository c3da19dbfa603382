// SPDX-License-Identifier: MIT
// Durations as seconds.
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "core/error.hpp"
#include "core/objects/iso_time.hpp"
#include "core/objects/python_text.hpp"
#include "core/objects/wide.hpp"

namespace sheaf::objects {
namespace {

struct Unit {
  std::string_view name;
  Tick tick;
};
constexpr std::array units{Unit{"ns", {1, 1'000'000'000}}, Unit{"us", {1, 1'000'000}},
                           Unit{"ms", {1, 1'000}},         Unit{"s", {1, 1}},
                           Unit{"min", {60, 1}},           Unit{"h", {3600, 1}},
                           Unit{"d", {86400, 1}}};

// As std::chrono writes those without a name.
std::string name_of_unit(Tick tick) {
  for (const Unit& unit : units) {
    if (unit.tick == tick) return std::string(unit.name);
  }
  return "[" + std::to_string(tick.num) + "/" + std::to_string(tick.den) + "]s";
}

std::optional<Tick> unit_named(std::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) return unit.tick;
  }
  Tick tick;
  const char* const end = name.data() + name.size();
  if (!name.starts_with('[')) return std::nullopt;
  const auto num = std::from_chars(name.data() + 1, end, tick.num);
  if (num.ec != std::errc() || num.ptr == end || *num.ptr != '/') return std::nullopt;
  const auto den = std::from_chars(num.ptr + 1, end, tick.den);
  if (den.ec != std::errc() || std::string_view(den.ptr, end) != "]s") return std::nullopt;
  return tick.num > 0 && tick.den > 0 ? std::optional(tick) : std::nullopt;
}

double seconds_in(std::int64_t ticks, Tick tick) {
  return static_cast<double>(static_cast<Wide>(ticks) * tick.num) / static_cast<double>(tick.den);
}

double in_ticks(double seconds, Tick tick) {
  return seconds * static_cast<double>(tick.den) / static_cast<double>(tick.num);
}

// The nearest count; none where the difference is more than what float64 leaves open.
std::optional<std::int64_t> nearest_ticks(double seconds, Tick tick) {
  const double ticks = std::round(in_ticks(seconds, tick));
  if (!(std::abs(ticks) < 0x1p63)) return std::nullopt;
  const auto count = static_cast<std::int64_t>(ticks);
  const double most = std::abs(seconds) * 4 * std::numeric_limits<double>::epsilon();
  if (std::abs(seconds_in(count, tick) - seconds) > most) return std::nullopt;
  return count;
}

// A count of one tick as one of another; none where that isn't whole or too large.
std::optional<std::int64_t> exchange(std::int64_t count, Tick from, Tick to) {
  if (from == to) return count;
  Wide up = static_cast<Wide>(count) * from.num;
  if (__builtin_mul_overflow(up, static_cast<Wide>(to.den), &up)) return std::nullopt;
  const Wide down = static_cast<Wide>(from.den) * to.num;
  if (up % down != 0) return std::nullopt;
  const auto narrow = static_cast<std::int64_t>(up / down);
  return narrow == up / down ? std::optional(narrow) : std::nullopt;
}

// "1500 ms": the number and its unit.
template <class Number>
struct Quantity {
  Number number;
  Tick tick;
};

template <class Number>
std::optional<Quantity<Number>> quantity_in(const std::string& text) {
  Quantity<Number> found{};
  const char* const end = text.data() + text.size();
  const auto number = std::from_chars(text.data(), end, found.number);
  if (number.ec != std::errc() || number.ptr == end || *number.ptr != ' ') return std::nullopt;
  const auto unit = unit_named({number.ptr + 1, end});
  if (!unit) return std::nullopt;
  found.tick = *unit;
  return found;
}

std::optional<std::int64_t> ticks_in(const Value& value, Tick tick, const std::string& object) {
  if (value.dtype.is_string()) {
    const auto quantity = quantity_in<std::int64_t>(value.strings[0]);
    return quantity ? exchange(quantity->number, quantity->tick, tick) : std::nullopt;
  }
  if (value.dtype.kind == DtypeKind::Float) {
    return nearest_ticks(detail::scalar_from<double>(value, object), tick);
  }
  return exchange(detail::scalar_from<std::int64_t>(value, object), {}, tick);
}

[[noreturn]] void refuse_duration(const Value& value, Tick tick, const std::string& object) {
  throw Error(ErrorCode::Invalid, object,
              "holds " + repr(Tree(value)) + ", which isn't a whole number of " +
                  name_of_unit(tick) + (value.dtype.is_string() ? "" : " in seconds") +
                  "; read a finer duration");
}

}  // namespace

Tree seconds_tree(std::int64_t ticks, Tick tick) {
  if (tick.den == 1) {
    std::int64_t seconds = 0;
    if (!__builtin_mul_overflow(ticks, tick.num, &seconds)) return seconds;
  } else {
    const double seconds = seconds_in(ticks, tick);
    if (nearest_ticks(seconds, tick) == ticks) return seconds;
  }
  return std::to_string(ticks) + " " + name_of_unit(tick);
}

Tree seconds_tree(double ticks, Tick tick) {
  const double seconds = ticks * static_cast<double>(tick.num) / static_cast<double>(tick.den);
  if (std::isnan(ticks) || in_ticks(seconds, tick) == ticks) return seconds;
  return repr(ticks) + " " + name_of_unit(tick);
}

std::int64_t whole_ticks(const Tree& tree, Tick tick, const std::string& object) {
  const Value& value = detail::scalar_in(tree, object);
  if (const auto ticks = ticks_in(value, tick, object)) return *ticks;
  refuse_duration(value, tick, object);
}

double real_ticks(const Tree& tree, Tick tick, const std::string& object) {
  const Value& value = detail::scalar_in(tree, object);
  if (!value.dtype.is_string()) return in_ticks(detail::scalar_from<double>(tree, object), tick);
  const auto quantity = quantity_in<double>(value.strings[0]);
  if (!quantity) refuse_duration(value, tick, object);
  if (quantity->tick == tick) return quantity->number;
  const Tick from = quantity->tick;
  return in_ticks(quantity->number * static_cast<double>(from.num) / static_cast<double>(from.den),
                  tick);
}

}  // namespace sheaf::objects
