// SPDX-License-Identifier: MIT
#pragma once
// One pass over arrays of one shape that several nodes share: mean(a) and std(a) read `a` once.
//
// Model: the blocks of the shape are dealt to tasks, in order: task t has those behind task t-1's.
// Each task has states of its own, and end() puts them together in the order of tasks, so that the
// outcome doesn't depend on the number of threads. Failure: Error.

#include <cstdint>
#include <mutex>
#include <vector>

#include "core/array/engine/node.hpp"

namespace sheaf::np {

class Sweeping {
 public:
  Sweeping() = default;
  Sweeping(const Sweeping&) = delete;
  Sweeping& operator=(const Sweeping&) = delete;
  virtual ~Sweeping() = default;

  // False once it was done, or where it isn't worth it.
  [[nodiscard]] virtual bool needs_sweep() const = 0;
  [[nodiscard]] virtual bool is_swept() const = 0;
  // Of what is read; together are swept those with inputs of one shape.
  [[nodiscard]] virtual std::vector<NodePtr> swept() const = 0;
  // Of one task's states.
  [[nodiscard]] virtual std::size_t state_bytes() const = 0;

  // Extents of blocks that suit it, where the array that is swept has none.
  [[nodiscard]] virtual Shape block_grain() const { return {}; }

  virtual void begin(std::int64_t tasks) const = 0;
  // By one thread for each task, in order of blocks.
  virtual void accumulate(std::int64_t task, const Box& box, Pass& pass) const = 0;
  virtual void end() const = 0;

  // Held while it is found out: an Array may be asked for by several threads.
  [[nodiscard]] std::mutex& preparing() const noexcept { return preparing_; }

 private:
  mutable std::mutex preparing_;
};

// All of the same shape; those that another thread has swept meanwhile are left out.
void sweep(const std::vector<const Sweeping*>& together);

}  // namespace sheaf::np
