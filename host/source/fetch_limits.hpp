// SPDX-License-Identifier: MIT
#pragma once
// What fetching may take: memory, connections, time. The defaults are for a real network; tests
// have less patience.

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace sheaf::host {

struct FetchLimits {
  std::size_t memory = std::size_t{256} << 20U;          // bytes fetched and not yet taken
  std::int64_t in_memory = std::int64_t{64} << 20U;      // a larger source goes to disk
  std::int64_t max_source = std::int64_t{64} << 30U;     // and none may be larger than this
  unsigned connections = 8;                              // downloads at a time
  unsigned retries = 4;                                  // of one source, without progress between
  std::chrono::milliseconds first_delay{250};            // before the first retry; then doubled
  std::chrono::milliseconds longest_delay{60'000};       // whatever Retry-After says
  std::chrono::milliseconds connect_timeout{15'000};     // until the connection stands
  std::chrono::milliseconds stall_timeout{30'000};       // without a byte
  std::int64_t parallel_from = std::int64_t{32} << 20U;  // parts of a larger source come at once
  std::int64_t part = std::int64_t{8} << 20U;            // the size of such a part
};

}  // namespace sheaf::host
