// SPDX-License-Identifier: MIT
#include "tests/support/background.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <stdexcept>
#include <thread>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

namespace sheaf::test {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds patience{10};

sockaddr_in local_address(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool is_open(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = local_address(port);
  const int status =
      ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  ::close(socket);
  return status == 0;
}

}  // namespace

Background::Background(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
  process_ = ::fork();
  if (process_ < 0) throw std::runtime_error("cannot fork");
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(ends[1], STDOUT_FILENO);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  output_ = ends[0];
}

Background::~Background() {
  ::kill(process_, SIGKILL);
  while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
  ::close(output_);
}

std::string Background::line() {
  const Clock::time_point deadline = Clock::now() + patience;
  std::string text;
  while (Clock::now() < deadline) {
    pollfd polled{output_, POLLIN, 0};
    if (::poll(&polled, 1, 100) <= 0) continue;
    char c = 0;
    if (::read(output_, &c, 1) != 1) break;
    if (c == '\n') return text;
    text += c;
  }
  throw std::runtime_error("a server in the background says nothing");
}

bool Background::runs() { return ::waitpid(process_, nullptr, WNOHANG) == 0; }

int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = local_address(0);
  socklen_t size = sizeof(address);
  const bool bound = ::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(socket);
  if (!bound) throw std::runtime_error("no port is free");
  return ntohs(address.sin_port);
}

bool wait_for_port(int port, Background& server) {
  const Clock::time_point deadline = Clock::now() + patience;
  while (Clock::now() < deadline && server.runs()) {
    if (is_open(port)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

}  // namespace sheaf::test
