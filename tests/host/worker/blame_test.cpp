// SPDX-License-Identifier: MIT
#include "host/worker/blame.hpp"

#include <catch2/catch.hpp>

#include "host/log.hpp"
#include "tests/host/worker/work_of.hpp"

using namespace sheaf::host;
using namespace sheaf::host::worker;
using sheaf::test::WorkOf;

namespace {

Assignment batch(std::size_t first, std::size_t last) {
  Assignment assignment;
  assignment.range = {first, last};
  assignment.job = 3;
  return assignment;
}
const Death segv{"crash", "killed by SIGSEGV", false, false};
const Death segv_alone{"crash", "killed by SIGSEGV", false, true};
const Hint nobody_knows{};

std::vector<std::size_t> blamed(const Assignment& assignment) {
  std::vector<std::size_t> features;
  for (const Blame& blame : assignment.blames) features.push_back(blame.verdict.feature);
  return features;
}
using Features = std::vector<std::size_t>;

}  // namespace

TEST_CASE("sources of a dead worker are tried one by one, and the last one ends the job",
          "[host][worker][blame]") {
  const WorkOf of(10, 1);
  Jury jury(of.work);
  const auto replays = jury.judge(batch(2, 6), 3, {true, 4, 0}, segv);
  REQUIRE(replays.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK((replays[i].range.first == 3 + i && replays[i].range.last == 4 + i));
    CHECK((replays[i].job == 3 && replays[i].is_replay && replays[i].blames.empty()));
    CHECK(replays[i].ends_job == (i == 2));
  }
  CHECK(replays[1].suspect == 0U);
  CHECK_FALSE(replays[0].suspect);
}

TEST_CASE("a source that dies in a worker which loaded others before is tried again",
          "[host][worker][blame]") {
  const WorkOf of(4, 2);
  Jury jury(of.work);
  Assignment replay = jury.judge(batch(0, 4), 0, {true, 1, 1}, segv).at(1);
  replay = jury.judge(replay, 1, {true, 1, 1}, segv).front();
  CHECK(replay.blames.empty());
  replay = jury.judge(replay, 1, {true, 1, 1}, segv_alone).front();
  REQUIRE(blamed(replay) == Features{1});
  CHECK(replay.blames[0].label == std::string("crash"));
  CHECK(replay.blames[0].verdict.outcome.message ==
        "killed by SIGSEGV; again: " + replay_command(of.work, 1, 1));
}

TEST_CASE("a source that ran out of time is blamed at once, its neighbours are tried",
          "[host][worker][blame]") {
  const WorkOf of(4, 2);
  Jury jury(of.work);
  const auto replays = jury.judge(batch(0, 4), 0, {true, 2, 1}, {"timeout", "slow", true, false});
  CHECK(blamed(replays.at(2)) == Features{1});
  CHECK((blamed(replays.at(1)).empty() && blamed(replays.at(3)).empty()));
}

TEST_CASE("where nobody knows which feature it was, they are left out in turn, the last one first",
          "[host][worker][blame]") {
  const WorkOf of(4, 3);
  Jury jury(of.work);
  Assignment replay = jury.judge(batch(0, 1), 0, nobody_knows, segv).front();
  CHECK(blamed(replay).empty());
  for (const std::size_t feature : {2U, 1U, 0U}) {
    replay = jury.judge(replay, 0, nobody_knows, segv_alone).front();
    CHECK(blamed(replay) == Features{feature});
    CHECK(replay.accused == feature);
  }
  replay = jury.judge(replay, 0, nobody_knows, segv_alone).front();
  CHECK(blamed(replay) == Features{2, 1, 0});
  CHECK_FALSE(replay.accused);
}

TEST_CASE("a feature that is known to have died takes the place of one that was left out for trial",
          "[host][worker][blame]") {
  const WorkOf of(4, 3);
  Jury jury(of.work);
  Assignment replay = jury.judge(batch(0, 1), 0, nobody_knows, segv).front();
  replay = jury.judge(replay, 0, nobody_knows, segv_alone).front();
  CHECK(blamed(replay) == Features{2});
  replay = jury.judge(replay, 0, {true, 0, 0}, segv_alone).front();
  CHECK(blamed(replay) == Features{0});
  replay = jury.judge(replay, 0, nobody_knows, segv_alone).front();
  CHECK(blamed(replay) == Features{0, 2});
}

