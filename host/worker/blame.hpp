// SPDX-License-Identifier: MIT
#pragma once
// Who is to blame when a worker has died, and what is tried next.
//
// Model: the sources that the dead worker had in hand are tried one by one. One that kills a worker
// which loaded nothing before it is blamed (what an older one died of may have been done to it
// earlier), on the feature that was loading it: that feature gets a verdict instead of another
// call, and the source is loaded once more for the others. Where it can't be told which feature
// that was, they are left out in turn until a worker lives. A feature that kills every worker is
// quarantined: it gets no more sources. Threads: one.

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "host/ingest/work.hpp"
#include "host/worker/hand.hpp"

namespace sheaf::host::worker {

struct Death {
  const char* label = "crash";  // "crash", "timeout", "memory" or "damage", as in __fail__
  std::string how;              // "killed by SIGSEGV (…)", without the feature's name
  bool is_certain = false;      // the hint is known to be right: no need to try again
  bool is_alone = true;         // the worker loaded nothing before
};

class Jury {
 public:
  explicit Jury(const Work& work) : work_(work), records_(work.features.size()) {}

  // What is to be done of `died` by another worker; `next` is its first source that isn't complete.
  // At least one assignment, in order, the last one ending the job if `died` did.
  [[nodiscard]] std::deque<Assignment> judge(const Assignment& died, std::size_t next,
                                             const Hint& hint, const Death& death);
  // A source that a worker once died over is complete.
  void acquit(const Assignment& replay);
  // A whole job went well: deaths before it are no longer in a row.
  void forget_incidents();
  // A feature loaded a source, well or not, and its worker lives.
  void survived(std::size_t feature);
  // A feature to be quarantined now, with the reason; once for each.
  [[nodiscard]] std::optional<QuarantineMessage> next_quarantine();

 private:
  struct Record {
    std::size_t in_a_row = 0;   // sources blamed on it without a success in between
    std::size_t incidents = 0;  // deaths that didn't happen again, likewise
    std::size_t loads = 0;      // since the last incident
    bool has_survived = false;
    bool is_quarantined = false;
    bool timed_out = false;
    std::string last;
  };
  void blame(Assignment& replay, std::size_t feature, const Death& death);
  // Nobody knows which feature it was: leaves out the next one, the last claim first, since what
  // derives from a feature goes with it. When that has helped with none, all of them are blamed.
  void accuse(Assignment& replay, const Death& death);
  [[nodiscard]] Blame verdict(std::size_t source, std::size_t feature, const Death& death) const;
  void count(std::size_t feature, const Death& death);
  [[nodiscard]] bool is_hopeless(const Record& record) const;

  const Work& work_;
  std::vector<Record> records_;
};

// The command that loads the source again, with nothing between the plugin and a debugger.
[[nodiscard]] std::string replay_command(const Work& work, std::size_t source, std::size_t feature);

}  // namespace sheaf::host::worker
