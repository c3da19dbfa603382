// SPDX-License-Identifier: MIT
#pragma once
// Rows or a box of a chunk to those of an array, for chunks of any shape.
//
// Model: a chunk lies at `first` in the array; what both it and the box have is copied, run by run,
// to where it is in the box. Threads: any. Failure: none.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/read/chunk_index.hpp"

namespace sheaf::read {

// What a chunk and a box have in common.
class Part {
 public:
  Part(const Grid& grid, const Shape& chunk_first, const Shape& first, const Shape& box);

  // Bytes that lie one behind the other in both; 0: there is nothing.
  [[nodiscard]] std::size_t run() const noexcept { return run_; }
  // Calls each(byte in the chunk, byte in the box) for each run.
  template <class Each>
  void for_each_run(Each each) const {
    if (run_ == 0) return;
    const std::size_t axes = count_.size();
    Shape at(axes, 0);
    while (true) {
      std::size_t source = source_;
      std::size_t target = target_;
      for (std::size_t axis = 0; axis < axes; ++axis) {
        source += static_cast<std::size_t>(at[axis]) * from_[axis];
        target += static_cast<std::size_t>(at[axis]) * to_[axis];
      }
      each(source, target);
      std::size_t axis = axes;
      while (axis > 0 && ++at[axis - 1] == count_[axis - 1]) at[--axis] = 0;
      if (axis == 0) return;
    }
  }

 private:
  std::size_t source_ = 0, target_ = 0;  // of the first run
  std::vector<std::size_t> from_, to_;   // bytes from one index of an axis to the next one
  Shape count_;                          // of the axes before the runs'
  std::size_t run_ = 0;
};

// Copies of one element, as many as fit.
void fill(std::span<std::byte> out, std::span<const std::byte> element);
// What a chunk and a box have in common; `out` is the box. Of the fill element where `chunk` is
// null.
void copy_part(const Grid& grid, const Shape& chunk_first, const Shape& first, const Shape& box,
               const std::byte* chunk, std::span<const std::byte> fill_element, std::byte* out);

}  // namespace sheaf::read