TEST_CASE("hints that can't be true are no hints", "[host][worker][blame]") {
  const WorkOf of(4, 2);
  const Hint hint = GENERATE(Hint{true, 2, 0}, Hint{true, 99, 0}, Hint{true, 1, 7},
                             Hint{true, ~std::size_t{0}, ~std::size_t{0}}, Hint{false, 1, 0});
  Jury jury(of.work);
  Assignment replay = jury.judge(batch(1, 2), 1, hint, segv).front();
  CHECK_FALSE(replay.suspect);
  replay = jury.judge(replay, 1, hint, segv_alone).front();
  CHECK(replay.accused == 1U);
}

TEST_CASE("a job whose sources are all complete is only ended", "[host][worker][blame]") {
  const WorkOf of(4, 1);
  Jury jury(of.work);
  const auto rest = jury.judge(batch(0, 2), 2, nobody_knows, segv);
  REQUIRE(rest.size() == 1);
  CHECK((rest[0].range.first == 2 && rest[0].range.last == 2 && rest[0].ends_job));
}

TEST_CASE("a feature that never loaded is quarantined after ten deaths, or three that took time",
          "[host][worker][blame][quarantine]") {
  const auto [is_certain, limit] = GENERATE(table<bool, std::size_t>({{false, 10}, {true, 3}}));
  const WorkOf of(200, 2);
  Jury jury(of.work);
  const Death death{"crash", "gone", is_certain, true};
  Assignment replay = batch(0, 1);
  replay.is_replay = true;
  for (std::size_t i = 0; i < limit; ++i) {
    CHECK_FALSE(jury.next_quarantine());
    std::ignore = jury.judge(replay, 0, {true, 0, 1}, death);
  }
  const auto told = jury.next_quarantine();
  REQUIRE(told);
  CHECK(told->feature == 1);
  CHECK(told->reason.ends_with("sources in a row, the last one gone"));
  CHECK_FALSE(jury.next_quarantine());
}

TEST_CASE("a feature that loaded something is given more time",
          "[host][worker][blame][quarantine]") {
  const WorkOf of(200, 1);
  Jury jury(of.work);
  jury.survived(0);
  Assignment replay = batch(0, 1);
  replay.is_replay = true;
  for (int i = 0; i < 99; ++i) std::ignore = jury.judge(replay, 0, {true, 0, 0}, segv_alone);
  CHECK_FALSE(jury.next_quarantine());
  jury.survived(0);
  for (int i = 0; i < 99; ++i) std::ignore = jury.judge(replay, 0, {true, 0, 0}, segv_alone);
  CHECK_FALSE(jury.next_quarantine());
  std::ignore = jury.judge(replay, 0, {true, 0, 0}, segv_alone);
  CHECK(jury.next_quarantine());
}

TEST_CASE("deaths that don't happen again quarantine only when hardly anything is loaded between",
          "[host][worker][blame][quarantine]") {
  sheaf::host::log::set_level(sheaf::host::log::Level::Off);
  const int between = GENERATE(1, 20);
  const WorkOf of(200, 1);
  Jury jury(of.work);
  bool is_quarantined = false;
  for (int i = 0; i < 50 && !is_quarantined; ++i) {
    const Assignment replay = jury.judge(batch(0, 1), 0, {true, 0, 0}, segv).front();
    for (int load = 0; load < between; ++load) jury.survived(0);
    jury.acquit(replay);
    is_quarantined = jury.next_quarantine().has_value();
  }
  CHECK(is_quarantined == (between == 1));
}

TEST_CASE("the command that loads a source again can be pasted into a shell",
          "[host][worker][blame]") {
  const WorkOf of(1, 1, "/in/it's $HOME `here`\n");
  CHECK(replay_command(of.work, 1, 0) ==
        "sheaf ingest --in-process --overwrite -o replay.h5 -f 'test.f0' "
        "'/in/it'\\''s $HOME `here`\n'");
}
