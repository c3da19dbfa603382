// SPDX-License-Identifier: MIT
#pragma once
// A getter as arithmetic: which rows of a source step k is.
//
//   0        k·step     begin = k·step + shift          begin + length        extent
//   ├───────────┼───────────┤█████████████████████████████████┤─────────────────┤
//
// Model: all getters but ById are a window. The steps of a source are those whose windows lie in it
// for all inputs. Threads: any. Failure: Error (Invalid) of a getter that makes no sense.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "core/loader/input.hpp"

namespace sheaf::loader {

struct Window {
  std::int64_t step = 1;
  std::int64_t shift = 0;
  std::int64_t length = 1;
  std::size_t axis = 0;

  [[nodiscard]] std::int64_t begin(std::int64_t k) const noexcept { return k * step + shift; }
};

// Steps first ≤ k < first + count.
struct Steps {
  std::int64_t first = 0;
  std::int64_t last = 0;  // the last one's number; less than first: there are none
  [[nodiscard]] std::int64_t count() const noexcept { return last < first ? 0 : last - first + 1; }
};

// None for ById, which any step is. `object` is named in errors.
[[nodiscard]] std::optional<Window> window_of(const Getter& getter, const std::string& object);
// Those of a source that has `extent` positions on the window's axis.
[[nodiscard]] Steps steps_of(const Window& window, std::int64_t extent) noexcept;

// Jitters that leave the window of step k inside its source; they count rows of a window whose step
// is `rows_a_step`, and shifted() is what one means for this window.
struct Room {
  std::int64_t least;
  std::int64_t most;
};
[[nodiscard]] Room room_of(const Window& window, std::int64_t k, std::int64_t extent,
                           std::int64_t rows_a_step) noexcept;
[[nodiscard]] std::int64_t shifted(const Window& window, std::int64_t jitter,
                                   std::int64_t rows_a_step) noexcept;

}  // namespace sheaf::loader
