// SPDX-License-Identifier: MIT
#pragma once
// State of the process that plugins share and must leave as it is.
//
// Model: remember() once, then restore_… puts back what has changed and says what it was. The quick
// one looks at what costs nothing to look at, after each call; the other one at all, after a batch.

#include <string>
#include <vector>

#include "host/worker/channel.hpp"

namespace sheaf::host::worker {

class ProcessState {
 public:
  void remember();
  // Locale, and how floating point rounds and flushes.
  [[nodiscard]] std::vector<std::string> restore_quick();
  // Those, the working directory, which relative paths start from, and the umask.
  [[nodiscard]] std::vector<std::string> restore_all();

 private:
  std::string locale_;
  unsigned floating_ = 0;
  int rounding_ = 0;
  std::string folder_;
  Descriptor folder_file_;
  unsigned umask_ = 0;
};

}  // namespace sheaf::host::worker
