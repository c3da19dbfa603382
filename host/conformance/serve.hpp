// SPDX-License-Identifier: MIT
#pragma once
// The kit in the process that checks a plugin: takes one task, runs its test, says what it finds.
//
// Model: confined as a worker is before the plugin is loaded; ends when the test has ended.
// Threads: one. Failure: Error where the task makes no sense.

#include "host/worker/channel.hpp"

namespace sheaf::host::conformance {

void serve(worker::Channel& host);

}  // namespace sheaf::host::conformance
