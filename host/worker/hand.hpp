// SPDX-License-Identifier: MIT
#pragma once
// One worker as the host sees it: its process, its trays, and what it was given to do.
//
// Model: assignments are sent ahead and done in order; the front one is being loaded. A tray is
// with the worker, or out: holding rows that aren't written yet. Beyond a fair share of memory a
// worker asks before it fills more of a tray. Threads: one.

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/ingest/decoder.hpp"
#include "host/source/spool.hpp"
#include "host/worker/child.hpp"
#include "host/worker/protocol.hpp"
#include "host/worker/received_rows.hpp"
#include "host/worker/region.hpp"

namespace sheaf::host::worker {

// A verdict, and the word for it in __fail__.
struct Blame {
  Verdict verdict;
  const char* label = nullptr;
};

// Sources first ≤ s < last of a job, for one worker.
struct Assignment {
  [[nodiscard]] const Fetched* fetched_of(std::size_t source) const {
    return fetched.empty() ? nullptr : fetched[source - range.first].get();
  }

  Job range;
  std::size_t job = 0;
  bool ends_job = true;
  bool is_replay = false;  // one source, since a worker died of it or of its neighbours
  // By source of the range, null for local files; empty where all are local. They stay open here
  // until the sources are done, since they can't be fetched twice.
  std::vector<std::shared_ptr<const Fetched>> fetched;
  std::vector<Blame> blames;
  std::optional<std::size_t> suspect;  // feature that was loading it when a worker died
  std::optional<std::size_t> accused;  // feature of the last blame, which is only tried out
};

// What the worker says it is doing; a hint, since a plugin may have written there.
struct Hint {
  bool is_loading = false;
  std::size_t source = 0;
  std::size_t feature = 0;
};

class Hand {
 public:
  using Clock = std::chrono::steady_clock;

  // Starts a process. What it takes to set it up comes with set_up().
  Hand();
  // `share`: bytes of a tray that need no asking.
  void load(const LoadMessage& message, std::size_t share);
  // `message` is a Setup's bytes, `sources` the shared list.
  void set_up(const std::string& message, int sources);
  // False when the worker is gone; the assignment stands in the queue all the same.
  bool assign(Assignment assignment);
  void return_tray(std::uint32_t tray, bool keep_grant);
  void grant();
  // Bytes of its trays beyond the fair share.
  [[nodiscard]] std::size_t extra() const;
  [[nodiscard]] Hint hint();
  // How long it hasn't moved: in a call into a plugin or, which is as bad, between two. Waiting for
  // the host doesn't count.
  [[nodiscard]] Clock::duration stuck_for();
  // The host was away for so long (stopped, or writing), and maybe the worker too.
  void excuse(Clock::duration away) { since_ += away; }
  // Makes ready for the rows of what stands at the front of the queue.
  void begin_front();
  // Takes the rows of a message; throws Error (Invalid) where they aren't what they should be.
  [[nodiscard]] ReceivedRows receive(std::string_view bytes, const Work& work,
                                     const std::vector<plugin::Description>& descriptions);

  Child child;
  std::shared_ptr<Region> region;
  std::deque<Assignment> queue;
  Range range;  // of the front of the queue
  bool is_prepared = false;
  std::size_t completed = 0;  // assignments
  bool has_more = false;      // messages that have come and weren't looked at
  Clock::time_point set_up_at{};
  struct Wanted {
    std::uint32_t tray = 0;
    std::size_t bytes = 0;
  };
  std::optional<Wanted> wanted;

 private:
  std::vector<bool> is_out_;          // by tray
  std::vector<std::size_t> granted_;  // by tray
  std::size_t share_ = 0;
  std::uint64_t calls_ = 0;
  Clock::time_point since_ = Clock::now();  // it has had something to do, or began its call
};

// Processes that have begun to start: what comes before them in a run needn't wait.
using Crew = std::vector<std::unique_ptr<Hand>>;
[[nodiscard]] Crew start_crew(unsigned workers);

}  // namespace sheaf::host::worker
