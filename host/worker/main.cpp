// SPDX-License-Identifier: MIT
// The program `sheaf-worker`: runs plugins for a host, which starts it with one end of a channel as
// file 3 and its own process id as argument; a second argument, "check", makes it run a test of the
// conformance kit. Not for people.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <unistd.h>

#include <sys/prctl.h>
#include <sys/resource.h>

#include "host/conformance/serve.hpp"
#include "host/worker/channel.hpp"
#include "host/worker/child.hpp"
#include "host/worker/serve.hpp"

int main(int argc, char** argv) {
  const bool checks = argc == 3 && std::strcmp(argv[2], "check") == 0;
  if (argc != 2 && !checks) {
    std::fputs("sheaf-worker is started by sheaf, for its plugins\n", stderr);
    return 2;
  }
  // It goes when the host goes, however that ends.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != std::atoi(argv[1])) return 0;
  // Ctrl-C goes to all processes of a terminal; the host decides what comes of it.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  // Programs that a plugin may start don't keep the conversation open when this one is gone.
  fcntl(3, F_SETFD, FD_CLOEXEC);
  // Lines are passed on when they are whole, and there when the process dies.
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  // Files that a plugin leaves open shouldn't take those of the next source so soon.
  if (rlimit files{}; getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, 65536);
    setrlimit(RLIMIT_NOFILE, &files);
  }
  try {
    sheaf::host::worker::Channel host{sheaf::host::Descriptor(3)};
    checks ? sheaf::host::conformance::serve(host) : sheaf::host::worker::serve(host);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    _exit(1);
  }
  // Libraries of plugins that clean up after themselves have no say in how long this takes.
  std::fflush(stdout);
  _exit(sheaf::host::worker::lost_the_host);
}
