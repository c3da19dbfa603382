// SPDX-License-Identifier: MIT
#pragma once
// What an ingest came to, and how it tells while it runs.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/layout/spec.hpp"

namespace sheaf::host {

struct Summary {
  std::string output;
  bool written = false;                   // the file is there, under that name
  bool interrupted = false;               // stopped by the user; the file has what was complete
  std::size_t stored = 0;                 // sources that at least one feature stored
  std::size_t committed = 0;              // of those: durable, whatever happens
  std::size_t replaced = 0;               // of those: sources that had changed
  std::size_t partly = 0;                 // of those: sources that another feature failed on
  std::size_t failed = 0;                 // sources with a failure, stored in part or not at all
  bool resumed = false;                   // the file was there
  std::size_t before = 0;                 // sources it had then
  std::size_t left = 0;                   // of those: as they were
  std::size_t changed = 0;                // of those: changed, and left as they were all the same
  std::size_t dropped = 0;                // of those: gone, and dropped
  std::vector<std::string> skipped;       // ids that no feature matched or had anything in
  std::vector<layout::Failure> failures;  // by source and feature
  std::int64_t source_bytes = 0;
  std::int64_t file_bytes = 0;
  double seconds = 0;
};

struct Progress {
  std::size_t done = 0;
  std::size_t total = 0;
  std::int64_t bytes_done = 0;
  std::int64_t bytes_total = 0;
  std::size_t failed = 0;
};

// Called on the pipeline's thread, often; what is slow must limit itself.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void stage(std::string_view /*what*/) {}
  virtual void progress(const Progress& /*progress*/) {}
};

}  // namespace sheaf::host
