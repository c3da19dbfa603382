// SPDX-License-Identifier: MIT
#include "host/dispatch/matcher.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <re2/re2.h>
#include <re2/set.h>

#include "core/error.hpp"
#include "host/source/source.hpp"

namespace sheaf::host {
namespace {

constexpr std::size_t no_pattern = static_cast<std::size_t>(-1);

RE2::Options set_options() {
  RE2::Options options(RE2::Quiet);
  options.set_max_mem(std::int64_t{64} << 20U);
  return options;
}

}  // namespace

struct Matcher::Patterns {
  RE2::Set set{set_options(), RE2::UNANCHORED};
  std::vector<Match> owners;  // of pattern number i of the set
};

Matcher::Matcher(const std::vector<Selected>& selection)
    : selection_(selection),
      patterns_(std::make_unique<Patterns>()),
      only_companions_(std::ranges::all_of(selection, &Selected::is_companion)) {
  for (std::size_t feature = 0; feature < selection.size(); ++feature) {
    for (std::size_t i = 0; i < selection[feature].patterns.size(); ++i) {
      patterns_->set.Add(selection[feature].patterns[i], nullptr);
      patterns_->owners.push_back({feature, i, false});
    }
  }
  if (!patterns_->set.Compile()) {
    throw Error(ErrorCode::Invalid, "patterns", "together they need too much memory to compile");
  }
}

Matcher::~Matcher() = default;

std::vector<Match> Matcher::match(std::string_view id) const {
  std::vector<Tie> ties;
  std::vector<Match> matches = match(id, ties);
  if (!ties.empty()) throw Error(ErrorCode::Invalid, printable(id), describe(ties.front()));
  return matches;
}

std::vector<Match> Matcher::match(std::string_view id, std::vector<Tie>& ties) const {
  std::vector<int> found;
  RE2::Set::ErrorInfo error{};
  patterns_->set.Match(re2::StringPiece(id.data(), id.size()), &found, &error);
  if (error.kind == RE2::Set::kOutOfMemory) {
    throw Error(ErrorCode::Invalid, printable(id), "the patterns need too much memory to match");
  }
  std::ranges::sort(found);
  std::vector<Match> matches;
  for (std::size_t feature = 0, next = 0; feature < selection_.size(); ++feature) {
    const Selected& selected = selection_[feature];
    const bool has_input =
        selected.input == no_input || std::ranges::any_of(matches, [&](const Match& match) {
          return match.feature == selected.input;
        });
    bool matched = selected.patterns.empty();
    std::size_t pattern = no_pattern;
    for (; next < found.size() && patterns_->owners[found[next]].feature == feature; ++next) {
      if (!matched) pattern = patterns_->owners[found[next]].pattern;
      matched = true;
    }
    if (matched && has_input) matches.push_back({feature, pattern, true});
  }
  const bool is_claimed = only_companions_ || std::ranges::any_of(matches, [&](const Match& match) {
                            return !selection_[match.feature].is_companion();
                          });
  if (!is_claimed) return {};
  rank(matches, ties);
  return matches;
}

void Matcher::rank(std::vector<Match>& matches, std::vector<Tie>& ties) const {
  const auto priority_of = [&](const Match& match) {
    return selection_[match.feature].feature->descriptor->priority;
  };
  for (Match& match : matches) {
    const Selected& mine = selection_[match.feature];
    match.wins = std::ranges::none_of(matches, [&](const Match& rival) {
      return selection_[rival.feature].path == mine.path && priority_of(rival) > priority_of(match);
    });
    // Inputs stand before what derives from them, so their rank is known here.
    if (mine.input != no_input) {
      match.wins = match.wins && std::ranges::any_of(matches, [&](const Match& input) {
                     return input.feature == mine.input && input.wins;
                   });
    }
  }
  for (auto match = matches.begin(); match != matches.end(); ++match) {
    const auto rival = std::find_if(std::next(match), matches.end(), [&](const Match& other) {
      return other.wins && selection_[other.feature].path == selection_[match->feature].path;
    });
    if (match->wins && rival != matches.end()) ties.push_back({match->feature, rival->feature});
  }
}

std::string Matcher::describe(const Tie& tie) const {
  const Selected& first = selection_[tie.one];
  const Selected& second = selection_[tie.other];
  return fmt::format(
      "'{}' and '{}' both load it to '{}' with priority {}; give one another place (-f {}=PATH) or "
      "pin its plugin in the configuration",
      first.feature->name(), second.feature->name(), first.path,
      first.feature->descriptor->priority, second.feature->name());
}

}  // namespace sheaf::host
