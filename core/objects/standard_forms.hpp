// SPDX-License-Identifier: MIT
#pragma once
// Standard types that one scalar stands for: times, paths, and any such type or none.
//
//   attrs["when"] = std::chrono::system_clock::now();         "2025-03-01T12:00:00.250000000Z"
//   attrs["exposure"] = std::chrono::milliseconds(40);        0.04
//   attrs["source"] = std::filesystem::path("a/b.tif");       "a/b.tif"
//   attrs.get<std::optional<int>>("n");                       none, or 7
//
// Model: what is read is what was written, to the last tick (iso_time.hpp). A path is text where
// its bytes are UTF-8, and else those bytes, as Python has them. Times of other clocks than
// system_clock mean nothing in another process, and have no Form.
// Failure: Error (Invalid) that names the object.

#include <chrono>
#include <concepts>
#include <filesystem>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "core/objects/form.hpp"
#include "core/objects/iso_time.hpp"
#include "core/objects/storing.hpp"

namespace sheaf::objects {

namespace detail {

template <class Rep>
concept WholeTicks = std::signed_integral<Rep> ||(std::unsigned_integral<Rep> && sizeof(Rep) < 8);
template <class Rep>
concept RealTicks = std::same_as<Rep, float> || std::same_as<Rep, double>;

template <class Period>
inline constexpr Tick tick_of{Period::type::num, Period::type::den};

template <std::integral Rep>
Rep narrowed(std::int64_t ticks, const Tree& tree, const std::string& object) {
  if (!std::in_range<Rep>(ticks)) refuse(tree, "a duration or time that fits", object);
  return static_cast<Rep>(ticks);
}

[[nodiscard]] Tree tree_of_path(const std::filesystem::path& path);
[[nodiscard]] std::filesystem::path path_in(const Tree& tree, const std::string& object);

// An optional of such a type would have two ways to be none.
template <class T>
inline constexpr bool may_be_none =
    std::same_as<T, std::monostate> || std::same_as<T, None> || std::same_as<T, Tree>;
template <class T>
inline constexpr bool may_be_none<std::optional<T>> = true;

}  // namespace detail

template <class Rep, class Period>
requires(detail::WholeTicks<Rep> ||
         detail::RealTicks<Rep>) struct Form<std::chrono::duration<Rep, Period>> {
  using Duration = std::chrono::duration<Rep, Period>;
  static constexpr bool is_whole = detail::WholeTicks<Rep>;
  static constexpr Tick tick = detail::tick_of<Period>;
  using Stored = std::conditional_t<is_whole && tick.den == 1, std::int64_t, double>;

  static Tree to_tree(const Duration& duration) {
    using Count = std::conditional_t<is_whole, std::int64_t, double>;
    return seconds_tree(static_cast<Count>(duration.count()), tick);
  }
  static Duration from_tree(const Tree& tree, const std::string& object) {
    if constexpr (is_whole) {
      return Duration(detail::narrowed<Rep>(whole_ticks(tree, tick, object), tree, object));
    } else {
      return Duration(objects::from_tree<Rep>(real_ticks(tree, tick, object), object));
    }
  }
};

template <detail::WholeTicks Rep, class Period>
struct Form<std::chrono::sys_time<std::chrono::duration<Rep, Period>>> {
  using Duration = std::chrono::duration<Rep, Period>;
  using Time = std::chrono::sys_time<Duration>;
  static constexpr Tick tick = detail::tick_of<Period>;
  using Stored = std::string;

  static Tree to_tree(const Time& time) {
    return iso_text(static_cast<std::int64_t>(time.time_since_epoch().count()), tick);
  }
  static Time from_tree(const Tree& tree, const std::string& object) {
    const auto ticks = iso_ticks(objects::from_tree<std::string>(tree, object), tick, object);
    return Time(Duration(detail::narrowed<Rep>(ticks, tree, object)));
  }
};

template <>
struct Form<std::filesystem::path> {
  using Stored = std::string;
  static Tree to_tree(const std::filesystem::path& path) { return detail::tree_of_path(path); }
  static std::filesystem::path from_tree(const Tree& tree, const std::string& object) {
    return detail::path_in(tree, object);
  }
};

template <>
struct Form<std::monostate> {
  static Tree to_tree(const std::monostate& /*nothing*/) { return none; }
  static std::monostate from_tree(const Tree& tree, const std::string& object) {
    (void)objects::from_tree<None>(tree, object);
    return {};
  }
};

template <HasForm T>
requires(!detail::may_be_none<T> && !detail::OwnWritable<T>) struct Form<std::optional<T>> {
  static Tree to_tree(const std::optional<T>& value) {
    return value ? Form<T>::to_tree(*value) : Tree(none);
  }
  static std::optional<T> from_tree(const Tree& tree, const std::string& object) {
    if (tree.is_none()) return std::nullopt;
    return Form<T>::from_tree(tree, object);
  }
};

template <class Clock, class Duration>
struct WhyNotWritable<std::chrono::time_point<Clock, Duration>> {
  static_assert(Writable<std::chrono::time_point<Clock, Duration>>,
                "only a time of system_clock in whole ticks means the same elsewhere: convert it "
                "to that clock (file_clock has to_sys()), or store a duration");
};
template <class Clock, class Duration>
struct WhyNotReadable<std::chrono::time_point<Clock, Duration>> {
  static_assert(Readable<std::chrono::time_point<Clock, Duration>>,
                "only a time of system_clock in whole ticks means the same elsewhere: read that");
};

}  // namespace sheaf::objects
