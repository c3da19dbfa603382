// SPDX-License-Identifier: MIT
#pragma once
// What a worker is told before its first source: which plugins it loads, which features it opens.
//
// Model: both messages are a function of the run's work, the same for all its workers; what the
// first one agreed on the caller adds. Plugins of a run share its workers, so
// what is allowed to one of them is allowed to all.

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "host/ingest/work.hpp"
#include "host/worker/protocol.hpp"

namespace sheaf::host::worker {

// What plugins may do in spite of confinement, by plugin id; the bits are confine.hpp's.
using Allowances = std::map<std::string, std::uint32_t, std::less<>>;

// How a worker's shared memory is cut. A quarter of the run's memory is shared out among all trays,
// a quarter is for those that need more, and half of it is the one slot that may be larger than all
// others.
struct Trays {
  std::uint32_t count = 4;
  std::size_t size = 0;    // the most a tray may hold
  std::size_t share = 0;   // bytes of a tray that need no asking
  std::size_t parcel = 0;  // a parcel of this size is sent on

  [[nodiscard]] static Trays of(const Limits& limits);
};

[[nodiscard]] LoadMessage load_message(const Work& work, const Allowances& allowed,
                                       const Trays& trays);
[[nodiscard]] SetupMessage setup_message(const Work& work, const Trays& trays);

}  // namespace sheaf::host::worker
