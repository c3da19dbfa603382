// SPDX-License-Identifier: MIT
#pragma once
// Instants as text: "2025-03-01T12:00:00.250Z", after ISO 8601; and durations as seconds.
//
// Model: a count of ticks, each `num / den` seconds, since 1970 in UTC without leap seconds. Text
// and numbers hold exactly that count: an instant has the digits that its ticks need (18 where no
// number of digits is enough), and is a date alone where a tick is a whole number of days. Years
// have at least four digits, and a sign where that isn't enough.
// A duration is a number of seconds: an integer where ticks are whole seconds, else a float64; only
// where that can't hold it, text with its unit: "9007199254740993 ns". Failure: Error (Invalid).

#include <cstdint>
#include <string>
#include <string_view>

#include "core/objects/tree.hpp"

namespace sheaf::objects {

struct Tick {
  std::int64_t num = 1;  // seconds; both as std::ratio has them, without a common divisor
  std::int64_t den = 1;
  bool operator==(const Tick&) const = default;
};

[[nodiscard]] std::string iso_text(std::int64_t ticks, Tick tick);
// Any number of digits, and any offset from UTC; a time without one is refused, since it may be
// anyone's local time.
[[nodiscard]] std::int64_t iso_ticks(std::string_view text, Tick tick, const std::string& object);

[[nodiscard]] Tree seconds_tree(std::int64_t ticks, Tick tick);
[[nodiscard]] Tree seconds_tree(double ticks, Tick tick);
[[nodiscard]] std::int64_t whole_ticks(const Tree& tree, Tick tick, const std::string& object);
[[nodiscard]] double real_ticks(const Tree& tree, Tick tick, const std::string& object);

}  // namespace sheaf::objects
