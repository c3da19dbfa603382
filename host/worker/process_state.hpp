// SPDX-License-Identifier: MIT
#pragma once
// State of the process that plugins share and must leave as it is.
//
// Model: remember() once, then restore_… puts back what has changed and says what it was. The quick
// one looks at what costs nothing to look at, after each call, and at the working directory where
// the next source's path starts from it; the other one at all, after a batch.

#include <string>
#include <vector>

#include <sys/types.h>

#include "host/worker/channel.hpp"

namespace sheaf::host::worker {

class ProcessState {
 public:
  void remember();
  // Locale, and how floating point rounds and flushes; the working directory where it is asked for.
  [[nodiscard]] std::vector<std::string> restore_quick(bool with_folder);
  // Those, and the umask.
  [[nodiscard]] std::vector<std::string> restore_all();

 private:
  void restore_folder(std::vector<std::string>& changed);

  std::string locale_;
  unsigned floating_ = 0;
  int rounding_ = 0;
  Descriptor folder_file_;
  dev_t folder_device_ = 0;
  ino_t folder_number_ = 0;
  unsigned umask_ = 0;
};

}  // namespace sheaf::host::worker
