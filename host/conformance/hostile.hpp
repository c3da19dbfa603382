// SPDX-License-Identifier: MIT
#pragma once
// Sources that no plugin may die of: made from good ones, the same for the same seed.
//
// Model: contents with a word on what they are. Threads: any.

#include <cstdint>
#include <string>
#include <vector>

#include "core/value.hpp"

namespace sheaf::host::conformance {

struct Hostile {
  std::string what;  // "cut to 12 of 400 bytes"
  std::string bytes;
};

// Nothing, and noise.
[[nodiscard]] std::vector<Hostile> noise(std::uint64_t seed);
// Cut, with blown up numbers in its header, with wrong bytes.
[[nodiscard]] std::vector<Hostile> damaged(const std::string& good, std::uint64_t seed);

struct HostileRows {
  std::string what;
  std::vector<Value> rows;
};
// Rows for a derived feature that another source could have had: none, one, any bytes.
[[nodiscard]] std::vector<HostileRows> odd_rows(const std::vector<Value>& good, std::uint64_t seed);

}  // namespace sheaf::host::conformance
