// SPDX-License-Identifier: MIT
#pragma once
// Copies out of a mapping that survive when the file below it becomes shorter.
//
// Model: touching a page of a mapping that the file doesn't reach any more is a SIGBUS. While
// survives() runs in a thread, one at an address it watches ends its body instead of the process;
// any other goes on to the handler that was there before ours, or does what it does without one.
// The body is left by siglongjmp: it must own nothing that has a destructor, and take no lock.
// Threads: any; bodies may nest. Failure: none.

#include <atomic>
#include <csetjmp>
#include <cstddef>

namespace sheaf::read {

// Installs the handler, once a process.
void watch_for_bus_errors() noexcept;

namespace detail {

struct BusGuard {
  const std::byte* begin;
  std::size_t size;
  BusGuard* outer;
  sigjmp_buf place;
};

// A handler may touch it: no memory is made for it when it is first used.
[[gnu::tls_model("initial-exec")]] extern thread_local BusGuard* innermost_guard;

}  // namespace detail

// False when the memory that begins there was gone before `body` ended.
template <class Body>
[[gnu::noinline]] bool survives(const std::byte* begin, std::size_t size, const Body& body) {
  detail::BusGuard guard;  // the place is filled below
  guard.begin = begin;
  guard.size = size;
  guard.outer = detail::innermost_guard;
  // The mask isn't saved, which would be a system call: the handler brings it back.
  if (sigsetjmp(guard.place, 0) != 0) {
    detail::innermost_guard = guard.outer;
    return false;
  }
  detail::innermost_guard = &guard;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  body();
  std::atomic_signal_fence(std::memory_order_seq_cst);
  detail::innermost_guard = guard.outer;
  return true;
}

}  // namespace sheaf::read
