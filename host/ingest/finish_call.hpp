// SPDX-License-Identifier: MIT
#pragma once
// The last call of a feature, with the rows of the file at hand.

#include "host/ingest/executor.hpp"

namespace sheaf::host {

// Calls `finish` of the instance, which must want it.
[[nodiscard]] plugin::Outcome call_finish(plugin::Instance& instance, RowAccess& rows);

}  // namespace sheaf::host
