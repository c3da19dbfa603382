// SPDX-License-Identifier: MIT
// Bits of integers: and, or, xor, invert, shifts; and gcd, lcm.
#include <numeric>

#include "core/array/engine/kernels.hpp"

namespace sheaf::np {
namespace {

constexpr auto whole = booleans + integers;

// By as many bits as there are or more, what is left is the sign.
constexpr auto left_shift = []<class T>(T a, T by) -> T {
  using Natural = std::make_unsigned_t<T>;
  if (static_cast<Natural>(by) >= sizeof(T) * 8) return 0;
  return static_cast<T>(static_cast<std::uint64_t>(a) << static_cast<Natural>(by));
};
constexpr auto right_shift = []<class T>(T a, T by) -> T {
  using Natural = std::make_unsigned_t<T>;
  if (static_cast<Natural>(by) >= sizeof(T) * 8) return static_cast<T>(a < 0 ? -1 : 0);
  return static_cast<T>(a >> by);
};

template <class T>
std::make_unsigned_t<T> size_of(T a) {
  using Natural = std::make_unsigned_t<T>;
  return a < 0 ? static_cast<Natural>(0U - static_cast<Natural>(a)) : static_cast<Natural>(a);
}
constexpr auto gcd = []<class T>(T a, T b) -> T {
  return static_cast<T>(std::gcd(size_of(a), size_of(b)));
};
constexpr auto lcm = []<class T>(T a, T b) -> T {
  const std::uint64_t divisor = std::gcd(size_of(a), size_of(b));
  return divisor == 0 ? T(0) : static_cast<T>(size_of(a) / divisor * size_of(b));
};

}  // namespace

std::vector<Ufunc> bitwise_ufuncs() {
  constexpr const char* remedy = "use astype(\"int8\")";
  return {
      {"bitwise_and", binary_bit_loops<[](const auto& a, const auto& b) { return a & b; }>(whole)},
      {"bitwise_or", binary_bit_loops<[](const auto& a, const auto& b) { return a | b; }>(whole)},
      {"bitwise_xor", binary_bit_loops<[](const auto& a, const auto& b) { return a ^ b; }>(whole)},
      {"invert", unary_loops<[](const auto& a) { return !a; }>(booleans) +
                     unary_bit_loops<[](const auto& a) { return ~a; }>(integers)},
      {"left_shift", each_binary<left_shift>(integers)},
      {"right_shift", each_binary<right_shift>(integers)},
      {"gcd", no_booleans(2, remedy) + each_binary<gcd>(integers)},
      {"lcm", no_booleans(2, remedy) + each_binary<lcm>(integers)},
  };
}

}  // namespace sheaf::np
