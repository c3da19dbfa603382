// SPDX-License-Identifier: MIT
#pragma once
// Memory that this process and its python3 share for what doesn't lie in the trays: inputs, rows
// read by `finish`, and slots of a host whose memory is its own (--in-process).
//
// Model: one memory file, allocated front to back during one call and forgotten before the next;
// places are offsets, since it moves here when it grows. Threads: one at a time. Failure: Error.

#include <cstddef>
#include <cstdint>

#include "host/descriptor.hpp"

namespace sheaf::host::python {

class Scratch {
 public:
  Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch();

  [[nodiscard]] int file() const noexcept { return file_.get(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  // 64-byte aligned.
  [[nodiscard]] std::uint64_t allocate(std::size_t size);
  [[nodiscard]] std::byte* at(std::uint64_t offset) noexcept { return start_ + offset; }
  // Begins anew; memory beyond what an ordinary call takes goes back to the system.
  void clear();

 private:
  Descriptor file_;
  std::byte* start_ = nullptr;
  std::size_t size_ = 0;
  std::size_t used_ = 0;
};

}  // namespace sheaf::host::python
