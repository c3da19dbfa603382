// SPDX-License-Identifier: MIT
#pragma once
// Lets any number of readers in at once, or one who changes what they read.
//
// Model: as std::shared_mutex, but readers of different threads touch different cache lines, so
// that they don't slow each other down; who closes the gate waits for all of them.
// Threads: any; a thread passes it once at a time. Failure: none.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>

namespace sheaf::read {

class Gate {
 public:
  class Pass {
   public:
    explicit Pass(Gate& gate) noexcept : lane_(gate.lanes_[own_lane()].readers) {
      while (true) {
        lane_.fetch_add(1);
        if (!gate.is_closed_.load()) return;
        lane_.fetch_sub(1);
        gate.is_closed_.wait(true);
      }
    }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    ~Pass() { lane_.fetch_sub(1); }

   private:
    std::atomic<std::uint32_t>& lane_;
  };

  // One at a time.
  class Closed {
   public:
    explicit Closed(Gate& gate) : gate_(gate), lock_(gate.mutex_) {
      gate_.is_closed_.store(true);
      for (Lane& lane : gate_.lanes_) {
        while (lane.readers.load() != 0) std::this_thread::yield();
      }
    }
    Closed(const Closed&) = delete;
    Closed& operator=(const Closed&) = delete;
    ~Closed() {
      gate_.is_closed_.store(false);
      gate_.is_closed_.notify_all();
    }

   private:
    Gate& gate_;
    std::lock_guard<std::mutex> lock_;
  };

 private:
  static constexpr std::size_t lane_count = 32;
  struct alignas(64) Lane {
    std::atomic<std::uint32_t> readers{0};
  };
  static std::size_t own_lane() noexcept {
    static std::atomic<std::size_t> threads{0};
    thread_local const std::size_t lane = threads.fetch_add(1) % lane_count;
    return lane;
  }

  std::array<Lane, lane_count> lanes_;
  std::atomic<bool> is_closed_{false};
  std::mutex mutex_;
};

}  // namespace sheaf::read
