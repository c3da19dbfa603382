// SPDX-License-Identifier: MIT
#pragma once
// What would be loaded of which sources, counted; nothing is opened.
//
// Model: a Planner walks arguments and matches ids. Of each kind a few ids are kept as examples.
// Threads: one. Failure: Error for an argument that doesn't exist; a tie is counted.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "host/dispatch/matcher.hpp"
#include "host/source/walk.hpp"

namespace sheaf::host {

struct Share {
  std::size_t sources = 0;
  std::vector<std::string> examples;

  void add(const std::string& id);
};

struct Plan {
  std::size_t sources = 0;
  std::vector<Share> features;             // in the order of the selection: what each would load
  std::map<std::string, Share> unclaimed;  // by ending: ".txt", or "" for none
  std::map<Tie, Share> ties;
  std::vector<WalkProblem> problems;

  [[nodiscard]] std::size_t skipped() const;
};

class Planner {
 public:
  // Refers to the selection, which may be empty: then sources are only counted.
  explicit Planner(const std::vector<Selected>& selection);
  // An argument, as of `sheaf ingest`.
  void walk(const std::string& argument, const WalkOptions& options);
  void add(const std::string& id);

  [[nodiscard]] const Plan& plan() const noexcept { return plan_; }
  [[nodiscard]] std::string describe(const Tie& tie) const { return matcher_.describe(tie); }

 private:
  const Matcher matcher_;
  Plan plan_;
};

// ".txt" of "notes/a.TXT": the ending in lower case, or empty.
[[nodiscard]] std::string ending_of(const std::string& id);

}  // namespace sheaf::host
