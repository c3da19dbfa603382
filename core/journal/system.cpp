// SPDX-License-Identifier: MIT
#include "core/journal/system.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

#include <sys/stat.h>

#include "core/error.hpp"

namespace sheaf::journal {
namespace {

constexpr std::size_t direct_unit = 4096;

System* other_system = nullptr;

}  // namespace

System& system() noexcept {
  static System real;
  return other_system != nullptr ? *other_system : real;
}

void set_system(System* other) noexcept { other_system = other; }

int System::open(const std::string& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC, 0666);
  if (descriptor < 0 && (errno != ENOENT || (flags & O_CREAT) != 0)) {
    throw system_error(errno, path, "open it");
  }
  return descriptor;
}

void System::close(int descriptor) noexcept { ::close(descriptor); }

long System::pread_once(int descriptor, void* data, std::size_t size, std::uint64_t offset) {
  return ::pread(descriptor, data, size, static_cast<off_t>(offset));
}

long System::pwrite_once(int descriptor, const void* data, std::size_t size, std::uint64_t offset) {
  return ::pwrite(descriptor, data, size, static_cast<off_t>(offset));
}

std::size_t System::read(int descriptor, const std::string& path, std::uint64_t offset, void* data,
                         std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const long got =
        pread_once(descriptor, static_cast<char*>(data) + done, size - done, offset + done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error(errno, path, "read it");
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

void System::write(int descriptor, const std::string& path, std::uint64_t offset, const void* data,
                   std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const long put =
        pwrite_once(descriptor, static_cast<const char*>(data) + done, size - done, offset + done);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) throw system_error(errno, path, "write to it");
    if (put == 0) throw system_error(ENOSPC, path, "write to it");
    done += static_cast<std::size_t>(put);
  }
}

int System::open_direct(int descriptor) noexcept {
  std::array<char, 32> path{};
  std::snprintf(path.data(), path.size(), "/proc/self/fd/%d", descriptor);
  return ::open(path.data(), O_WRONLY | O_DIRECT | O_CLOEXEC);
}

bool System::write_direct(int descriptor, const std::string& path, std::uint64_t offset,
                          const void* data, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const long put =
        pwrite_once(descriptor, static_cast<const char*>(data) + done, size - done, offset + done);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && (errno == EINVAL || errno == EOPNOTSUPP)) return false;
    if (put < 0) throw system_error(errno, path, "write to it");
    // A part of a block is written again: the rest of it alone would be refused.
    const std::size_t whole = static_cast<std::size_t>(put) / direct_unit * direct_unit;
    if (whole == 0) return false;
    done += whole;
  }
  return true;
}

void System::start_writing(int descriptor, std::uint64_t offset, std::uint64_t size) noexcept {
  // A file system that can't has more to do at the next sync.
  ::sync_file_range(descriptor, static_cast<off_t>(offset), static_cast<off_t>(size),
                    SYNC_FILE_RANGE_WRITE);
}

void System::sync(int descriptor, const std::string& path) {
  while (::fdatasync(descriptor) != 0) {
    if (errno != EINTR) throw system_error(errno, path, "make it durable");
  }
}

void System::resize(int descriptor, const std::string& path, std::uint64_t size) {
  while (::ftruncate(descriptor, static_cast<off_t>(size)) != 0) {
    if (errno != EINTR) throw system_error(errno, path, "change its size");
  }
}

std::uint64_t System::size(int descriptor, const std::string& path) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) throw system_error(errno, path, "look at it");
  return static_cast<std::uint64_t>(status.st_size);
}

void System::remove(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) throw system_error(errno, path, "remove it");
}

void System::sync_folder(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const std::string folder = parent.empty() ? std::string(1, '.') : parent.string();
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;  // a folder that may be written but not read
  const int result = ::fsync(descriptor);
  const int problem = errno;
  ::close(descriptor);
  if (result != 0 && problem != EINVAL) {
    throw system_error(problem, folder, "make its names durable");
  }
}

}  // namespace sheaf::journal
