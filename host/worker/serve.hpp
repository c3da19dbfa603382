// SPDX-License-Identifier: MIT
#pragma once
// The worker's side: answers the host until it hangs up.
//
// Model: one thread, one message at a time. Plugins are loaded at the host's word, after the
// process has confined itself. Rows are written into trays; while all trays are on their way, it
// waits for one to come back.

#include "host/worker/channel.hpp"

namespace sheaf::host::worker {

// Returns when the host has closed the channel.
void serve(Channel& host);

}  // namespace sheaf::host::worker
