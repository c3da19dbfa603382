// SPDX-License-Identifier: MIT
#include "core/read/mapped_file.hpp"

#include <algorithm>
#include <cstring>
#include <fcntl.h>

#include <sys/mman.h>
#include <sys/stat.h>

#include "core/error.hpp"
#include "core/hdf5/file.hpp"
#include "core/journal/journaled_file.hpp"
#include "core/journal/recovery.hpp"
#include "core/journal/system.hpp"

namespace sheaf::read {
namespace {

using journal::block_size;

bool is_same_file(const struct stat& a, const struct stat& b) noexcept {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool leads_to(const std::string& path, int descriptor) {
  struct stat named {};
  struct stat opened {};
  return ::stat(path.c_str(), &named) == 0 && ::fstat(descriptor, &opened) == 0 &&
         is_same_file(named, opened);
}

}  // namespace

std::unique_ptr<MappedFile> MappedFile::open(const std::filesystem::path& path, bool is_mapped) {
  hdf5::check_readable(path.string());
  while (true) {
    const int descriptor = journal::open_protected(path.string(), O_RDONLY);
    std::unique_ptr<MappedFile> file(new MappedFile(path.string(), descriptor));
    // From here on what is committed stays where it is.
    journal::share_lock(descriptor, file->name_);
    if (!file->open_hdf5()) continue;  // another file got the name just now
    if (is_mapped) file->map();
    if (file->data_ != nullptr) file->lay_over();
    return file;
  }
}

bool MappedFile::open_hdf5() {
  journal::CommittedFile committed =
      journal::open_committed(name_, hdf5::reading_properties().get());
  file_ = std::move(committed.file);
  struct stat opened {};
  struct stat ours {};
  if (::fstat(hdf5::descriptor_of(file_), &opened) != 0 || ::fstat(descriptor_, &ours) != 0 ||
      !is_same_file(opened, ours)) {
    return false;
  }
  size_ = journal::system().size(descriptor_, name_);
  has_journal_ = ::access(journal::journal_of(name_).c_str(), F_OK) == 0;
  if (committed.guarded == nullptr) return true;
  record_ = committed.guarded->record();
  size_ = std::min(size_, committed.guarded->end);
  committed.guarded->each_laid_over([&](std::uint64_t number, const journal::Block& block) {
    laid_over_[number] = std::make_unique<journal::Block>(block);
  });
  return true;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(data_, size_);
  file_.reset();
  journal::system().close(descriptor_);
}

bool MappedFile::is_outdated() const {
  return !leads_to(name_, descriptor_) ||
         journal::GuardedFile::record_beside(name_, descriptor_) != record_;
}

// Without a mapping it works as well, so a failure is none.
void MappedFile::map() {
  if (size_ == 0) return;
  // Writable for a moment, where blocks are laid over it. Nothing is reserved for that.
  const int access = laid_over_.empty() ? PROT_READ : PROT_READ | PROT_WRITE;
  void* const data = ::mmap(nullptr, size_, access, MAP_PRIVATE | MAP_NORESERVE, descriptor_, 0);
  if (data == MAP_FAILED) return;
  watch_for_bus_errors();
  data_ = static_cast<std::byte*>(data);
}

void MappedFile::lay_over() {
  if (laid_over_.empty()) return;
  for (const auto& [number, block] : laid_over_) {
    const std::uint64_t offset = number * block_size;
    if (offset >= size_) break;
    const std::size_t taken = std::min<std::uint64_t>(block_size, size_ - offset);
    std::byte* const to = data_ + offset;
    const std::byte* const from = block->data();
    guarded([&] { std::memcpy(to, from, taken); });
  }
  laid_over_.clear();
  ::mprotect(data_, size_, PROT_READ);
}

void MappedFile::copy(std::uint64_t offset, std::size_t size, void* out) const {
  if (offset > size_ || size > size_ - offset) fail_short();
  if (data_ == nullptr) return read(offset, size, static_cast<std::byte*>(out));
  guarded([&] { std::memcpy(out, data_ + offset, size); });
}

void MappedFile::read(std::uint64_t offset, std::size_t size, std::byte* out) const {
  if (journal::system().read(descriptor_, name_, offset, out, size) != size) fail_short();
  if (laid_over_.empty() || size == 0) return;
  const std::uint64_t end = offset + size;
  for (auto at = laid_over_.lower_bound(offset / block_size);
       at != laid_over_.end() && at->first * block_size < end; ++at) {
    const std::uint64_t block_begin = at->first * block_size;
    const std::uint64_t begin = std::max(offset, block_begin);
    const std::uint64_t stop = std::min(end, block_begin + block_size);
    std::memcpy(out + (begin - offset), at->second->data() + (begin - block_begin), stop - begin);
  }
}

void MappedFile::fail_short() const {
  throw Error(ErrorCode::Corrupt, name_,
              "ends before the data that it should hold: it was cut off, or something writes to "
              "it beside its journal");
}

}  // namespace sheaf::read
