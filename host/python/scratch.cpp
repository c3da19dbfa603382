// SPDX-License-Identifier: MIT
#include "host/python/scratch.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include <linux/falloc.h>
#include <sys/mman.h>

#include "core/error.hpp"

namespace sheaf::host::python {
namespace {

constexpr std::size_t least = std::size_t{1} << 20U;
constexpr std::size_t kept = std::size_t{16} << 20U;
constexpr std::size_t alignment = 64;

[[noreturn]] void fail(const char* doing) { throw system_error(errno, "shared memory", doing); }

}  // namespace

Scratch::Scratch() : file_(memfd_create("sheaf-python", MFD_CLOEXEC | MFD_ALLOW_SEALING)) {
  // What is mapped must stay there whatever the loader does to the file.
  if (!file_ || fcntl(file_.get(), F_ADD_SEALS, F_SEAL_SHRINK) != 0) fail("make it");
}

Scratch::~Scratch() {
  if (start_ != nullptr) munmap(start_, size_);
}

std::uint64_t Scratch::allocate(std::size_t size) {
  const std::size_t offset = (used_ + alignment - 1) / alignment * alignment;
  used_ = offset + size;
  if (used_ <= size_) return offset;
  const std::size_t wanted = std::max({least, 2 * size_, (used_ + 4095) / 4096 * 4096});
  if (ftruncate(file_.get(), static_cast<off_t>(wanted)) != 0) fail("enlarge it");
  void* const moved =
      start_ == nullptr ? mmap(nullptr, wanted, PROT_READ | PROT_WRITE, MAP_SHARED, file_.get(), 0)
                        : mremap(start_, size_, wanted, MREMAP_MAYMOVE);
  if (moved == MAP_FAILED) fail("enlarge it");
  start_ = static_cast<std::byte*>(moved);
  size_ = wanted;
  return offset;
}

void Scratch::clear() {
  if (used_ > kept) {
    fallocate(file_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(kept),
              static_cast<off_t>(size_ - kept));
  }
  used_ = 0;
}

}  // namespace sheaf::host::python
