// SPDX-License-Identifier: MIT
#include "host/source/digest.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

#include "core/digest.hpp"

namespace sheaf::host {
namespace {

constexpr std::size_t step = std::size_t{1} << 20U;

class OpenFile {
 public:
  explicit OpenFile(const std::string& path) noexcept
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  // Bytes read; 0 at the end, below 0 when that fails.
  [[nodiscard]] ssize_t read(std::vector<char>& into) const noexcept {
    ssize_t got = -1;
    do {
      got = ::read(descriptor_, into.data(), into.size());
    } while (got < 0 && errno == EINTR);
    return got;
  }

 private:
  int descriptor_;
};

}  // namespace

std::string digest_of_file(const std::string& path) {
  const OpenFile file(path);
  Digest digest;
  std::vector<char> buffer(step);
  ssize_t got = 0;
  while ((got = file.read(buffer)) > 0) {
    digest.update(buffer.data(), static_cast<std::size_t>(got));
  }
  return got < 0 ? std::string() : digest.text();
}

}  // namespace sheaf::host
