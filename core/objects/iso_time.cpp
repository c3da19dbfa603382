// SPDX-License-Identifier: MIT
#include "core/objects/iso_time.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <optional>

#include "core/error.hpp"
#include "core/objects/wide.hpp"

namespace sheaf::objects {
namespace {

constexpr std::int64_t day_length = 86400;      // seconds
constexpr std::int64_t days_in_cycle = 146097;  // of the calendar: 400 years
constexpr std::int64_t years_in_cycle = 400;
constexpr int most_digits = 18;
constexpr std::int64_t farthest_day = 365'000'000'000'000'000;  // 10^15 years

// Of a second, so that every count of ticks has its own text.
int digits_for(Tick tick) {
  Wide power = 1;
  for (int digits = 0; digits < most_digits; ++digits, power *= 10) {
    if (power % tick.den == 0) return digits;
  }
  return most_digits;
}

std::string in_digits(std::int64_t number, std::size_t least) {
  const std::string digits = std::to_string(number);
  return std::string(least - std::min(least, digits.size()), '0') + digits;
}

std::string date_text(std::int64_t days) {
  const auto cycle = static_cast<std::int64_t>(floor_div(days, days_in_cycle));
  const std::chrono::year_month_day date{
      std::chrono::sys_days{std::chrono::days{days - cycle * days_in_cycle}}};
  const std::int64_t year = static_cast<int>(date.year()) + cycle * years_in_cycle;
  const std::string sign = year < 0 ? "-" : year > 9999 ? "+" : "";
  return sign + in_digits(std::abs(year), 4) + "-" +
         in_digits(static_cast<unsigned>(date.month()), 2) + "-" +
         in_digits(static_cast<unsigned>(date.day()), 2);
}

// What is left of a text to be read.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool is_done() const { return rest_.empty(); }
  bool accept(char letter) {
    if (!rest_.starts_with(letter)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // Digits, at least and at most so many.
  std::optional<std::string_view> digits(std::size_t least, std::size_t most) {
    const std::size_t count = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    if (count < least || count > most) return std::nullopt;
    const std::string_view found = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return found;
  }
  std::optional<std::int64_t> number(std::size_t least, std::size_t most) {
    const auto found = digits(least, most);
    if (!found) return std::nullopt;
    std::int64_t number = 0;
    std::from_chars(found->data(), found->data() + found->size(), number);
    return number;
  }
  // Two digits below a limit.
  std::optional<std::int64_t> part(std::int64_t limit) {
    if (rest_.size() < 2) return std::nullopt;
    Scanner pair(rest_.substr(0, 2));
    const auto number = pair.number(2, 2);
    if (!number || *number >= limit) return std::nullopt;
    rest_.remove_prefix(2);
    return number;
  }

 private:
  std::string_view rest_;
};

struct Instant {
  Wide seconds = 0;
  std::int64_t fraction = 0;  // of a second, in 10^-18
};

std::optional<std::int64_t> read_date(Scanner& text) {
  const bool is_negative = text.accept('-');
  if (!is_negative) text.accept('+');
  const auto digits = text.number(4, 15);
  if (!digits || !text.accept('-')) return std::nullopt;
  const auto month = text.part(13);
  if (!month || !text.accept('-')) return std::nullopt;
  const auto day_of_month = text.part(32);
  if (!day_of_month) return std::nullopt;
  const std::int64_t year = is_negative ? -*digits : *digits;
  const auto cycle = static_cast<std::int64_t>(floor_div(year - 1970, years_in_cycle));
  const std::chrono::year_month_day date{
      std::chrono::year(static_cast<int>(year - cycle * years_in_cycle)),
      std::chrono::month(static_cast<unsigned>(*month)),
      std::chrono::day(static_cast<unsigned>(*day_of_month))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() + cycle * days_in_cycle;
}

// Seconds that "+02:00" is ahead of UTC; none where there is no such text.
std::optional<std::int64_t> read_offset(Scanner& text) {
  if (text.accept('Z')) return 0;
  const bool is_behind = text.accept('-');
  if (!is_behind && !text.accept('+')) return std::nullopt;
  const auto hours = text.part(24);
  if (!hours) return std::nullopt;
  std::int64_t minutes = 0;
  if (text.accept(':') || !text.is_done()) {
    const auto found = text.part(60);
    if (!found) return std::nullopt;
    minutes = *found;
  }
  return (is_behind ? -60 : 60) * (*hours * 60 + minutes);
}

std::optional<Instant> read_instant(std::string_view all) {
  Scanner text(all);
  const auto days = read_date(text);
  if (!days) return std::nullopt;
  Instant instant{static_cast<Wide>(*days) * day_length, 0};
  if (text.is_done()) return instant;
  if (!text.accept('T') && !text.accept(' ')) return std::nullopt;
  const auto hours = text.part(24);
  if (!hours || !text.accept(':')) return std::nullopt;
  const auto minutes = text.part(60);
  if (!minutes) return std::nullopt;
  instant.seconds += *hours * 3600 + *minutes * 60;
  if (text.accept(':')) {
    const auto seconds = text.part(60);
    if (!seconds) return std::nullopt;
    instant.seconds += *seconds;
    if (text.accept('.')) {
      const auto digits = text.digits(1, most_digits);
      if (!digits) return std::nullopt;
      const std::string padded =
          std::string(*digits) + std::string(most_digits - digits->size(), '0');
      std::from_chars(padded.data(), padded.data() + padded.size(), instant.fraction);
    }
  }
  const auto offset = read_offset(text);
  if (!offset || !text.is_done()) return std::nullopt;
  instant.seconds -= *offset;
  return instant;
}

// None where it is between two ticks.
std::optional<Wide> ticks_at(const Instant& instant, Tick tick) {
  const Wide whole = power_of_ten(most_digits);
  const Wide scaled = static_cast<Wide>(instant.fraction) * tick.den;
  const Wide nearest = floor_div(scaled + whole / 2, whole);
  if (scaled % whole != 0 && nearest * whole / tick.den != instant.fraction) return std::nullopt;
  Wide total = 0;
  if (__builtin_mul_overflow(instant.seconds, static_cast<Wide>(tick.den), &total)) {
    return std::nullopt;
  }
  total += nearest;
  if (total % tick.num != 0) return std::nullopt;
  return total / tick.num;
}

}  // namespace

std::string iso_text(std::int64_t ticks, Tick tick) {
  const Wide total = static_cast<Wide>(ticks) * tick.num;
  const Wide seconds = floor_div(total, tick.den);
  const Wide days = floor_div(seconds, day_length);
  if (days > farthest_day || days < -farthest_day) {
    throw Error(ErrorCode::Invalid, "a time",
                "is more than 10^15 years away, which can't be stored");
  }
  std::string text = date_text(static_cast<std::int64_t>(days));
  if (tick.den == 1 && tick.num % day_length == 0) return text;
  const auto of_day = static_cast<std::int64_t>(seconds - days * day_length);
  text += "T" + in_digits(of_day / 3600, 2) + ":" + in_digits(of_day / 60 % 60, 2) + ":" +
          in_digits(of_day % 60, 2);
  if (const int digits = digits_for(tick); digits > 0) {
    const Wide fraction = (total - seconds * tick.den) * power_of_ten(digits) / tick.den;
    text += "." + in_digits(static_cast<std::int64_t>(fraction), static_cast<std::size_t>(digits));
  }
  return text + "Z";
}

std::int64_t iso_ticks(std::string_view text, Tick tick, const std::string& object) {
  const auto instant = read_instant(text);
  if (!instant) {
    throw Error(ErrorCode::Invalid, object,
                "holds '" + std::string(text) +
                    "', and a time such as 2025-03-01T12:00:00.25Z was asked for, with Z or an "
                    "offset from UTC");
  }
  const auto ticks = ticks_at(*instant, tick);
  const auto narrow = static_cast<std::int64_t>(ticks.value_or(0));
  if (ticks && narrow == *ticks) return narrow;
  throw Error(ErrorCode::Invalid, object,
              "holds '" + std::string(text) + "', which isn't a whole number of " +
                  std::to_string(tick.num) + "/" + std::to_string(tick.den) +
                  " s since 1970 that fits; read a finer or a larger time_point");
}

}  // namespace sheaf::objects
