// SPDX-License-Identifier: MIT
#pragma once
// What a forked child has of its parent's objects: their memory, and none of their threads.
//
// Model: a ForkBound is bound to the process that made it. In a child that process forked it is
// abandoned instead of destroyed, since destroying it would wait for threads that aren't there.
// Threads: any. Failure: none.

#include <cstdint>
#include <memory>
#include <utility>

namespace sheaf::python {

// How many forks this process is away from the one that loaded the module.
[[nodiscard]] std::uint64_t fork_depth() noexcept;
// Counts forks from now on; once, when the module is loaded.
void watch_forks();

template <class T>
class ForkBound {
 public:
  ForkBound() = default;
  explicit ForkBound(std::shared_ptr<T> object)
      : object_(std::move(object)), depth_(fork_depth()) {}
  ForkBound(ForkBound&&) noexcept = default;
  ForkBound& operator=(ForkBound&& other) noexcept {
    reset();
    object_ = std::move(other.object_);
    depth_ = other.depth_;
    return *this;
  }
  ~ForkBound() { reset(); }

  // False in a forked child, where the object must not be touched.
  [[nodiscard]] bool is_here() const noexcept { return depth_ == fork_depth(); }
  [[nodiscard]] const std::shared_ptr<T>& get() const noexcept { return object_; }
  [[nodiscard]] explicit operator bool() const noexcept { return object_ != nullptr; }
  void reset() noexcept {
    // Never freed: that is the point.
    if (object_ && !is_here()) {
      [[maybe_unused]] auto* const kept = new std::shared_ptr<T>(object_);
    }
    object_.reset();
  }

 private:
  std::shared_ptr<T> object_;
  std::uint64_t depth_ = 0;
};

}  // namespace sheaf::python
