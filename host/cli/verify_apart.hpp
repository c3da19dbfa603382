// SPDX-License-Identifier: MIT
#pragma once
// Verifies a file in a process of its own: HDF5 may crash or go around in circles on a damaged one.
//
//   this process ◄── pipe: what is found, the report ──── child: layout::verify()
//        └───── shared page: where it is, how far ────────┘
//
// Model: a child that dies, or doesn't move for a while, becomes one more problem of the object it
// was at. Call it before HDF5 is used and before there are other threads: it forks.
// Threads: one. Failure: Error, also those of the child.

#include <chrono>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "core/layout/verify.hpp"
#include "host/cli/progress_bar.hpp"

namespace sheaf::host::cli {

[[nodiscard]] layout::Report verify_apart(const std::string& file,
                                          const layout::VerifyOptions& options,
                                          std::chrono::milliseconds patience, ProgressBar& bar);

// For `--json`, and for the way from the child.
[[nodiscard]] nlohmann::ordered_json to_json(const layout::Report& report);

}  // namespace sheaf::host::cli
