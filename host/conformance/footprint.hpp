// SPDX-License-Identifier: MIT
#pragma once
// What a process holds, to compare before and after.
//
// Model: Footprint is what plugins must leave as it is, beyond what ProcessState knows
// (host/worker/process_state.hpp); Usage is what grows when something leaks. Both come from /proc
// and the C library, of this process as a whole. Threads: one, while nothing else runs.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace sheaf::host::conformance {

struct Footprint {
  std::map<int, std::string> files;    // descriptors, and what they are
  std::map<int, std::string> threads;  // thread ids, and their names
  std::vector<std::string> environment;
  std::vector<std::string> signals;  // what each does, and the mask
  std::vector<std::string> streams;  // stdin, stdout, stderr

  // Once threads that are about to end have ended.
  [[nodiscard]] static Footprint take(const Footprint* before = nullptr);
};

// "changed the environment variable X", "changed what SIGINT does": what is forbidden.
[[nodiscard]] std::vector<std::string> changes(const Footprint& before, const Footprint& after);
// "the file /tmp/x", "the thread 'pool'": what is there and wasn't before.
[[nodiscard]] std::vector<std::string> leftovers(const Footprint& before, const Footprint& after);

[[nodiscard]] std::size_t thread_count();

struct Usage {
  std::size_t heap = 0;  // bytes that the C library has given out
  std::size_t data = 0;  // bytes of private memory, mapped by whom ever
  std::size_t files = 0;
  std::size_t threads = 0;

  // `most_threads`: waits a while for those above that number to end.
  [[nodiscard]] static Usage take(std::size_t most_threads = 0);
};

}  // namespace sheaf::host::conformance
