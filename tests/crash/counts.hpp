// SPDX-License-Identifier: MIT
#pragma once
// What a run of the harness saw; plain numbers, in memory that processes share.

#include <cstdint>

namespace sheaf::crash {

struct Counts {
  std::uint64_t kills = 0;
  std::uint64_t ended = 0;            // children that were done before their kill
  std::uint64_t recovery_kills = 0;   // of processes that recovered a file
  std::uint64_t commits = 0;          // that were reported
  std::uint64_t in_flight = 0;        // files that hold the commit after the last reported one
  std::uint64_t never_committed = 0;  // kills before a file had its name
  std::uint64_t applied = 0;          // recoveries that brought a record to the file
  std::uint64_t cut = 0;              // … that only cut a tail
  std::uint64_t nothing = 0;          // … that found nothing to do
  std::uint64_t left_to_writer = 0;   // files that the next child recovered
  std::uint64_t ingest_kills = 0;     // of whole ingests, among `kills`
  std::uint64_t ingests = 0;          // that went on until they ended well
  std::uint64_t losses = 0;
};

}  // namespace sheaf::crash
