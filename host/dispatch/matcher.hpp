// SPDX-License-Identifier: MIT
#pragma once
// Which features match a source: all patterns of all features in one pass over the id.
//
// Model: a Match is a feature and the first of its patterns that fits. Of several features for one
// place in the file the one with the highest priority wins; a tie is an error that names both.
// Threads: any, after construction.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/dispatch/selection.hpp"

namespace sheaf::host {

struct Match {
  std::size_t feature = 0;  // number in the selection
  std::size_t pattern = 0;  // number in its patterns; npos for a derived feature without any
  bool wins = false;        // false: outranked by another feature for the same place
};

// Two features that would load one source to one place with the same priority.
struct Tie {
  std::size_t one = 0;
  std::size_t other = 0;

  auto operator<=>(const Tie&) const = default;
};

class Matcher {
 public:
  explicit Matcher(const std::vector<Selected>& selection);
  ~Matcher();
  Matcher(const Matcher&) = delete;
  Matcher& operator=(const Matcher&) = delete;

  // In the order of the selection. Throws Error (Invalid) on a tie.
  [[nodiscard]] std::vector<Match> match(std::string_view id) const;
  // The same, with what is tied added to `ties` instead.
  [[nodiscard]] std::vector<Match> match(std::string_view id, std::vector<Tie>& ties) const;
  // What is wrong with a tie, and the remedy.
  [[nodiscard]] std::string describe(const Tie& tie) const;

 private:
  struct Patterns;
  void rank(std::vector<Match>& matches, std::vector<Tie>& ties) const;

  const std::vector<Selected>& selection_;
  std::unique_ptr<Patterns> patterns_;
  bool only_companions_;
};

}  // namespace sheaf::host
