// SPDX-License-Identifier: MIT
#include "core/layout/partial_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <utility>

#include <sys/file.h>
#include <sys/stat.h>

#include "core/error.hpp"

namespace sheaf::layout {
namespace {

constexpr std::size_t longest_name = 255;  // bytes, on all of Linux's usual file systems

std::filesystem::path folder_of(const std::filesystem::path& target) {
  return target.has_parent_path() ? target.parent_path() : std::filesystem::path(".");
}

void check_target(const std::filesystem::path& target, bool overwrite) {
  struct stat status {};
  if (target.filename().empty()) {
    throw Error(ErrorCode::Invalid, target.string(), "is no name for a file");
  }
  // A link that leads nowhere is there as well, so links aren't followed at first.
  if (::lstat(target.c_str(), &status) != 0) {
    if (errno == ENAMETOOLONG) throw system_error(errno, target.string(), "create the file");
    return;
  }
  struct stat followed {};
  if (::stat(target.c_str(), &followed) == 0) status = followed;
  if (S_ISDIR(status.st_mode)) {
    throw Error(ErrorCode::Invalid, target.string(), "is a folder");
  }
  if (!S_ISREG(status.st_mode) && !S_ISLNK(status.st_mode)) {
    throw Error(ErrorCode::Invalid, target.string(), "is no ordinary file; name another one");
  }
  if (!overwrite) {
    throw Error(ErrorCode::Exists, target.string(),
                "exists already; use --overwrite to replace it");
  }
}

// Whether the process that the name ends in is gone, and nothing in the file was ever committed.
bool is_left_over(const std::filesystem::path& file, const std::string& prefix) {
  const std::string name = file.filename().string();
  if (!name.starts_with(prefix)) return false;
  const auto process = static_cast<pid_t>(std::atoll(name.c_str() + prefix.size()));
  if (process <= 0 || ::kill(process, 0) == 0 || errno != ESRCH) return false;
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0) return false;
  std::array<char, 8> first{};
  // A commit writes the beginning last.
  const bool is_left = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0 &&
                       ::pread(descriptor, first.data(), first.size(), 0) >= 0 &&
                       first == std::array<char, 8>{};
  ::close(descriptor);
  return is_left;
}

// What killed processes left of files that they were to give this name.
void remove_left_overs(const std::filesystem::path& target) {
  const std::string prefix = target.filename().string() + ".partial-";
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder_of(target), error)) {
    if (is_left_over(entry.path(), prefix)) std::filesystem::remove(entry.path(), error);
  }
}

std::filesystem::path temporary_name(const std::filesystem::path& target, int attempt) {
  std::string suffix = ".partial-" + std::to_string(::getpid());
  if (attempt > 0) suffix += "-" + std::to_string(attempt);
  std::string name = target.filename().string();
  name.resize(std::min(name.size(), longest_name - suffix.size()));
  return folder_of(target) / (name + suffix);
}

}  // namespace

PartialFile::PartialFile(std::filesystem::path target, std::filesystem::path name, int descriptor,
                         bool overwrite)
    : target_(std::move(target)),
      name_(std::move(name)),
      descriptor_(descriptor),
      overwrite_(overwrite) {}

PartialFile PartialFile::create(const std::filesystem::path& target, bool overwrite) {
  check_target(target, overwrite);
  remove_left_overs(target);
  for (int attempt = 0;; ++attempt) {
    std::filesystem::path path = temporary_name(target, attempt);
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0) return {target, std::move(path), descriptor, overwrite};
    if (errno != EEXIST) throw system_error(errno, target.string(), "create the file");
  }
}

PartialFile::PartialFile(PartialFile&& other) noexcept
    : target_(std::move(other.target_)),
      name_(std::move(other.name_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      overwrite_(other.overwrite_),
      published_(other.published_) {}

PartialFile::~PartialFile() {
  if (descriptor_ < 0) return;
  if (!published_) ::unlink(name_.c_str());
  ::close(descriptor_);
}

void PartialFile::sync() {
  if (::fsync(descriptor_) == 0) return;
  throw system_error(errno, target_.string(), "make the file durable");
}

std::filesystem::path PartialFile::publish(bool is_complete) {
  const bool keeps_name = !is_complete && target_exists();
  if (!keeps_name) rename_to_target();
  if (!keeps_name) name_ = target_;
  published_ = true;
  sync_folder();
  return name_;
}

bool PartialFile::target_exists() const {
  struct stat status {};
  return ::lstat(target_.c_str(), &status) == 0;
}

void PartialFile::rename_to_target() {
  const unsigned flags = overwrite_ ? 0U : unsigned{RENAME_NOREPLACE};
  if (::renameat2(AT_FDCWD, name_.c_str(), AT_FDCWD, target_.c_str(), flags) == 0) return;
  int problem = errno;
  // Some file systems know no RENAME_NOREPLACE: look, then rename.
  if (!overwrite_ && (problem == EINVAL || problem == ENOSYS)) {
    problem = EEXIST;
    if (::access(target_.c_str(), F_OK) != 0) {
      if (::rename(name_.c_str(), target_.c_str()) == 0) return;
      problem = errno;
    }
  }
  published_ = true;  // complete, whatever its name: nothing is thrown away
  if (problem == EEXIST) {
    throw Error(ErrorCode::Exists, target_.string(),
                "appeared while the file was written; the complete file is " + name_.string());
  }
  throw system_error(problem, target_.string(),
                     "give the complete file " + name_.string() + " its name");
}

void PartialFile::sync_folder() const {
  const int folder = ::open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;  // a folder that may be written but not read
  const int result = ::fsync(folder);
  const int problem = errno;
  ::close(folder);
  if (result != 0 && problem != EINVAL) {
    throw system_error(problem, target_.string(), "make the file's name durable");
  }
}

}  // namespace sheaf::layout
