// SPDX-License-Identifier: MIT
#pragma once
// Threads that make batches ahead, and hand them out in order.
//
//   ticket t ─► any worker ─► ring[t mod prefetch] ─► next()
//    └ given out while t < the next one wanted + prefetch
//
// Model: a batch is a function of (epoch, number), so it doesn't matter who makes it, and one that
// nobody wants any more is dropped. Two locks a batch, none a sample. Without threads next() makes
// it itself. Threads: one consumer. Failure: what `make` throws is rethrown by next() in its turn.
// Destruction waits for the batches in hand.

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "core/loader/batch.hpp"

namespace sheaf::loader {

class Workers {
 public:
  // Called in several threads at once; `worker` is less than max(1, threads).
  using Make = std::function<BatchPtr(std::int64_t epoch, std::int64_t number, unsigned worker)>;

  // The threads start with the first begin().
  Workers(unsigned threads, std::size_t prefetch, Make make);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers();

  // From now on next() gives batches number, number + 1, … count − 1 of the epoch.
  void begin(std::int64_t epoch, std::int64_t number, std::int64_t count);
  // None behind the last one.
  [[nodiscard]] BatchPtr next();

 private:
  struct Slot {
    BatchPtr batch;
    std::exception_ptr error;
    bool is_ready = false;
  };

  void start();
  void run(unsigned worker);
  [[nodiscard]] bool may_begin() const noexcept;

  unsigned thread_count_;
  Make make_;

  std::mutex mutex_;
  std::condition_variable has_room_;
  std::condition_variable has_batch_;
  std::vector<Slot> ring_;
  std::uint64_t run_ = 0;  // counts begin(): what was made for an earlier one is dropped
  std::int64_t epoch_ = 0;
  std::int64_t count_ = 0;
  std::int64_t ticket_ = 0;  // the next one that a worker takes
  std::int64_t wanted_ = 0;  // the next one that next() gives
  unsigned idle_ = 0;        // workers that wait
  bool is_ending_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace sheaf::loader
