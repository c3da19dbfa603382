// SPDX-License-Identifier: MIT
#pragma once
// Runs one test in a process of its own, and says how that went.
//
// Model: a process for each test; one that dies, or takes longer over a case than the limit and is
// killed, is a finding that names the case. Tests that go on are then started again behind it, a
// few times. What the plugin prints to stdout and stderr is listened to. Threads: any, one call
// each. Failure: Error where a process can't be started.

#include <chrono>
#include <string>
#include <vector>

#include "host/conformance/finding.hpp"
#include "host/conformance/task.hpp"
#include "host/conformance/tests.hpp"

namespace sheaf::host::conformance {

struct Apart {
  std::vector<Finding> findings;
  std::string description;  // of the test "feed", as are the rows
  std::vector<FedRows> rows;
};

// `limit`: for each case.
[[nodiscard]] Apart run_apart(const Test& test, const Task& task, std::chrono::milliseconds limit);

}  // namespace sheaf::host::conformance
