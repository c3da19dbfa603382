// SPDX-License-Identifier: MIT
#pragma once
// How fast something is, in a time that is given for it.
//
// Model: the work is done again and again until its time is up, at least once, and the best run
// counts: what else the machine does can only make a run slower.
// Failure: Error (Cancelled) when the user wants to stop. Threads: one at a time.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

#include "core/error.hpp"

namespace sheaf::host::doctor {

using Clock = std::chrono::steady_clock;

[[nodiscard]] inline double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

inline void check_stop(const std::atomic<bool>& stop) {
  if (stop) throw Error(ErrorCode::Cancelled, "doctor", "interrupted");
}

// Bytes a second of `work`, which goes through so many bytes.
template <class Work>
double best_rate(std::int64_t bytes, double seconds, const std::atomic<bool>& stop, Work&& work) {
  double best = 0;
  const Clock::time_point begin = Clock::now();
  do {
    check_stop(stop);
    const Clock::time_point run = Clock::now();
    work();
    best = std::max(best, static_cast<double>(bytes) / std::max(seconds_since(run), 1e-9));
  } while (seconds_since(begin) < seconds);
  return best;
}

}  // namespace sheaf::host::doctor
