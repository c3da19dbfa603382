// SPDX-License-Identifier: MIT
#pragma once
// Where the bytes of a fetched source gather, until they are an open file.
//
// Model: in memory (a memfd) while they are few, else in a file without a name in $TMPDIR or /tmp.
// finish() hands the descriptor over: sealed or read-only, so that whoever opens
// /proc/self/fd/N sees these bytes and nothing else.
// Failure: text that says what went wrong, or empty. Threads: one at a time.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "host/descriptor.hpp"

namespace sheaf::host {

// What became of a source: an open file at its start, or why there is none.
struct Fetched {
  Descriptor file;
  std::int64_t size = -1;
  std::string error;
  // "/proc/self/fd/N": how code that wants a path opens it.
  [[nodiscard]] std::string path() const;
};

class Spool {
 public:
  // More than `in_memory` bytes go to disk.
  explicit Spool(std::int64_t in_memory) : in_memory_(in_memory) {}

  // Parts may come in any order; what is between them is zero.
  [[nodiscard]] std::string write(std::int64_t offset, std::span<const std::byte> bytes);
  // What is known about the size spares the move from memory to disk.
  void expect(std::int64_t size) { on_disk_ = on_disk_ || size > in_memory_; }
  // Forgets all bytes.
  void clear();
  // The file with exactly `size` bytes, or the error. Leaves the spool empty.
  [[nodiscard]] Fetched finish(std::int64_t size);

 private:
  [[nodiscard]] std::string open();
  [[nodiscard]] std::string move_to_disk();
  [[nodiscard]] std::string seal();

  const std::int64_t in_memory_;
  bool on_disk_ = false;
  bool file_is_on_disk_ = false;
  Descriptor file_;
};

}  // namespace sheaf::host
