// SPDX-License-Identifier: MIT
#pragma once
// Runs a command and collects what it says, or a function in a child process.
//
// Model: run() waits for the end; a command that takes longer than its timeout is killed and that
// shows in the result. No shell is involved.

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace sheaf::test {

struct ProcessResult {
  int status = -1;         // exit status, or -1 when a signal ended it
  int signal = 0;          // that signal
  bool timed_out = false;  // killed because it took too long
  std::string out;
  std::string err;

  [[nodiscard]] bool ok() const noexcept { return status == 0; }
};

struct ProcessOptions {
  std::vector<std::string> environment;  // "NAME=value", added to the test's own
  std::filesystem::path folder;          // to start in; the test's own when empty
  std::string input;                     // for its stdin
  std::chrono::milliseconds timeout = std::chrono::seconds(60);
};

// `command` is the program (looked up in PATH) and its arguments.
[[nodiscard]] ProcessResult run(const std::vector<std::string>& command,
                                const ProcessOptions& options = {});

// Debian's Python, the one that has h5py, with a script and its arguments.
[[nodiscard]] ProcessResult run_python(const std::filesystem::path& script,
                                       const std::vector<std::string>& arguments = {});

// Runs `body` in a forked child, which exits with the status it returns. Only for processes
// without other threads.
[[nodiscard]] ProcessResult run_forked(const std::function<int()>& body,
                                       const ProcessOptions& options = {});

}  // namespace sheaf::test
