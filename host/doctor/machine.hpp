// SPDX-License-Identifier: MIT
#pragma once
// What this machine can do at best, as far as reading and writing files is concerned.
//
// Model: some seconds and less than 300 MB of memory; a file without a name is written to `folder`
// (at most 64 MiB), so that nothing is left however it ends. Threads: one. Failure: Error
// (Cancelled); what can't be measured is left out.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>

#include "host/doctor/report.hpp"

namespace sheaf::host::doctor {

struct Effort {
  double seconds = 0.25;                              // a measurement
  std::int64_t disk_bytes = std::int64_t{64} << 20U;  // 0: nothing is written
};

[[nodiscard]] MachineReport examine_machine(const std::filesystem::path& folder,
                                            const Effort& effort, const std::atomic<bool>& stop);

}  // namespace sheaf::host::doctor
