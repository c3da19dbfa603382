// SPDX-License-Identifier: MIT
#pragma once
// How fast the built-in plugins load small sources here: in workers, into a file in memory.
//
// Model: two runs over copies of one source, a short and a long one; the difference is what a
// source takes when all has started. Threads: one. Failure: what can't be measured says why; Error
// (Cancelled).

#include <atomic>
#include <string_view>
#include <vector>

#include "host/doctor/report.hpp"

namespace sheaf::host::doctor {

[[nodiscard]] std::vector<DecoderSpeed> measure_decoders(const std::atomic<bool>& stop);

// 64 × 64 pixels.
[[nodiscard]] std::string_view sample_jpeg();
// Half a second of a tone, 8,000 samples a second, 16 bits.
[[nodiscard]] std::string sample_wav();

}  // namespace sheaf::host::doctor
