// SPDX-License-Identifier: MIT
#pragma once
// Memory with a page of no access before and behind it.
//
//   AtEnd    │ wall │ gap …… bytes│ wall │      AtStart  │ wall │bytes …… gap│ wall │
//
// Model: bytes are aligned to 64, so at the end a gap of up to 63 bytes may follow them; that is
// filled with a pattern, and is_whole() says whether it still is. close() takes all access away:
// who still uses it then is caught. Threads: one at a time. Failure: Error when there is no memory.

#include <cstddef>
#include <utility>

namespace sheaf::host::conformance {

enum class Walls { None, AtEnd, AtStart };

class Walled {
 public:
  // `alignment`: 64 for slots, 1 for what must end exactly at the wall.
  Walled(std::size_t size, Walls walls, std::size_t alignment = 64);
  Walled(Walled&& other) noexcept
      : base_(std::exchange(other.base_, nullptr)),
        mapped_(other.mapped_),
        data_(other.data_),
        size_(other.size_) {}
  Walled& operator=(Walled&&) = delete;
  ~Walled();

  [[nodiscard]] std::byte* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  void fill(std::byte pattern);
  // Whether nothing was written beside the bytes, as far as there is room for it.
  [[nodiscard]] bool is_whole() const;
  void close();

 private:
  std::byte* base_ = nullptr;
  std::size_t mapped_ = 0;
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace sheaf::host::conformance
