// SPDX-License-Identifier: MIT
#pragma once
// Parcels arrive in any order and leave in the order of the walk, in bounded memory.
//
// Model: workers deliver() parcels of their jobs, one writer takes next() and recycle()s. A worker
// whose job isn't first waits while more than the budget is in transit; the first job may always
// hand on one parcel, so something always moves.
// Threads: deliver, spare and abort from any; next and recycle from the writer.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "host/ingest/parcel.hpp"

namespace sheaf::host {

class Order {
 public:
  Order(std::size_t jobs, std::size_t budget) : jobs_(jobs), budget_(budget) {}

  // An empty parcel for `job`.
  [[nodiscard]] std::unique_ptr<Parcel> spare(std::size_t job);
  // Waits for room. Returns false after abort(): nobody wants parcels any more.
  bool deliver(std::unique_ptr<Parcel> parcel);
  // The next one in order; null at the end and after abort().
  [[nodiscard]] std::unique_ptr<Parcel> next();
  void recycle(std::unique_ptr<Parcel> parcel);
  void abort();

 private:
  [[nodiscard]] bool has_room(std::size_t job, std::size_t size);

  const std::size_t jobs_;
  const std::size_t budget_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::condition_variable arrival_;
  std::unordered_map<std::size_t, std::deque<std::unique_ptr<Parcel>>> waiting_;
  std::vector<std::unique_ptr<Parcel>> spares_;
  std::size_t first_ = 0;       // the job whose parcels leave now
  std::size_t in_transit_ = 0;  // bytes delivered and not yet recycled
  bool aborted_ = false;
};

}  // namespace sheaf::host
