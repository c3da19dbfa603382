// SPDX-License-Identifier: MIT
#include "host/ingest/source_bytes.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/stat.h>

namespace sheaf::host {
namespace {

constexpr std::size_t padding = 64;
constexpr std::size_t keep = std::size_t{16} << 20U;  // a larger buffer isn't kept for the next

std::string failed() { return std::string("can't be read: ") + std::strerror(errno); }

class File {
 public:
  explicit File(const char* path) : descriptor_(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace

std::string SourceBytes::read(std::string_view path) {
  size_ = 0;
  const File file(path_.assign(path).c_str());
  struct stat info {};
  if (file.get() < 0 || fstat(file.get(), &info) != 0) return failed();
  if (!S_ISREG(info.st_mode)) return "is no regular file any more";
  const auto expected = static_cast<std::size_t>(info.st_size);
  if (expected > limit_) {
    return fmt::format("has {} MiB, more than half the memory limit of {} MiB; raise it (--memory)",
                       expected >> 20U, limit_ >> 19U);
  }
  if (buffer_.capacity() > keep && expected + padding < keep)
    std::vector<std::byte>().swap(buffer_);
  if (buffer_.size() < expected + padding) buffer_.resize(expected + padding);
  while (size_ < expected) {
    const ssize_t got = ::read(file.get(), buffer_.data() + size_, expected - size_);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed();
    if (got == 0) break;  // it shrank: the decoder sees what is left
    size_ += static_cast<std::size_t>(got);
  }
  std::memset(buffer_.data() + size_, 0, padding);
  return {};
}

}  // namespace sheaf::host
