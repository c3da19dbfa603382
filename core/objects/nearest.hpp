// SPDX-License-Identifier: MIT
#pragma once
// "there are a, b": names that were perhaps meant, for messages.

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sheaf::objects {

// Letters to change, add or leave out.
[[nodiscard]] inline std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, change}));
    }
  }
  return row[b.size()];
}

[[nodiscard]] inline std::string nearest(std::vector<std::string> names, std::string_view name) {
  constexpr std::size_t most = 8;
  constexpr std::size_t too_many = 10000;  // to look at each of them
  if (names.empty()) return "there is nothing";
  const std::size_t count = names.size();
  if (count > most && count <= too_many) {
    std::ranges::stable_sort(names, {}, [&](const std::string& other) {
      return distance(name.substr(0, 64), std::string_view(other).substr(0, 64));
    });
  }
  std::string text = "there are ";
  for (std::size_t at = 0; at < std::min(most, count); ++at) {
    text += (at == 0 ? "" : ", ") + names[at];
  }
  return count > most ? text + " and " + std::to_string(count - most) + " more" : text;
}

}  // namespace sheaf::objects
