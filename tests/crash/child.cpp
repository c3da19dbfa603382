// SPDX-License-Identifier: MIT
#include "tests/crash/child.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <exception>
#include <fcntl.h>
#include <poll.h>
#include <stdexcept>
#include <unistd.h>

#include <sys/prctl.h>
#include <sys/wait.h>

namespace sheaf::crash {
namespace {

using Clock = std::chrono::steady_clock;

// An exception must not get into the parent's code, of which this is a copy.
[[noreturn]] void run(const std::function<int(int)>& body, int report) noexcept {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  int status = 1;
  try {
    status = body(report);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "sheaf_crash: child: %s\n", error.what());
  }
  ::_exit(status);
}

timespec spec_of(Seconds time) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  const auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(time - whole);
  return {static_cast<time_t>(whole.count()), static_cast<long>(rest.count())};
}

}  // namespace

Child::Child(const std::function<int(int)>& body) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
  std::fflush(nullptr);
  id_ = ::fork();
  if (id_ < 0) throw std::runtime_error("cannot fork");
  if (id_ == 0) run(body, ends[1]);
  ::setpgid(id_, id_);  // whichever of both is first
  ::close(ends[1]);
  report_end_ = ends[0];
}

Child::~Child() {
  ::close(report_end_);
  if (id_ < 0) return;
  ::kill(-id_, SIGKILL);
  ::waitpid(id_, nullptr, 0);
}

bool Child::listen(Seconds time) {
  const Clock::time_point limit = Clock::now() + std::chrono::duration_cast<Clock::duration>(time);
  for (;;) {
    const Seconds left = limit - Clock::now();
    if (left.count() <= 0) return false;
    pollfd polled{report_end_, POLLIN, 0};
    const timespec spec = spec_of(left);
    const int ready = ::ppoll(&polled, 1, &spec, nullptr);
    if (ready == 0) return false;
    if (ready < 0) continue;
    std::array<char, 4096> buffer{};
    const ssize_t count = ::read(report_end_, buffer.data(), buffer.size());
    if (count == 0) return true;
    if (count > 0) report_.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

bool Child::kill_after(Seconds time) {
  const Clock::time_point start = Clock::now();
  if (!listen(time)) ::kill(-id_, SIGKILL);
  int status = 0;
  while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
  }
  lived_ = Clock::now() - start;
  ::kill(-id_, SIGKILL);  // what it left behind
  id_ = -1;
  listen(std::chrono::seconds(10));
  is_well_ = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

}  // namespace sheaf::crash
