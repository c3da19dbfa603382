// SPDX-License-Identifier: MIT
#pragma once
// Counts as horizontal bars:
//
//   -1.0 … -0.5   1,204  ███████▍
//   -0.5 … 0.0    3,310  █████████████████████
//
// Model: an eighth of a character is the least that is drawn, and what isn't zero draws that; where
// the terminal has no UTF-8, a whole '#'. Threads: any.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sheaf::host::cli {

struct Bar {
  std::string label;
  std::int64_t count = 0;
};

// As LC_ALL, LC_CTYPE or LANG say it, in this order.
[[nodiscard]] bool has_utf8() noexcept;
// Lines no wider than `columns`, where the labels leave room for a bar.
[[nodiscard]] std::string bars(const std::vector<Bar>& all, std::size_t columns, bool is_utf8);

// Labels of bins between edges, with as many digits as tell them apart; whole numbers by the first
// and the last one that they hold.
[[nodiscard]] std::vector<std::string> bin_labels(const std::vector<double>& edges, bool are_whole,
                                                  bool is_utf8);

}  // namespace sheaf::host::cli
