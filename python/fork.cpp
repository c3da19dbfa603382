// SPDX-License-Identifier: MIT
#include "python/fork.hpp"

#include <atomic>
#include <pthread.h>

namespace sheaf::python {
namespace {

std::atomic<std::uint64_t> depth = 0;

}  // namespace

std::uint64_t fork_depth() noexcept { return depth.load(std::memory_order_relaxed); }

void watch_forks() {
  pthread_atfork(nullptr, nullptr, [] { depth.fetch_add(1, std::memory_order_relaxed); });
}

}  // namespace sheaf::python
