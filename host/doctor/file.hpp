// SPDX-License-Identifier: MIT
#pragma once
// What reading a file reaches, stage by stage: opening, rows in order, rows at random, decoding.
//
// Model: bounded, whatever the file: so much time for all outputs together, the largest first, and
// blocks of some MiB. Arrays come through core/read as every reader's do; what the codecs alone
// reach is measured on some of their chunks. Threads: one. Failure: Error where the file can't be
// opened, and Cancelled; what is wrong with one output is its `problem`.

#include <atomic>
#include <filesystem>

#include "host/doctor/report.hpp"

namespace sheaf::host::doctor {

// About so many seconds; opening comes on top.
[[nodiscard]] FileReport examine_file(const std::filesystem::path& file, double seconds,
                                      const std::atomic<bool>& stop);

}  // namespace sheaf::host::doctor
