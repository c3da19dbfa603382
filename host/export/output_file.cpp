// SPDX-License-Identifier: MIT
#include "host/export/output_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

#include "core/error.hpp"

namespace sheaf::host {

OutputFile::OutputFile(const std::filesystem::path& path, int flags, std::string object)
    : descriptor_(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW | flags, 0666)),
      object_(std::move(object)) {
  if (descriptor_ < 0) throw system_error(errno, object_, "write it");
}

OutputFile OutputFile::create(const std::filesystem::path& path, std::string object) {
  return {path, O_CREAT | O_EXCL, std::move(object)};
}

OutputFile OutputFile::open(const std::filesystem::path& path, std::string object) {
  return {path, 0, std::move(object)};
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), object_(std::move(other.object_)) {}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void OutputFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw system_error(errno, object_, "write it");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void OutputFile::close() {
  if (::close(std::exchange(descriptor_, -1)) != 0) throw system_error(errno, object_, "write it");
}

}  // namespace sheaf::host
