// SPDX-License-Identifier: MIT
#include "tests/support/process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <stdexcept>
#include <unistd.h>

#include <sys/wait.h>

namespace sheaf::test {
namespace {

using Clock = std::chrono::steady_clock;

// The parent's end of a pipe.
class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_reader();
    close_writer();
  }
  [[nodiscard]] int reader() const noexcept { return ends_[0]; }
  [[nodiscard]] int writer() const noexcept { return ends_[1]; }
  void close_reader() noexcept { close_end(0); }
  void close_writer() noexcept { close_end(1); }

 private:
  void close_end(std::size_t end) noexcept {
    if (ends_[end] >= 0) ::close(ends_[end]);
    ends_[end] = -1;
  }
  std::array<int, 2> ends_{-1, -1};
};

struct Pipes {
  Pipe in;
  Pipe out;
  Pipe err;
};

void become_child(const Pipes& pipes, const ProcessOptions& options) {
  ::dup2(pipes.in.reader(), STDIN_FILENO);
  ::dup2(pipes.out.writer(), STDOUT_FILENO);
  ::dup2(pipes.err.writer(), STDERR_FILENO);
  ::signal(SIGPIPE, SIG_DFL);
  for (const std::string& entry : options.environment) {
    const std::size_t equals = entry.find('=');
    ::setenv(entry.substr(0, equals).c_str(), entry.substr(equals + 1).c_str(), 1);
  }
  if (!options.folder.empty() && ::chdir(options.folder.c_str()) != 0) ::_exit(127);
}

// Reads what is there; false at the end.
bool drain(int descriptor, std::string& text) {
  std::array<char, 65536> buffer{};
  const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
  if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
  return count > 0;
}

int remaining_ms(Clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
  return left.count() > 0 ? static_cast<int>(left.count()) : 0;
}

// Feeds and drains the child until it closes both streams. False when time ran out.
bool converse(Pipes& pipes, const ProcessOptions& options, ProcessResult& result) {
  const Clock::time_point deadline = Clock::now() + options.timeout;
  std::size_t sent = 0;
  std::array<pollfd, 3> polled{{{pipes.out.reader(), POLLIN, 0},
                                {pipes.err.reader(), POLLIN, 0},
                                {pipes.in.writer(), POLLOUT, 0}}};
  while (polled[0].fd >= 0 || polled[1].fd >= 0) {
    if (sent == options.input.size() && polled[2].fd >= 0) {
      pipes.in.close_writer();
      polled[2].fd = -1;
    }
    const int ready = ::poll(polled.data(), polled.size(), remaining_ms(deadline));
    if (ready == 0) return false;
    if (ready < 0 && errno == EINTR) continue;
    if (polled[0].revents != 0 && !drain(polled[0].fd, result.out)) polled[0].fd = -1;
    if (polled[1].revents != 0 && !drain(polled[1].fd, result.err)) polled[1].fd = -1;
    if (polled[2].fd >= 0 && polled[2].revents != 0) {
      const std::size_t piece = std::min<std::size_t>(options.input.size() - sent, 4096);
      const ssize_t count = ::write(polled[2].fd, options.input.data() + sent, piece);
      sent = count > 0 ? sent + static_cast<std::size_t>(count) : options.input.size();
    }
  }
  return true;
}

ProcessResult supervise(pid_t child, Pipes& pipes, const ProcessOptions& options) {
  ProcessResult result;
  pipes.in.close_reader();
  pipes.out.close_writer();
  pipes.err.close_writer();
  const auto old_handler = ::signal(SIGPIPE, SIG_IGN);
  if (!converse(pipes, options, result)) {
    result.timed_out = true;
    ::kill(child, SIGKILL);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  ::signal(SIGPIPE, old_handler);
  if (WIFEXITED(status)) result.status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  return result;
}

}  // namespace

ProcessResult run(const std::vector<std::string>& command, const ProcessOptions& options) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  Pipes pipes;
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("cannot fork");
  if (child == 0) {
    become_child(pipes, options);
    ::execvp(arguments[0], arguments.data());
    std::fprintf(stderr, "cannot run %s: %s\n", arguments[0], std::strerror(errno));
    ::_exit(127);
  }
  return supervise(child, pipes, options);
}

ProcessResult run_python(const std::filesystem::path& script,
                         const std::vector<std::string>& arguments) {
  std::vector<std::string> command{"/usr/bin/python3", "-I", script.string()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return run(command);
}

ProcessResult run_forked(const std::function<int()>& body, const ProcessOptions& options) {
  Pipes pipes;
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("cannot fork");
  if (child == 0) {
    become_child(pipes, options);
    // Exit handlers run: what they do after a failure is part of what is tested. An exception must
    // not get into the test runner, of which this is a copy.
    [&]() noexcept { std::exit(body()); }();
  }
  return supervise(child, pipes, options);
}

}  // namespace sheaf::test
