// SPDX-License-Identifier: MIT
#pragma once
// Random words of an element: a function of seed, call and place.
//
//   counter (n + 1, 0, 0, 0)        word 0 … 3 of it: the first one of elements 4n … 4n+3
//   counter (k, element, 1, 0)      what else an element needs, four words each
//   key     (seed, call)
//
// Model: Philox4x64-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3"). The first
// words are those of NumPy's Philox with that key. A Stream is what Boost.Random draws from.
// Threads: a Stream for each. Failure: none.

#include <array>
#include <cstdint>
#include <limits>

#include <Random123/philox.h>

#include "core/array/random.hpp"

namespace sheaf::np::random {

using Words = r123::Philox4x64::ctr_type;

inline Words philox(const State& key, const Words& counter) {
  return r123::Philox4x64()(counter, {{key.seed, key.calls}});
}

class Stream {
 public:
  using result_type = std::uint64_t;

  explicit Stream(const State& key) : key_(key) {}

  // The words of this element come next.
  void start(std::uint64_t element) {
    if (element / 4 + 1 != shared_number_) {
      shared_number_ = element / 4 + 1;
      shared_ = philox(key_, {{shared_number_, 0, 0, 0}});
    }
    element_ = element;
    taken_ = 0;
  }
  result_type operator()() {
    const std::uint64_t place = taken_++;
    if (place == 0) return shared_[element_ % 4];
    if (place % 4 == 1) own_ = philox(key_, {{place / 4, element_, 1, 0}});
    return own_[(place - 1) % 4];
  }
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

 private:
  State key_;
  Words shared_{};
  Words own_{};
  std::uint64_t shared_number_ = 0;
  std::uint64_t element_ = 0;
  std::uint64_t taken_ = 0;
};

// Of [0, 1), as NumPy makes it.
inline double unit(Stream& stream) { return static_cast<double>(stream() >> 11U) * 0x1p-53; }
// Of (0, 1).
inline double open_unit(Stream& stream) {
  return (static_cast<double>(stream() >> 12U) + 0.5) * 0x1p-52;
}
// Of 0 … last, all equally likely (Lemire, "Fast random integer generation in an interval").
inline std::uint64_t bounded(Stream& stream, std::uint64_t last) {
  if (last == Stream::max()) return stream();
  const std::uint64_t count = last + 1;
  std::uint64_t high = 0;
  std::uint64_t low = mulhilo64(stream(), count, &high);
  if (low >= count) return high;
  for (const std::uint64_t least = (0 - count) % count; low < least;) {
    low = mulhilo64(stream(), count, &high);
  }
  return high;
}

}  // namespace sheaf::np::random
