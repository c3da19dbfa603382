// SPDX-License-Identifier: MIT
// What load does with the host's memory.
#include <algorithm>
#include <initializer_list>

#include <fmt/format.h>

#include "host/conformance/tests.hpp"
#include "host/conformance/trial.hpp"

namespace sheaf::host::conformance {
namespace {

constexpr std::byte first_poison{0xA5}, second_poison{0x5A};
constexpr const char* slot_rules = "the comments of sheaf_sink in plugin.h have the rules";

SinkPlan poisoned(std::byte poison) {
  SinkPlan plan;
  plan.poison = poison;
  return plan;
}

SinkPlan walled(Walls walls) {
  SinkPlan plan;
  plan.walls = walls;
  return plan;
}

// Whether rows were committed at all.
bool has_rows(const Loaded& loaded) {
  return std::ranges::any_of(loaded.rows, [](const Value& rows) { return rows.shape[0] > 0; });
}

void judge_good(Trial& trial, const Sample& sample, const Loaded& loaded) {
  for (const Breach& breach : loaded.breaches) {
    trial.error(fmt::format("loading '{}' it {}", sample.id, breach.message), slot_rules);
  }
  const plugin::Outcome& outcome = loaded.outcome;
  if (outcome.status == SHEAF_ERR_PLUGIN || outcome.status == SHEAF_ERR_FATAL) {
    trial.error(fmt::format("loading '{}' comes to {}, which ends more than this source", sample.id,
                            shown(outcome)),
                "return SHEAF_ERR_SOURCE for what a source is to blame for");
  }
  if (outcome.status == SHEAF_CANCELLED) {
    trial.error(fmt::format("loading '{}' says it was cancelled, and it wasn't", sample.id));
  }
  if (outcome.is_error() && outcome.message.empty()) {
    trial.warning(fmt::format("refuses '{}' without saying why", sample.id),
                  "return call->fail(call, SHEAF_ERR_SOURCE, message)");
  }
  if (outcome.status == SHEAF_EMPTY && has_rows(loaded)) {
    trial.error(fmt::format("loading '{}' says there are no rows, and commits some", sample.id),
                "SHEAF_EMPTY stands for zero rows; return SHEAF_OK");
  }
  if (outcome.status == SHEAF_OK && !has_rows(loaded)) {
    trial.warning(fmt::format("loading '{}' says OK and commits no row", sample.id),
                  "return SHEAF_EMPTY for a source with zero rows, SHEAF_SKIP for one that isn't "
                  "yours");
  }
  if (outcome.status == SHEAF_ERR_SOURCE && loaded.breaches.empty()) {
    trial.note(fmt::format("refuses '{}': {}", sample.id, outcome.message));
  }
}

// The first sample that gives rows, as a plain sink gets them.
const Sample* find_good(Trial& trial, Actor& actor, Loaded& loaded) {
  for (const Sample& sample : trial.samples()) {
    loaded = actor.load(sample);
    if (loaded.outcome.status == SHEAF_OK && loaded.commits > 0) return &sample;
  }
  return nullptr;
}

// Refuses a commit, or a reserve and all that follow: asking for less is allowed.
void refuse(Trial& trial, Actor& actor, const Sample& sample, const Loaded& good, bool reserves,
            std::size_t from) {
  const char* const what = reserves ? "reserve" : "commit";
  if (!trial.enter(fmt::format("loading '{}' while the host refuses {} {}", sample.id, what, from)))
    return;
  SinkPlan plan;
  (reserves ? plan.refuse_reserve : plan.refuse_commit) = from;
  const Loaded refused = actor.load(sample, plan);
  if (!refused.outcome.is_error() && refused.outcome.status != SHEAF_CANCELLED) {
    trial.error(fmt::format("loading '{}' comes to {} although the host refused {} {}: rows would "
                            "be missing and nobody would know",
                            sample.id, shown(refused.outcome), what, from),
                "look at what reserve and commit return, and return it");
  } else if (refused.outcome.status < SHEAF_ERR_SOURCE) {
    trial.error(fmt::format("loading '{}' comes to {} when the host refuses a {}", sample.id,
                            shown(refused.outcome), what),
                "return the status that the host returned");
  }
  const std::string how = difference(good, actor.load(sample), actor.description());
  if (how.empty()) return;
  trial.error(fmt::format("after the host refused a {}, the same instance loads '{}' differently: "
                          "{}",
                          what, sample.id, how),
              "what a load has begun ends with it, also when it fails");
}

}  // namespace

void test_rows(Trial& trial) {
  const auto actor = trial.actor();
  std::size_t refused = 0;
  for (const Sample& sample : trial.samples()) {
    if (!trial.enter(fmt::format("loading '{}'", sample.id))) continue;
    const Loaded loaded = actor->load(sample);
    judge_good(trial, sample, loaded);
    refused += loaded.outcome.is_error() ? 1 : 0;
  }
  if (refused < trial.samples().size()) return;
  trial.warning(refuses_all, "give sources that it should load");
}

void test_poison(Trial& trial) {
  const char* const remedy = "slots aren't zeroed: write every byte of every row you commit";
  std::vector<Loaded> before;
  auto actor = trial.actor();
  for (const Sample& sample : trial.samples()) {
    if (!trial.enter(fmt::format("loading '{}'", sample.id))) return;
    before.push_back(actor->load(sample, poisoned(first_poison)));
  }
  actor.reset();
  actor = trial.actor();
  for (std::size_t i = 0; i < before.size(); ++i) {
    const Sample& sample = trial.samples()[i];
    if (!trial.enter(fmt::format("loading '{}' with another poison", sample.id))) return;
    const Loaded loaded = actor->load(sample, poisoned(second_poison));
    std::string how =
        never_written(before[i], first_poison, loaded, second_poison, actor->description());
    // Other differences aren't the poison's, but for texts, which aren't bytes to compare.
    if (how.empty() && before[i].outcome.status != loaded.outcome.status) {
      how = difference(before[i], loaded, actor->description());
    }
    if (!how.empty()) trial.error(fmt::format("'{}': {}", sample.id, how), remedy);
  }
}

void test_guard(Trial& trial) {
  for (const Walls walls : {Walls::AtEnd, Walls::AtStart}) {
    const auto actor = trial.actor();
    for (const Sample& sample : trial.samples()) {
      const char* const where = walls == Walls::AtEnd
                                    ? "slots, id, URI and bytes end at a page of no access"
                                    : "slots begin behind a page of no access";
      if (!trial.enter(fmt::format("loading '{}' while {}", sample.id, where))) continue;
      for (const Breach& breach : actor->load(sample, walled(walls)).breaches) {
        trial.error(fmt::format("loading '{}' it {}", sample.id, breach.message), slot_rules);
      }
    }
  }
}

void test_refusal(Trial& trial) {
  const auto actor = trial.actor();
  Loaded good;
  if (!trial.enter("loading a good source")) return;
  const Sample* const sample = find_good(trial, *actor, good);
  if (sample == nullptr) return trial.note("no source gave rows");
  for (const std::size_t from : {std::size_t{0}, good.reserves - 1}) {
    refuse(trial, *actor, *sample, good, true, from);
    if (good.reserves == 1) break;
  }
  for (const std::size_t from : {std::size_t{0}, good.commits - 1}) {
    refuse(trial, *actor, *sample, good, false, from);
    if (good.commits == 1) break;
  }
  if (!trial.enter(fmt::format("cancelling '{}' at its first commit", sample->id))) return;
  SinkPlan plan;
  plan.cancel_commit = 0;
  if (actor->load(*sample, plan).calls_after_no == 0) return;
  trial.warning(
      fmt::format("loading '{}' goes on after commit returned SHEAF_CANCELLED", sample->id),
      "return what commit returned: the user waits for it to stop");
}

}  // namespace sheaf::host::conformance
