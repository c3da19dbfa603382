// SPDX-License-Identifier: MIT
#include "host/ingest/arena.hpp"

#include <algorithm>

namespace sheaf::host {
namespace {

constexpr std::size_t aligned(std::size_t size) {
  return (size + Arena::alignment - 1) / Arena::alignment * Arena::alignment;
}

}  // namespace

std::byte* Arena::allocate(std::size_t size) {
  size = aligned(std::max(size, std::size_t{1}));
  if (blocks_.empty() || blocks_.back().size - blocks_.back().used < size) {
    const std::size_t capacity = std::max(size, block_size);
    blocks_.push_back({std::unique_ptr<std::byte, Free>(static_cast<std::byte*>(
                           ::operator new (capacity, std::align_val_t{alignment}))),
                       capacity, 0});
  }
  Block& block = blocks_.back();
  std::byte* const start = block.bytes.get() + block.used;
  block.used += size;
  used_ += size;
  latest_ = start;
  return start;
}

void Arena::shrink(const std::byte* start, std::size_t size) noexcept {
  if (start == nullptr || start != latest_) return;
  Block& block = blocks_.back();
  const std::size_t kept = static_cast<std::size_t>(start - block.bytes.get()) + aligned(size);
  if (kept > block.used) return;
  used_ -= block.used - kept;
  block.used = kept;
}

void Arena::clear() noexcept {
  if (blocks_.size() > 1) blocks_.resize(1);
  if (!blocks_.empty() && blocks_.front().size > block_size) blocks_.clear();
  if (!blocks_.empty()) blocks_.front().used = 0;
  used_ = 0;
  latest_ = nullptr;
}

std::size_t Arena::capacity() const noexcept {
  std::size_t sum = 0;
  for (const Block& block : blocks_) sum += block.size;
  return sum;
}

}  // namespace sheaf::host
