// SPDX-License-Identifier: MIT
#include "host/ingest/source_bytes.hpp"

#include <algorithm>
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

void SourceBytes::make_room(std::size_t size) {
  if (buffer_.capacity() > keep && size + padding < keep) std::vector<std::byte>().swap(buffer_);
  if (buffer_.size() < size + padding) buffer_.resize(size + padding);
}

// Whether that is all there is. A pipe or a device in the file's place has hardly this many bytes.
bool SourceBytes::read_at_once(int file, std::size_t size) {
  make_room(size);
  if (::read(file, buffer_.data(), size + 1) != static_cast<ssize_t>(size)) return false;
  size_ = size;
  std::memset(buffer_.data() + size_, 0, padding);
  return true;
}

std::string SourceBytes::read(std::string_view path, std::int64_t expected_size) {
  size_ = 0;
  const File file(path_.assign(path).c_str());
  if (file.get() < 0) return failed();
  const auto hoped_for = static_cast<std::size_t>(std::max<std::int64_t>(expected_size, 0));
  if (hoped_for > 0 && hoped_for <= limit_ && read_at_once(file.get(), hoped_for)) return {};
  struct stat info {};
  if (fstat(file.get(), &info) != 0) return failed();
  if (!S_ISREG(info.st_mode)) return "is no regular file any more";
  const auto expected = static_cast<std::size_t>(info.st_size);
  if (expected > limit_) {
    return fmt::format("has {} MiB, more than half the memory limit of {} MiB; raise it (--memory)",
                       expected >> 20U, limit_ >> 19U);
  }
  make_room(expected);
  while (size_ < expected) {
    const ssize_t got =
        ::pread(file.get(), buffer_.data() + size_, expected - size_, static_cast<off_t>(size_));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed();
    if (got == 0) break;  // it shrank: the decoder sees what is left
    size_ += static_cast<std::size_t>(got);
  }
  std::memset(buffer_.data() + size_, 0, padding);
  return {};
}

}  // namespace sheaf::host
