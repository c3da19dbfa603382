// SPDX-License-Identifier: MIT
#pragma once
// Threads that decode chunks for whoever reads.
//
// Model: run() does a number of pieces, with the caller's own thread and those of the pool that are
// free; later() does something nobody waits for. Threads start when they are first needed.
// Threads: any. Failure: run() throws what the first piece threw, once none is worked at any more;
// what fails in later() will fail again where it is wanted.

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace sheaf::read {

class DecodePool {
 public:
  // The callers' own one counts; 0: as there are cores.
  explicit DecodePool(unsigned threads);
  DecodePool(const DecodePool&) = delete;
  DecodePool& operator=(const DecodePool&) = delete;
  ~DecodePool();

  // The callers' own one counts.
  [[nodiscard]] unsigned threads() const noexcept { return helpers_ + 1; }
  void run(std::size_t pieces, const std::function<void(std::size_t)>& body);
  // False: not at all, when there are no helpers, or all have enough to do.
  bool later(std::function<void()> body);
  // Does one thing of later() in the caller's thread; false when there is none that waits.
  bool help();
  // Nothing of later() goes on behind that.
  void forget_later();

 private:
  struct Job;
  void start();
  void work();
  void do_later(std::unique_lock<std::mutex>& lock);

  std::atomic<unsigned> helpers_;
  std::mutex mutex_;
  std::condition_variable has_work_;
  std::condition_variable is_idle_;
  std::deque<std::shared_ptr<Job>> jobs_;
  std::deque<std::function<void()>> later_;
  std::size_t later_running_ = 0;
  bool is_ending_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace sheaf::read
