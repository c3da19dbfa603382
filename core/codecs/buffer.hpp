// SPDX-License-Identifier: MIT
#pragma once
// Memory for one chunk that is used again for the next one.
//
// Model: bytes that nobody clears: std::vector would zero what a codec is about to write. Claiming
// forgets what was there. A buffer may begin over memory of somebody else's, so that the last step
// writes where the bytes are wanted; it leaves that for memory of its own when more is claimed.
// Threads: one at a time. Failure: std::bad_alloc.

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

namespace sheaf::codecs {

using Bytes = std::span<const std::byte>;

class Buffer {
 public:
  Buffer() noexcept = default;
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    swap(other);
    return *this;
  }

  // Over `room`, which outlives its use.
  [[nodiscard]] static Buffer over(std::span<std::byte> room) noexcept {
    Buffer buffer;
    buffer.data_ = room.data();
    buffer.capacity_ = room.size();
    return buffer;
  }

  // `size` bytes that hold anything. Much more memory than that isn't kept: buffers go around
  // between chunks of all sizes.
  [[nodiscard]] std::span<std::byte> claim(std::size_t size) {
    if (size > capacity_ || capacity_ > 2 * size + most_idle) {
      owned_ = std::make_unique_for_overwrite<std::byte[]>(size);
      data_ = owned_.get();
      capacity_ = size;
    }
    size_ = size;
    return {data_, size_};
  }
  // Keeps the first `size` bytes.
  void cut(std::size_t size) noexcept { size_ = size; }
  [[nodiscard]] Bytes bytes() const noexcept { return {data_, size_}; }
  // False while the memory is somebody else's.
  [[nodiscard]] bool is_own() const noexcept { return data_ == owned_.get(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  void swap(Buffer& other) noexcept {
    std::swap(owned_, other.owned_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

 private:
  static constexpr std::size_t most_idle = std::size_t{256} << 10U;

  std::unique_ptr<std::byte[]> owned_;  // null where `data_` is somebody else's
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace sheaf::codecs
