// SPDX-License-Identifier: MIT
#pragma once
// What holds reading back, in words, and what helps.
//
// Model: a function of what was measured. Most telling first. Nothing is said that the numbers
// don't show. Threads: any.

#include <string>
#include <vector>

#include "host/doctor/report.hpp"

namespace sheaf::host::doctor {

[[nodiscard]] std::vector<Advice> advise(const MachineReport& machine);
[[nodiscard]] std::vector<Advice> advise(const MachineReport& machine, const FileReport& file);

// "1.9 GB/s": three digits at most.
[[nodiscard]] std::string rate_text(double bytes_a_second);
// "64 KiB", "3 KiB", "512 B": as chunks are spoken of.
[[nodiscard]] std::string size_text(std::int64_t bytes);

}  // namespace sheaf::host::doctor
