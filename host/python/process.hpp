// SPDX-License-Identifier: MIT
#pragma once
// The machine's own python3, running our script (sdk/python) for one loader's file.
//
// Model: a child of this process with one end of a Channel as file 3. It goes when this one goes.
// Started by a worker it is confined as that worker is going to be, but for the start of programs,
// which it gives up itself as soon as it runs (Begin brings the filter). Destroying a Process kills
// and reaps it. Threads: one at a time; with `confined` only while this process has one thread.
// Failure: Error that names the remedy.

#include <cstdint>
#include <optional>
#include <string>

#include <sys/types.h>

#include "host/worker/channel.hpp"

namespace sheaf::host::python {

// What a worker is told about its own confinement (host/worker/confine.hpp).
struct Confined {
  bool wanted = true;
  std::uint32_t allowed = 0;
  std::uint64_t memory = 0;  // bytes, 0: any
};

class Process {
 public:
  [[nodiscard]] static Process start(const std::optional<Confined>& confined);
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();

  [[nodiscard]] worker::Channel& channel() noexcept { return channel_; }
  // Waits for its end, not for long, then kills it, or leaves that to the end of this process; its
  // status as waitpid has it.
  int end();

 private:
  Process(pid_t pid, worker::Channel channel) : pid_(pid), channel_(std::move(channel)) {}
  pid_t pid_ = -1;
  worker::Channel channel_;
};

// The interpreter: $SHEAF_PYTHON, else the first python3 in PATH. Throws Error (NotFound).
[[nodiscard]] std::string interpreter();

// Ends this process as the other one ended, by the same signal or with the same status.
[[noreturn]] void end_alike(int status);

}  // namespace sheaf::host::python
