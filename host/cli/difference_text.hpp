// SPDX-License-Identifier: MIT
#pragma once
// Differences as lines for people, and as JSON.
//
//   /run/7/gain: 0.5 → 0.6
//   /run/7/image: 12 of 3,072 differ, by up to 3 (relative 0.2): [0, 4] 5 → 8, [0, 5] 7 → 8, …
//   /run/8@unit: only in a.h5: 'V'
//
// Model: names and values come from files: control characters are escaped, long ones are cut.

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "core/objects/difference.hpp"

namespace sheaf::host::cli {

struct DifferenceStyle {
  std::string name_a, name_b;  // of the two sides
  bool has_colors = false;
};

// `where` as it is to be shown.
[[nodiscard]] std::string line_of(const objects::Difference& difference, const std::string& where,
                                  const DifferenceStyle& style);
[[nodiscard]] nlohmann::ordered_json to_json(const objects::Difference& difference,
                                             const std::string& where);
// "1,204"
[[nodiscard]] std::string grouped(std::int64_t number);

}  // namespace sheaf::host::cli
