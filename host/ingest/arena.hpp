// SPDX-License-Identifier: MIT
#pragma once
// Memory for the rows of one parcel: bump allocation in blocks, 64-byte aligned, given back as a
// whole.
//
// Model: what allocate() returned stays where it is until clear(). The latest allocation can be cut
// short, which is what a decoder does that reserved more than it filled.
// Threads: one at a time.

#include <cstddef>
#include <memory>
#include <new>
#include <vector>

namespace sheaf::host {

class Arena {
 public:
  static constexpr std::size_t alignment = 64;
  static constexpr std::size_t block_size = std::size_t{1} << 20U;

  // Never null. Throws std::bad_alloc.
  [[nodiscard]] std::byte* allocate(std::size_t size);
  // Keeps the first `size` bytes of `start` if it is the latest allocation; else does nothing.
  void shrink(const std::byte* start, std::size_t size) noexcept;
  // Forgets everything; one ordinary block is kept for the next time.
  void clear() noexcept;
  // What was allocated and not given back.
  [[nodiscard]] std::size_t used() const noexcept { return used_; }
  // What it takes from the system: at least used().
  [[nodiscard]] std::size_t capacity() const noexcept;

 private:
  struct Free {
    void operator()(std::byte* block) const noexcept {
      ::operator delete (block, std::align_val_t{alignment});
    }
  };
  struct Block {
    std::unique_ptr<std::byte, Free> bytes;
    std::size_t size = 0;
    std::size_t used = 0;
  };
  std::vector<Block> blocks_;
  std::size_t used_ = 0;
  const std::byte* latest_ = nullptr;
};

}  // namespace sheaf::host
