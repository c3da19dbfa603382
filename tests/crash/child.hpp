// SPDX-License-Identifier: MIT
#pragma once
// A process that is killed.
//
// Model: what it writes to its report is collected, also what it wrote just before its end. With
// its processes it is a process group, which is killed as a whole.
// Threads: the caller has one only. Failure: std::runtime_error.

#include <chrono>
#include <functional>
#include <string>

#include <sys/types.h>

namespace sheaf::crash {

using Seconds = std::chrono::duration<double>;

class Child {
 public:
  // `body` gets the descriptor to report to, and returns the exit status.
  explicit Child(const std::function<int(int report)>& body);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  // Kills it after so long, unless it ends before. Returns whether it was killed.
  bool kill_after(Seconds time);
  // How long it was there.
  [[nodiscard]] Seconds lived() const noexcept { return lived_; }
  [[nodiscard]] const std::string& report() const noexcept { return report_; }
  // Of one that ended by itself.
  [[nodiscard]] bool is_well() const noexcept { return is_well_; }

 private:
  // False when the time is over before the report is.
  bool listen(Seconds time);

  pid_t id_ = -1;
  int report_end_ = -1;
  std::string report_;
  Seconds lived_{0};
  bool is_well_ = false;
};

}  // namespace sheaf::crash
