// SPDX-License-Identifier: MIT
#pragma once
// Random numbers as a function of what they are for, so that they can be had in any order.
//
// Model: hash(seed, a, b, …) is 64 bits that look independent for each tuple; below(h, n) brings
// them evenly into 0 ≤ r < n. The results are part of what a seed means: they never change.

#include <concepts>
#include <cstdint>

namespace sheaf::loader {

// The finaliser of SplitMix64 (Steele, Lea, Flood 2014), variant 13 of Stafford.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t x) noexcept {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

template <class... More>
[[nodiscard]] constexpr std::uint64_t hash(std::uint64_t seed, More... more) noexcept {
  std::uint64_t result = mix(seed + 0x9e3779b97f4a7c15U);
  ((result = mix(result ^ (static_cast<std::uint64_t>(more) + 0x9e3779b97f4a7c15U))), ...);
  return result;
}

// The bias is below n / 2⁶⁴.
[[nodiscard]] constexpr std::uint64_t below(std::uint64_t random, std::uint64_t n) noexcept {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<Wide>(random) * n) >> 64U);
}

// 0 ≤ u < 1, with 53 bits.
[[nodiscard]] constexpr double unit(std::uint64_t random) noexcept {
  return static_cast<double>(random >> 11U) * 0x1p-53;
}

}  // namespace sheaf::loader
