// SPDX-License-Identifier: MIT
// The program `sheaf-worker`: runs plugins for a host, which starts it with one end of a channel as
// file 3 and its own process id as argument. Not for people.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <unistd.h>

#include <sys/prctl.h>

#include "host/worker/channel.hpp"
#include "host/worker/serve.hpp"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("sheaf-worker is started by sheaf, for its plugins\n", stderr);
    return 2;
  }
  // It goes when the host goes, however that ends.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != std::atoi(argv[1])) return 0;
  // Ctrl-C goes to all processes of a terminal; the host decides what comes of it.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  try {
    sheaf::host::worker::Channel host{sheaf::host::Descriptor(3)};
    sheaf::host::worker::serve(host);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    _exit(1);
  }
  // Libraries of plugins that clean up after themselves have no say in how long this takes.
  _exit(0);
}
