// SPDX-License-Identifier: MIT
#include "core/loader/permutation.hpp"

#include <algorithm>
#include <bit>

#include "core/loader/random.hpp"

namespace sheaf::loader {
namespace {

// One wide multiplication, both halves of it folded together.
std::uint64_t round_function(std::uint64_t half, std::uint64_t key) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(half ^ key) * 0x9e3779b97f4a7c15U;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

// Few numbers give a round little to mix, so they need more of them; counted by the tests.
std::size_t rounds_for(std::uint64_t count) noexcept {
  if (count < 64) return 12;
  return count < 4096 ? 6 : 4;
}

}  // namespace

Permutation::Permutation(std::uint64_t count, std::uint64_t key) noexcept
    : count_(std::max<std::uint64_t>(count, 1)),
      bits_(static_cast<unsigned>(std::bit_width(count_ - 1)) / 2),
      keys_used_(2 * rounds_for(count_)) {
  const std::uint64_t rights = std::uint64_t{1} << bits_;
  lefts_ = (count_ + rights - 1) / rights;
  for (std::size_t i = 0; i < keys_used_; ++i) keys_[i] = hash(key, i);
}

std::uint64_t Permutation::operator()(std::uint64_t i) const noexcept {
  const std::uint64_t mask = (std::uint64_t{1} << bits_) - 1;
  do {
    std::uint64_t left = i >> bits_;
    std::uint64_t right = i & mask;
    for (std::size_t key = 0; key < keys_used_; key += 2) {
      left += below(round_function(right, keys_[key]), lefts_);
      left = left >= lefts_ ? left - lefts_ : left;
      right = (right + round_function(left, keys_[key + 1])) & mask;
    }
    i = left << bits_ | right;
  } while (i >= count_);
  return i;
}

std::uint64_t Permutation::place_of(std::uint64_t j) const noexcept {
  const std::uint64_t mask = (std::uint64_t{1} << bits_) - 1;
  do {
    std::uint64_t left = j >> bits_;
    std::uint64_t right = j & mask;
    for (std::size_t key = keys_used_; key > 0; key -= 2) {
      right = (right - round_function(left, keys_[key - 1])) & mask;
      const std::uint64_t added = below(round_function(right, keys_[key - 2]), lefts_);
      left = left >= added ? left - added : left + lefts_ - added;
    }
    j = left << bits_ | right;
  } while (j >= count_);
  return j;
}

}  // namespace sheaf::loader
