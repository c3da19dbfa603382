// SPDX-License-Identifier: MIT
#pragma once
// Numbers that are a function of their seeds, on every machine (SplitMix64).

#include <cstdint>

namespace sheaf::crash {

class Random {
 public:
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0) noexcept : state_(seed) {
    state_ = next() + stream;
  }

  std::uint64_t next() noexcept {
    std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15U;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
  }
  // 0 ≤ result < limit, which isn't 0.
  std::uint64_t below(std::uint64_t limit) noexcept { return next() % limit; }
  bool chance(unsigned percent) noexcept { return below(100) < percent; }
  // 0 ≤ result < 1.
  double fraction() noexcept { return static_cast<double>(next() >> 11U) * 0x1p-53; }

 private:
  std::uint64_t state_;
};

}  // namespace sheaf::crash
