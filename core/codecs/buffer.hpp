// SPDX-License-Identifier: MIT
#pragma once
// Memory for one chunk that is used again for the next one.
//
// Model: bytes that nobody clears: std::vector would zero what a codec is about to write. Claiming
// forgets what was there. Threads: one at a time. Failure: std::bad_alloc.

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

  // `size` bytes that hold anything. Much more memory than that isn't kept: buffers go around
  // between chunks of all sizes.
  [[nodiscard]] std::span<std::byte> claim(std::size_t size) {
    if (size > capacity_ || capacity_ > 2 * size + most_idle) {
      data_ = std::make_unique_for_overwrite<std::byte[]>(size);
      capacity_ = size;
    }
    size_ = size;
    return {data_.get(), size_};
  }
  // Keeps the first `size` bytes.
  void cut(std::size_t size) noexcept { size_ = size; }
  [[nodiscard]] Bytes bytes() const noexcept { return {data_.get(), size_}; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  void swap(Buffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

 private:
  static constexpr std::size_t most_idle = std::size_t{256} << 10U;

  std::unique_ptr<std::byte[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace sheaf::codecs
