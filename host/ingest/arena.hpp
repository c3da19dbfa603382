// SPDX-License-Identifier: MIT
#pragma once
// Memory for the rows of one parcel: bump allocation, 64-byte aligned, given back as a whole.
//
// Model: blocks of the heap, or one piece of memory from elsewhere (shared with the host) in which
// `want` is asked before more of it is used than was granted. What allocate() returned stays where
// it is until clear(). The latest allocation can be cut short, which is what a decoder does that
// reserved more than it filled.
// Threads: one at a time.

#include <cstddef>
#include <functional>
#include <memory>
#include <new>
#include <span>
#include <vector>

namespace sheaf::host {

class Arena {
 public:
  static constexpr std::size_t alignment = 64;
  static constexpr std::size_t block_size = std::size_t{1} << 20U;

  // Returns how many bytes may be used now, at least what is asked for, or throws.
  using Want = std::function<std::size_t(std::size_t bytes)>;

  Arena() = default;
  // `block`: bytes of an ordinary block.
  explicit Arena(std::size_t block) : block_(block) {}
  Arena(std::span<std::byte> memory, std::size_t granted, Want want)
      : memory_(memory), granted_(granted), want_(std::move(want)) {}

  // Never null. Throws std::bad_alloc, and what `want` throws.
  [[nodiscard]] std::byte* allocate(std::size_t size);
  // Keeps the first `size` bytes of `start` if it is the latest allocation; else does nothing.
  void shrink(const std::byte* start, std::size_t size) noexcept;
  // Forgets everything; one ordinary block is kept for the next time.
  void clear() noexcept;
  // What was allocated and not given back.
  [[nodiscard]] std::size_t used() const noexcept { return used_; }
  // What may be used of the memory from elsewhere without asking.
  [[nodiscard]] std::size_t granted() const noexcept { return granted_; }
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
  std::byte* allocate_in_memory(std::size_t size);

  std::size_t block_ = block_size;
  std::span<std::byte> memory_;
  std::size_t granted_ = 0;
  Want want_;
  std::vector<Block> blocks_;
  std::size_t used_ = 0;
  const std::byte* latest_ = nullptr;
};

}  // namespace sheaf::host
