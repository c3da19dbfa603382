// SPDX-License-Identifier: MIT
#pragma once
// A program that runs beside a test: started in the constructor, ended in the destructor, and by
// the kernel should the test itself die.
//
// Failure: std::runtime_error. Threads: one.

#include <string>
#include <vector>

#include <sys/types.h>

namespace sheaf::test {

class Background {
 public:
  explicit Background(const std::vector<std::string>& command);
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  ~Background();

  // The next line of its standard output, without the end; waits for ten seconds at most.
  [[nodiscard]] std::string line();
  [[nodiscard]] bool runs();

 private:
  pid_t process_ = -1;
  int output_ = -1;
};

// A port of 127.0.0.1 on which nobody listens just now.
[[nodiscard]] int free_port();
// Whether somebody listens within ten seconds, while `server` runs.
[[nodiscard]] bool wait_for_port(int port, Background& server);

}  // namespace sheaf::test
