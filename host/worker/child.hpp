// SPDX-License-Identifier: MIT
#pragma once
// One worker process: its start, its end, and what it prints.
//
// Model: the program `sheaf-worker` beside this one (or ../libexec/sheaf/ from it), with one end of
// a Channel as file 3, /dev/null as input, and pipes for what it prints. It has a temporary folder
// of its own, which goes when it goes. Destroying a Child kills and reaps the process.
// Threads: one. Failure: Error where a process can't be started.

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include <sys/types.h>

#include "host/worker/channel.hpp"

namespace sheaf::host::worker {

class Child {
 public:
  // `mode`: what the worker is for, if not for loading; "check" is the conformance kit's.
  [[nodiscard]] static Child start(const char* mode = nullptr);
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  ~Child();

  [[nodiscard]] Channel& channel() { return channel_; }
  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] int printed_out() const { return out_.get(); }
  [[nodiscard]] int printed_err() const { return err_.get(); }
  // Passes on the whole lines it has printed so far: whether to stderr, and the line. One that
  // prints without end is listened to for a while; `is_last` also takes what ends without a
  // newline.
  void read_lines(const std::function<void(bool, std::string_view)>& line, bool is_last = false);

  // Bytes of memory it and its child processes hold for themselves; 0 when that can't be told.
  [[nodiscard]] std::size_t memory() const;
  // Ends it at once, waits for it and says how it ended: "killed by SIGSEGV (…)", "called exit(3)".
  std::string kill();
  // Waits for a process whose channel has ended, but not for long, then as kill().
  std::string reap();
  std::string reap(std::chrono::steady_clock::time_point limit);

 private:
  Child() = default;
  std::string wait(std::optional<std::chrono::steady_clock::time_point> limit);

  pid_t pid_ = -1;
  Channel channel_;
  Descriptor out_, err_;
  std::string out_line_, err_line_;
  std::string folder_;
};

// What the program ends with when it has lost the host.
inline constexpr int lost_the_host = 113;

// "killed by SIGSEGV (Segmentation fault)", "called exit(3)": what a status of waitpid means.
[[nodiscard]] std::string how_it_ended(int status);

// Where the program is; throws Error (NotFound) that says where it was looked for.
[[nodiscard]] std::string worker_program();

}  // namespace sheaf::host::worker
