// SPDX-License-Identifier: MIT
#pragma once
// Runs of an array's elements, written by several threads in any order, whole chunks at a time.
//
//   runs        [   a   ][     b     ][  c  ]
//   array    │  part   │  chunk  │  part …        a part waits until its chunk is complete
//
// Threads: any. Failure: Error of what is written to.

#include <map>
#include <mutex>

#include "core/array/engine/node.hpp"

namespace sheaf::np {

class RunWriter {
 public:
  // A prepared node of one axis, which can be written in any order.
  explicit RunWriter(NodePtr to);

  // Whether chunks are small enough for parts of them to wait in memory.
  [[nodiscard]] bool has_room() const;
  // Elements from `first` on; each of the array's once.
  void write(std::int64_t first, const Buffer& run);

 private:
  struct Part {
    std::shared_ptr<Buffer> values;
    std::int64_t filled = 0;
  };
  void write_part(std::int64_t unit, std::int64_t first, const Buffer& run, std::int64_t from,
                  std::int64_t count);

  NodePtr to_;
  std::int64_t unit_ = 0;  // elements of whole chunks; 0: it has none
  std::mutex mutex_;
  std::map<std::int64_t, Part> parts_;
};

}  // namespace sheaf::np
