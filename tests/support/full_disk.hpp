// SPDX-License-Identifier: MIT
#pragma once
// Files that can't grow any more.

#include <csignal>
#include <cstddef>

#include <sys/resource.h>

namespace sheaf::test {

// Files of this process can't grow beyond that while it lives.
struct SmallFiles {
  explicit SmallFiles(std::size_t most) : handler(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before);
    const rlimit limit{most, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~SmallFiles() {
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
  }
  SmallFiles(const SmallFiles&) = delete;
  SmallFiles& operator=(const SmallFiles&) = delete;
  rlimit before{};
  void (*handler)(int);
};

}  // namespace sheaf::test
