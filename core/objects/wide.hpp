// SPDX-License-Identifier: MIT
#pragma once
// Integers of 128 bits, for what overflows on the way.
//
// Failure: none; the caller knows that it fits.

namespace sheaf::objects {

__extension__ using Wide = __int128;

[[nodiscard]] constexpr Wide floor_div(Wide a, Wide b) noexcept {  // b > 0
  return a / b - (a % b < 0 ? 1 : 0);
}

[[nodiscard]] constexpr Wide power_of_ten(int exponent) noexcept {
  Wide power = 1;
  for (; exponent > 0; --exponent) power *= 10;
  return power;
}

}  // namespace sheaf::objects
