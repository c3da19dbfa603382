// SPDX-License-Identifier: MIT
#pragma once
// How fast the codecs are on one core.

#include <atomic>
#include <cstddef>
#include <vector>

#include "core/codecs/buffer.hpp"
#include "host/doctor/report.hpp"

namespace sheaf::host::doctor {

// 64 KiB that compress as a photograph's pixels do.
[[nodiscard]] std::vector<std::byte> sample_chunk();

// Every compression that `sheaf pack` has, with its usual level, and shuffled where elements have
// more than one byte. `seconds` is for each of them, both ways.
[[nodiscard]] std::vector<CodecSpeed> measure_codecs(codecs::Bytes chunk, std::size_t element_bytes,
                                                     double seconds, const std::atomic<bool>& stop);

}  // namespace sheaf::host::doctor
