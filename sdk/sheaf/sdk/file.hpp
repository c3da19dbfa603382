// SPDX-License-Identifier: MIT
#pragma once
// A source's file, read in parts: what a plugin needs that doesn't want all of it in memory at once
// (Declaration::wants_bytes is simpler where that is no matter).
//
// Model: regular files only, so that no pipe or device hangs a load. Reads are at offsets and don't
// move anything. Failure: Error with the system's words. Threads: reads may be concurrent.

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <span>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <sys/stat.h>

#include <sheaf/sdk/error.hpp>
#include <sheaf/sdk/survey.hpp>

namespace sheaf::sdk {

class File {
 public:
  explicit File(const char* path) : file_(::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    if (file_ < 0) fail("can't be opened");
    struct stat info {};
    const bool known = ::fstat(file_, &info) == 0;
    if (known && S_ISREG(info.st_mode)) {
      size_ = static_cast<std::uint64_t>(info.st_size);
      return;
    }
    ::close(file_);
    throw Error("is no regular file");
  }
  explicit File(const Source& source) : File(path_of(source)) {}
  ~File() {
    if (file_ >= 0) ::close(file_);
  }
  File(File&& other) noexcept : file_(std::exchange(other.file_, -1)), size_(other.size_) {}
  File& operator=(File&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(size_, other.size_);
    return *this;
  }

  // Bytes, when it was opened.
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] int descriptor() const noexcept { return file_; }
  // Fills `to` from an offset; how many bytes that were: fewer at the end of the file alone.
  [[nodiscard]] std::size_t read_at(std::uint64_t offset, std::span<std::byte> to) const {
    std::size_t have = 0;
    while (have < to.size()) {
      const ssize_t got =
          ::pread(file_, to.data() + have, to.size() - have, static_cast<off_t>(offset + have));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail("can't be read");
      if (got == 0) break;
      have += static_cast<std::size_t>(got);
    }
    return have;
  }

 private:
  static const char* path_of(const Source& source) {
    if (source.path_bytes().empty()) throw Error("is no local file: copy it to a disk first");
    return source.c_path();
  }
  [[noreturn]] static void fail(const char* what) {
    throw Error(std::string(what) + ": " + std::system_category().message(errno));
  }

  int file_;
  std::uint64_t size_ = 0;
};

}  // namespace sheaf::sdk
