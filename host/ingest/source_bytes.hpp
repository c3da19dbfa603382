// SPDX-License-Identifier: MIT
#pragma once
// Reads whole sources into a buffer that is used again for the next one.
//
// Model: regular files only (a pipe that took a file's place must not hang us), followed by some
// zero bytes, since many parsers look a little past the end. Threads: one at a time.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sheaf::host {

class SourceBytes {
 public:
  explicit SourceBytes(std::size_t limit) : limit_(limit) {}

  // Why it can't be read, or empty; then bytes() has it until the next read. One that has the
  // size that is `expected` is had with a system call less; -1: not known.
  [[nodiscard]] std::string read(std::string_view path, std::int64_t expected = -1);
  [[nodiscard]] std::span<const std::byte> bytes() const { return {buffer_.data(), size_}; }

 private:
  void make_room(std::size_t size);
  [[nodiscard]] bool read_at_once(int file, std::size_t size);

  const std::size_t limit_;
  std::vector<std::byte> buffer_;
  std::size_t size_ = 0;
  std::string path_;  // ended by a zero byte, as open() wants it
};

}  // namespace sheaf::host
