// SPDX-License-Identifier: MIT
#include "core/loader/window.hpp"

#include <type_traits>

#include "core/error.hpp"

namespace sheaf::loader {
namespace {

constexpr std::int64_t largest = std::int64_t{1} << 30;  // so that no product overflows

std::int64_t floor_divided(std::int64_t a, std::int64_t b) noexcept {
  return a / b - static_cast<std::int64_t>(a % b != 0 && a < 0);
}

std::int64_t ceil_divided(std::int64_t a, std::int64_t b) noexcept { return -floor_divided(-a, b); }

void check(std::int64_t value, std::int64_t least, const char* name, const std::string& object) {
  if (value >= least && value <= largest) return;
  throw Error(ErrorCode::Invalid, object,
              std::string(name) + " is " + std::to_string(value) + ", but must be " +
                  std::to_string(least) + " to " + std::to_string(largest));
}

Window window(const Slice& slice, const std::string& object) {
  check(slice.shift, -largest, "shift", object);
  check(slice.length, 1, "length", object);
  check(slice.downsampling, 1, "downsampling", object);
  return {slice.downsampling, slice.shift, slice.length, slice.axis};
}

Window window(const FramedSlice& slice, const std::string& object) {
  check(slice.shift, -largest, "shift", object);
  check(slice.length, slice.center ? 2 : 1, slice.center ? "length with center" : "length", object);
  check(slice.frame_size, 1, "frame_size", object);
  check(slice.hop, 1, "hop", object);
  check(slice.downsampling, 1, "downsampling", object);
  const std::int64_t between = (slice.length - 1) * slice.hop;
  return {slice.downsampling, slice.shift * slice.hop,
          slice.center ? between : between + slice.frame_size, 0};
}

}  // namespace

std::optional<Window> window_of(const Getter& getter, const std::string& object) {
  return std::visit(
      [&object](const auto& kind) -> std::optional<Window> {
        using Kind = std::decay_t<decltype(kind)>;
        if constexpr (std::is_same_v<Kind, ById>) {
          return std::nullopt;
        } else if constexpr (std::is_same_v<Kind, ByRow>) {
          return Window{};
        } else {
          return window(kind, object);
        }
      },
      getter);
}

Steps steps_of(const Window& window, std::int64_t extent) noexcept {
  // k itself counts from the source's first row.
  const std::int64_t first = window.shift < 0 ? ceil_divided(-window.shift, window.step) : 0;
  return {first, floor_divided(extent - window.shift - window.length, window.step)};
}

Room room_of(const Window& window, std::int64_t k, std::int64_t extent,
             std::int64_t rows_a_step) noexcept {
  const std::int64_t begin = window.begin(k);
  const std::int64_t behind = extent - begin - window.length;
  return {ceil_divided(-begin * rows_a_step, window.step),
          ceil_divided((behind + 1) * rows_a_step, window.step) - 1};
}

std::int64_t shifted(const Window& window, std::int64_t jitter, std::int64_t rows_a_step) noexcept {
  return floor_divided(jitter * window.step, rows_a_step);
}

}  // namespace sheaf::loader
