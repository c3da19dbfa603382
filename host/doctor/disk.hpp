// SPDX-License-Identifier: MIT
#pragma once
// How fast a folder's disk takes bytes, and how much of a file the page cache holds.
//
// Failure: what can't be measured is left out and says why; Error (Cancelled). Threads: one.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "host/doctor/report.hpp"

namespace sheaf::host::doctor {

// Writes a file without a name, at most `bytes` of it and about a second long.
[[nodiscard]] DiskReport measure_disk(const std::filesystem::path& folder, std::int64_t bytes,
                                      const std::atomic<bool>& stop);

struct Cached {
  double share = 1;                // of the file, in the page cache; by samples where it is large
  std::optional<double> uncached;  // bytes a second of some that weren't; they are, then
};
[[nodiscard]] Cached measure_cached(const std::filesystem::path& file,
                                    const std::atomic<bool>& stop);

}  // namespace sheaf::host::doctor
