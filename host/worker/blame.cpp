// SPDX-License-Identifier: MIT
#include "host/worker/blame.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "host/log.hpp"

namespace sheaf::host::worker {
namespace {

// Deaths in a row after which a feature gets no more sources: few for one that never loaded any,
// fewer for one that takes its whole time over each.
constexpr std::size_t never_loaded = 10;
constexpr std::size_t never_loaded_in_time = 3;
constexpr std::size_t loaded_before = 100;
constexpr std::size_t incidents_in_a_row = 10;
constexpr std::size_t loads_between = 8;  // incidents further apart aren't in a row

std::string shell_quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

bool is_claimed(const Work& work, std::size_t source, std::size_t feature) {
  const auto claims = work.sources.claims(source);
  return std::ranges::find(claims, feature) != claims.end();
}

bool is_blamed(const Assignment& assignment, std::size_t feature) {
  return std::ranges::any_of(assignment.blames,
                             [&](const Blame& blame) { return blame.verdict.feature == feature; });
}

}  // namespace

std::string replay_command(const Work& work, std::size_t source, std::size_t feature) {
  const Selected& selected = work.features[feature];
  std::string request(selected.feature->name());
  const char* separator = ":";
  for (std::size_t i = 0; i < selected.params.size(); ++i) {
    const sheaf_param& declared = *selected.feature->descriptor->params[i];
    if (selected.params[i] == plugin::default_of(declared)) continue;
    request += fmt::format("{}{}={}", separator, plugin::view(declared.name),
                           plugin::show(selected.params[i]));
    separator = ",";
  }
  return fmt::format("sheaf ingest --in-process --overwrite -o replay.h5 -f {} {}",
                     shell_quoted(request), shell_quoted(work.sources[source].path));
}

Blame Jury::verdict(std::size_t source, std::size_t feature, const Death& death) const {
  return {{feature,
           {SHEAF_ERR_SOURCE,
            fmt::format("{}; again: {}", death.how, replay_command(work_, source, feature))}},
          death.label};
}

void Jury::count(std::size_t feature, const Death& death) {
  Record& record = records_[feature];
  ++record.in_a_row;
  record.timed_out = death.is_certain;
  record.last = death.how;
}

void Jury::blame(Assignment& replay, std::size_t feature, const Death& death) {
  if (replay.accused) replay.blames.pop_back();
  replay.accused.reset();
  replay.blames.push_back(verdict(replay.range.first, feature, death));
  count(feature, death);
}

void Jury::accuse(Assignment& replay, const Death& death) {
  const std::optional<std::size_t> before = std::exchange(replay.accused, std::nullopt);
  if (before) replay.blames.pop_back();
  std::vector<std::size_t> left;
  for (const std::uint32_t feature : work_.sources.claims(replay.range.first)) {
    if (!is_blamed(replay, feature)) left.insert(left.begin(), feature);
  }
  auto next = left.begin();
  if (before) next = std::min(std::ranges::find(left, *before) + 1, left.end());
  if (left.size() > 1 && next != left.end()) {
    replay.accused = *next;
    records_[*next].last = death.how;
    replay.blames.push_back(verdict(replay.range.first, *next, death));
    return;
  }
  for (const std::size_t feature : left) blame(replay, feature, death);
}

std::deque<Assignment> Jury::judge(const Assignment& died, std::size_t next, const Hint& hint,
                                   const Death& death) {
  std::deque<Assignment> replays;
  for (std::size_t source = next; source < died.range.last; ++source) {
    Assignment& replay = replays.emplace_back();
    replay.range = {source, source + 1};
    replay.job = died.job;
    replay.is_replay = true;
    replay.ends_job = died.ends_job && source + 1 == died.range.last;
    replay.blames = died.blames;
    if (!died.fetched.empty()) {
      replay.fetched.push_back(died.fetched[source - died.range.first]);
    }
    replay.accused = died.accused;
  }
  if (replays.empty()) {  // all its sources are complete, only the end of the job isn't told
    Assignment& end = replays.emplace_back(died);
    end.range = {died.range.last, died.range.last};
    end.fetched.clear();
    return replays;
  }
  const bool is_likely = hint.is_loading && hint.source >= next && hint.source < died.range.last &&
                         is_claimed(work_, hint.source, hint.feature);
  const bool was_alone = died.is_replay && death.is_alone;
  if (is_likely && (was_alone || death.is_certain)) {
    blame(replays[hint.source - next], hint.feature, death);
  } else if (was_alone) {
    accuse(replays.front(), death);
  } else if (is_likely) {
    replays[hint.source - next].suspect = hint.feature;
    records_[hint.feature].last = death.how;
  }
  return replays;
}

void Jury::acquit(const Assignment& replay) {
  if (replay.accused) {  // it was the one: without it the worker lives
    ++records_[*replay.accused].in_a_row;
  }
  if (!replay.suspect) return;
  if (is_blamed(replay, *replay.suspect)) return;
  Record& record = records_[*replay.suspect];
  if (std::exchange(record.loads, 0) >= loads_between) record.incidents = 0;
  ++record.incidents;
  log::warning(fmt::format(
      "feature '{}': the worker was {} while it loaded '{}', but not when that was tried again; "
      "the source is stored",
      work_.features[*replay.suspect].feature->name(), record.last,
      printable(work_.sources[replay.range.first].id)));
}

void Jury::forget_incidents() {
  for (Record& record : records_) record.incidents = 0;
}

void Jury::survived(std::size_t feature) {
  Record& record = records_[feature];
  record.has_survived = true;
  record.in_a_row = 0;
  ++record.loads;
}

bool Jury::is_hopeless(const Record& record) const {
  if (record.incidents >= incidents_in_a_row) return true;
  if (record.has_survived) return record.in_a_row >= loaded_before;
  return record.in_a_row >= (record.timed_out ? never_loaded_in_time : never_loaded);
}

std::optional<QuarantineMessage> Jury::next_quarantine() {
  for (std::size_t feature = 0; feature < records_.size(); ++feature) {
    Record& record = records_[feature];
    if (record.is_quarantined || !is_hopeless(record)) continue;
    record.is_quarantined = true;
    return QuarantineMessage{
        feature, record.incidents >= incidents_in_a_row
                     ? fmt::format("its workers died {} times for no single source's sake, the "
                                   "last one {}",
                                   record.incidents, record.last)
                     : fmt::format("its workers died on {} sources in a row, the last one {}",
                                   record.in_a_row, record.last)};
  }
  return std::nullopt;
}

}  // namespace sheaf::host::worker
