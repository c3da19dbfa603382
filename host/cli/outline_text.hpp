// SPDX-License-Identifier: MIT
#pragma once
// An outline of a file as lines of a tree on stdout.
//
//   lab.h5  2 entries
//   ├─ @operator  "Jo"
//   ├─ run/       1 entry
//   │  └─ 7/      2 entries
//   │     ├─ gain     0.5  float64
//   │     └─ samples  float32 (5000,)  [0, 0.1, 0.2, …, 499.9]
//   └─ latest → /run/7  2 entries
//
// Model: what is printed is read, and no more: of arrays the first and the last elements. Names and
// texts are escaped and cut. Failure: what can't be read says so in its line.

#include <cstddef>
#include <string>

#include "core/objects/outline.hpp"

namespace sheaf::host::cli {

inline constexpr std::size_t any_depth = static_cast<std::size_t>(-1);

struct TextOptions {
  std::size_t depth = any_depth;  // of what is printed; 0: the first line alone
  bool has_attributes = true;
  bool has_colors = false;
  std::size_t columns = 0;  // of the terminal; 0: values are cut at 60
  std::string title;        // of the first line
};

// False when values couldn't be read.
bool print_tree(objects::Outline& outline, const TextOptions& options);

// How deep one can go so that the tree has at most so many lines; 1 or more.
[[nodiscard]] std::size_t depth_for(objects::Outline outline, std::size_t lines,
                                    bool has_attributes);

}  // namespace sheaf::host::cli
