// SPDX-License-Identifier: MIT
#pragma once
// Runs plugins in processes of their own.
//
// Model: one thread of the host talks to all workers while the pipeline waits for rows. Each worker
// has a few jobs ahead; its parcels come in trays of shared memory and leave in the order of the
// walk. A worker that dies, hangs, grows too large or says what isn't true is replaced, and what it
// had in hand is tried again source by source (blame.hpp).
// Memory: the trays of all workers together stay within the limit; the worker whose job is first
// may always go on, so something always moves. Threads: one. Failure: Error when plugins can't be
// opened, or no worker can be kept alive.

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "host/ingest/executor.hpp"
#include "host/source/fetch.hpp"
#include "host/worker/blame.hpp"
#include "host/worker/hand.hpp"
#include "host/worker/printed_lines.hpp"
#include "host/worker/setup.hpp"

namespace sheaf::host::worker {

class ProcessExecutor final : public Executor {
 public:
  // `crew` has work.limits.workers hands.
  ProcessExecutor(const Work& work, const Allowances& allowed, Crew crew);
  // Lets workers close their instances, for a moment; then ends them.
  ~ProcessExecutor() override;

  [[nodiscard]] std::vector<plugin::Description> prepare() override;
  void start() override;
  [[nodiscard]] std::unique_ptr<Parcel> next() override;
  void recycle(std::unique_ptr<Parcel> parcel) override;
  plugin::Outcome finish(std::size_t feature, RowAccess& rows) override;
  void dismiss() override;

 private:
  using Clock = Hand::Clock;

  void set_up(Hand& hand);
  void feed();
  // The next job, with what had to be fetched for it; none while that isn't there yet.
  [[nodiscard]] std::optional<Assignment> next_assignment();
  [[nodiscard]] std::unique_ptr<Parcel> take_ready();
  // Waits for something to come from a worker and deals with it.
  void listen(std::chrono::milliseconds limit);
  void read(std::size_t number);
  void handle(std::size_t number, const Message& message);
  void take_prepared(Hand& hand, const Message& message);
  void take_rows(std::size_t number, const Message& message);
  void look_at(const Parcel& parcel, const Assignment& from);
  void quarantine(const QuarantineMessage& told);
  void check_limits();
  // Puts another worker in the place of a dead one and gives it what that had in hand.
  void bury(std::size_t number, const Death& death);
  void bury(std::size_t number, Death death, const Hint& hint);
  void grant_memory();
  void print(Hand& hand, bool is_last = false);
  [[nodiscard]] bool stopped() const { return work_.stop->load(std::memory_order_relaxed); }

  const Work& work_;
  const Trays trays_;
  const LoadMessage plugins_;
  std::optional<Fetcher> fetcher_;  // when there is something to fetch
  Jury jury_;
  Crew hands_;
  std::vector<plugin::Description> descriptions_;
  std::vector<std::string> agreed_;
  std::vector<QuarantineMessage> quarantines_;
  std::map<std::size_t, std::deque<std::unique_ptr<Parcel>>> waiting_;  // by job
  std::size_t first_ = 0;            // the job whose parcels leave now
  std::size_t next_job_ = 0;         // the next to be given out
  std::size_t deaths_at_start_ = 0;  // of workers that weren't prepared, in a row
  Clock::time_point checked_ = Clock::now();
  PrintedLines printed_;
  bool told_unconfined_ = false;
};

}  // namespace sheaf::host::worker
