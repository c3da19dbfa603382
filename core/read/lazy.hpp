// SPDX-License-Identifier: MIT
#pragma once
// A value that is made when it is first asked for.
//
// Threads: any; one makes it while others wait, and later calls take no lock. Failure: what the
// maker throws; the next call tries again.

#include <atomic>
#include <memory>
#include <mutex>

namespace sheaf::read {

template <class T>
class Lazy {
 public:
  template <class Make>
  [[nodiscard]] const T& get(const Make& make) const {
    if (const T* made = made_.load(std::memory_order_acquire)) return *made;
    const std::lock_guard lock(mutex_);
    if (value_ == nullptr) value_ = std::make_unique<T>(make());
    made_.store(value_.get(), std::memory_order_release);
    return *value_;
  }

 private:
  mutable std::atomic<const T*> made_{nullptr};
  mutable std::mutex mutex_;
  mutable std::unique_ptr<T> value_;
};

}  // namespace sheaf::read
