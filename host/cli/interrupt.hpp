// SPDX-License-Identifier: MIT
#pragma once
// Ctrl-C and its like for commands that have something to clean up.

#include <atomic>

namespace sheaf::host::cli {

// The first SIGINT, SIGTERM or SIGHUP sets what is returned, a second one kills. Writing to a
// closed pipe or past a limit comes back as an error of the write from now on, which is told and
// leaves nothing behind.
[[nodiscard]] std::atomic<bool>& stop_on_signals();

}  // namespace sheaf::host::cli
