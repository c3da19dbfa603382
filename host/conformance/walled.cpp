// SPDX-License-Identifier: MIT
#include "host/conformance/walled.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/mman.h>

#include "core/error.hpp"

namespace sheaf::host::conformance {
namespace {

constexpr std::size_t page = 4096;
constexpr std::byte gap_pattern{0xC3};

constexpr std::size_t rounded(std::size_t size, std::size_t to) {
  return (size + to - 1) / to * to;
}

}  // namespace

Walled::Walled(std::size_t size, Walls walls, std::size_t alignment) : size_(size) {
  // Without walls the pages beside the bytes can be written to, so that a plugin that writes a
  // little too far goes on.
  const std::size_t inner = std::max(rounded(size, page), page);
  mapped_ = inner + 2 * page;
  const int access = walls == Walls::None ? PROT_READ | PROT_WRITE : PROT_NONE;
  void* const made = mmap(nullptr, mapped_, access, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (made == MAP_FAILED) throw system_error(errno, "slot", "map memory for it");
  base_ = static_cast<std::byte*>(made);
  std::byte* const begin = base_ + page;
  if (walls != Walls::None) mprotect(begin, inner, PROT_READ | PROT_WRITE);
  data_ = walls == Walls::AtEnd ? begin + inner - rounded(size, alignment) : begin;
  if (walls == Walls::None) return;
  std::fill(begin, data_, gap_pattern);
  std::fill(data_ + size_, begin + inner, gap_pattern);
}

Walled::~Walled() {
  if (base_ != nullptr) munmap(base_, mapped_);
}

void Walled::fill(std::byte pattern) { std::memset(data_, static_cast<int>(pattern), size_); }

bool Walled::is_whole() const {
  const auto is_gap = [](std::byte byte) { return byte == gap_pattern; };
  return std::all_of(base_ + page, data_, is_gap) &&
         std::all_of(data_ + size_, base_ + mapped_ - page, is_gap);
}

void Walled::close() {
  mprotect(base_, mapped_, PROT_NONE);
  madvise(base_, mapped_, MADV_DONTNEED);
}

}  // namespace sheaf::host::conformance
