// SPDX-License-Identifier: MIT
#include "host/nearest.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace sheaf::host {
namespace {

constexpr std::size_t max_length = 64;  // of a name; what is longer was no slip of the pen

// The "optimal string alignment" distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) table[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) table[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      table[i][j] =
          std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + change});
      const bool is_swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (is_swapped) table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
    }
  }
  return table[a.size()][b.size()];
}

}  // namespace

std::string did_you_mean(std::string_view name, const std::vector<std::string>& known) {
  const std::string* nearest = nullptr;
  std::size_t least = max_length;
  for (const std::string& one : known) {
    if (name.size() > max_length || one.size() > max_length) continue;
    const std::size_t steps = distance(name, one);
    const std::size_t allowed = std::max<std::size_t>(1, one.size() / 3);
    if (steps > allowed || steps >= least || steps >= name.size()) continue;
    least = steps;
    nearest = &one;
  }
  return nearest == nullptr ? "" : fmt::format("; did you mean '{}'?", *nearest);
}

}  // namespace sheaf::host
