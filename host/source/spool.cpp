// SPDX-License-Identifier: MIT
#include "host/source/spool.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

namespace sheaf::host {
namespace {

std::string spool_folder() {
  const char* folder = std::getenv("TMPDIR");
  return folder == nullptr || *folder == '\0' ? "/tmp" : folder;
}

std::string failed(const char* doing) {
  const int why = errno;
  return fmt::format("{}: {}{}", doing, std::strerror(why),
                     why == ENOSPC ? "; set TMPDIR to a folder with more room" : "");
}

std::string reopened(int descriptor) { return fmt::format("/proc/self/fd/{}", descriptor); }

// A file in `folder` that has no name, so that nothing is left of it whatever happens.
Descriptor open_nameless(const std::string& folder) {
  Descriptor file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file || (errno != EOPNOTSUPP && errno != EISDIR)) return file;
  std::string name = folder + "/sheaf-XXXXXX";  // a file system without O_TMPFILE
  file = Descriptor(::mkostemp(name.data(), O_CLOEXEC));
  if (file) ::unlink(name.c_str());
  return file;
}

}  // namespace

std::string Fetched::path() const { return reopened(file.get()); }

std::string Spool::open() {
  file_is_on_disk_ = on_disk_;
  if (on_disk_) {
    file_ = open_nameless(spool_folder());
  } else {
    file_ = Descriptor(::memfd_create("sheaf", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  }
  if (file_) return {};
  return on_disk_ ? fmt::format(
                        "no temporary file can be made in {}: {}; set TMPDIR to a folder "
                        "that can be written to",
                        spool_folder(), std::strerror(errno))
                  : failed("no memory file can be made");
}

std::string Spool::move_to_disk() {
  const Descriptor memory = std::move(file_);
  file_ = Descriptor();
  if (std::string problem = open(); !problem.empty()) return problem;
  off_t at = 0;
  while (true) {
    const ssize_t moved = ::sendfile(file_.get(), memory.get(), &at, std::size_t{1} << 20U);
    if (moved == 0) return {};
    if (moved < 0 && errno != EINTR) return failed("the temporary file can't be written");
  }
}

std::string Spool::write(std::int64_t offset, std::span<const std::byte> bytes) {
  on_disk_ = on_disk_ || offset + static_cast<std::int64_t>(bytes.size()) > in_memory_;
  std::string problem;
  if (!file_) {
    problem = open();
  } else if (on_disk_ && !file_is_on_disk_) {
    problem = move_to_disk();
  }
  while (problem.empty() && !bytes.empty()) {
    const ssize_t put = ::pwrite(file_.get(), bytes.data(), bytes.size(), offset);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return failed("the temporary file can't be written");
    bytes = bytes.subspan(static_cast<std::size_t>(put));
    offset += put;
  }
  return problem;
}

void Spool::clear() { file_ = Descriptor(); }

std::string Spool::seal() {
  if (file_is_on_disk_) {
    file_ = Descriptor(::open(reopened(file_.get()).c_str(), O_RDONLY | O_CLOEXEC));
    return file_ ? std::string() : failed("the temporary file can't be opened again");
  }
  constexpr int seals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
  if (::fcntl(file_.get(), F_ADD_SEALS, seals) == 0) return {};
  return failed("the memory file can't be sealed");
}

Fetched Spool::finish(std::int64_t size) {
  std::string problem = file_ ? std::string() : open();
  if (problem.empty() && ::ftruncate(file_.get(), size) != 0) {
    problem = failed("the temporary file can't be written");
  }
  if (problem.empty()) problem = seal();
  Descriptor file = std::move(file_);
  file_ = Descriptor();
  on_disk_ = false;
  if (!problem.empty()) return {Descriptor(), -1, std::move(problem)};
  return {std::move(file), size, {}};
}

}  // namespace sheaf::host
