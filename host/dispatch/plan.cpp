// SPDX-License-Identifier: MIT
#include "host/dispatch/plan.hpp"

#include <algorithm>

namespace sheaf::host {
namespace {

constexpr std::size_t max_examples = 3;
constexpr std::size_t max_ending = 10;  // with its point; what is longer is no ending

}  // namespace

void Share::add(const std::string& id) {
  if (sources++ < max_examples) examples.push_back(id);
}

std::size_t Plan::skipped() const {
  std::size_t count = 0;
  for (const auto& [ending, share] : unclaimed) count += share.sources;
  return count;
}

Planner::Planner(const std::vector<Selected>& selection) : matcher_(selection) {
  plan_.features.resize(selection.size());
}

void Planner::walk(const std::string& argument, const WalkOptions& options) {
  auto problems = host::walk({argument}, options, [this](const Source& one) { add(one.id); });
  std::ranges::move(problems, std::back_inserter(plan_.problems));
}

void Planner::add(const std::string& id) {
  ++plan_.sources;
  std::vector<Tie> ties;
  bool is_claimed = false;
  for (const Match& match : matcher_.match(id, ties)) {
    is_claimed = true;
    if (match.wins) plan_.features[match.feature].add(id);
  }
  for (const Tie& tie : ties) plan_.ties[tie].add(id);
  if (!is_claimed) plan_.unclaimed[ending_of(id)].add(id);
}

std::string ending_of(const std::string& id) {
  const std::size_t slash = id.rfind('/');
  const std::size_t name = slash == std::string::npos ? 0 : slash + 1;
  const std::size_t point = id.rfind('.');
  const bool has_ending =
      point != std::string::npos && point > name && id.size() - point <= max_ending;
  if (!has_ending) return {};
  std::string ending = id.substr(point);
  std::ranges::transform(ending, ending.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
  });
  return ending;
}

}  // namespace sheaf::host
