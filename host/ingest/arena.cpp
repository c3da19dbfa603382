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
  if (memory_.data() != nullptr) return allocate_in_memory(size);
  if (blocks_.empty() || blocks_.back().size - blocks_.back().used < size) {
    const std::size_t capacity = std::max(size, block_);
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

std::byte* Arena::allocate_in_memory(std::size_t size) {
  if (size > memory_.size() - used_) throw std::bad_alloc();
  if (used_ + size > granted_) granted_ = want_(used_ + size);
  latest_ = memory_.data() + used_;
  used_ += size;
  return memory_.data() + used_ - size;
}

void Arena::shrink(const std::byte* start, std::size_t size) noexcept {
  if (start == nullptr || start != latest_) return;
  if (memory_.data() != nullptr) {
    const std::size_t end = static_cast<std::size_t>(start - memory_.data()) + aligned(size);
    used_ = std::min(used_, end);
    return;
  }
  Block& block = blocks_.back();
  const std::size_t kept = static_cast<std::size_t>(start - block.bytes.get()) + aligned(size);
  if (kept > block.used) return;
  used_ -= block.used - kept;
  block.used = kept;
}

void Arena::clear() noexcept {
  if (blocks_.size() > 1) blocks_.resize(1);
  if (!blocks_.empty() && blocks_.front().size > block_) blocks_.clear();
  if (!blocks_.empty()) blocks_.front().used = 0;
  used_ = 0;
  latest_ = nullptr;
}

std::size_t Arena::capacity() const noexcept {
  std::size_t sum = memory_.data() == nullptr ? 0 : used_;
  for (const Block& block : blocks_) sum += block.size;
  return sum;
}

}  // namespace sheaf::host
