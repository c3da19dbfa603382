// SPDX-License-Identifier: MIT
#pragma once
// A shuffled order of 0 … count − 1 that takes no memory.
//
//   i ─► (left, right) of a × 2ᵇ ─► rounds: left += f(right) mod a, right += f(left) mod 2ᵇ ─► j
//         └ again while j ≥ count: a·2ᵇ is less than count + 2ᵇ ┘
//
// Model: a Feistel network over a nearly square grid of at least `count` cells, walked until it
// lands inside. Each key gives a bijection; nothing is stored for each element. It isn't a cipher,
// and has at most 2⁶⁴ orders. What is asked of it stands in tests/core/loader/permutation_test.cpp:
// all orders of up to six numbers are equally likely, and of more neither places nor neighbours
// show the old order. Orders are part of what a seed means: they never change.
// Threads: any. Failure: none.

#include <array>
#include <cstddef>
#include <cstdint>

namespace sheaf::loader {

class Permutation {
 public:
  Permutation(std::uint64_t count, std::uint64_t key) noexcept;

  // i < count.
  [[nodiscard]] std::uint64_t operator()(std::uint64_t i) const noexcept;
  // The i whose number is j.
  [[nodiscard]] std::uint64_t place_of(std::uint64_t j) const noexcept;

 private:
  static constexpr std::size_t most_rounds = 12;

  std::uint64_t count_;
  std::uint64_t lefts_;  // a
  unsigned bits_;        // b
  std::size_t keys_used_;
  std::array<std::uint64_t, 2 * most_rounds> keys_;
};

}  // namespace sheaf::loader
