// SPDX-License-Identifier: MIT
#include "host/worker/region.hpp"

#include <cerrno>
#include <fcntl.h>
#include <new>
#include <unistd.h>

#include <linux/falloc.h>
#include <sys/mman.h>

#include "core/error.hpp"

namespace sheaf::host::worker {
namespace {

constexpr std::size_t page = 4096;
constexpr std::size_t head = 3 * page;  // control, orders and the first guard
static_assert(sizeof(Control) <= page && sizeof(Orders) <= page);

constexpr std::size_t whole_pages(std::size_t size) { return (size + page - 1) / page * page; }
constexpr std::size_t stride(std::size_t tray_size) { return whole_pages(tray_size) + page; }

[[noreturn]] void fail(const char* doing) { throw system_error(errno, "shared memory", doing); }

// The control page can be written, orders and trays as their protections say, guards not even read.
std::byte* map(int file, std::size_t trays, std::size_t tray_size, int orders, int protection) {
  const std::size_t size = head + trays * stride(tray_size);
  void* const start = mmap(nullptr, size, PROT_NONE, MAP_SHARED | MAP_NORESERVE, file, 0);
  if (start == MAP_FAILED) fail("map it");
  auto* const bytes = static_cast<std::byte*>(start);
  bool done = mprotect(bytes, page, PROT_READ | PROT_WRITE) == 0 &&
              mprotect(bytes + page, page, orders) == 0;
  for (std::size_t i = 0; i < trays; ++i) {
    done = done &&
           mprotect(bytes + head + i * stride(tray_size), whole_pages(tray_size), protection) == 0;
  }
  if (!done) fail("map it");
  madvise(start, size, MADV_DONTDUMP);
  return bytes;
}

}  // namespace

std::shared_ptr<Region> Region::create(std::size_t trays, std::size_t tray_size) {
  Descriptor file(memfd_create("sheaf-rows", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  const std::size_t size = head + trays * stride(tray_size);
  if (!file || ftruncate(file.get(), static_cast<off_t>(size)) != 0 ||
      fcntl(file.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    fail("make it");
  }
  std::byte* const start = map(file.get(), trays, tray_size, PROT_READ | PROT_WRITE, PROT_READ);
  new (start) Control();
  new (start + page) Orders();
  return std::shared_ptr<Region>(new Region(std::move(file), start, trays, tray_size));
}

std::shared_ptr<Region> Region::attach(const Descriptor& file, std::size_t trays,
                                       std::size_t tray_size) {
  std::byte* const start = map(file.get(), trays, tray_size, PROT_READ, PROT_NONE);
  return std::shared_ptr<Region>(new Region(Descriptor(), start, trays, tray_size));
}

Region::~Region() { munmap(start_, head + trays_ * stride(tray_size_)); }

Orders& Region::orders() { return *reinterpret_cast<Orders*>(start_ + page); }

std::size_t Region::offset(std::size_t number) const { return head + number * stride(tray_size_); }

std::span<std::byte> Region::tray(std::size_t number) const {
  return {start_ + offset(number), tray_size_};
}

std::span<const std::byte> Region::whole() const {
  return {start_, head + trays_ * stride(tray_size_)};
}

void Region::set_writable(std::size_t number, bool writable) const {
  const int protection = writable ? PROT_READ | PROT_WRITE : PROT_NONE;
  if (mprotect(start_ + offset(number), whole_pages(tray_size_), protection) != 0) {
    fail("open or close a tray");
  }
}

void Region::release(std::size_t number, std::size_t kept) const {
  kept = whole_pages(kept);
  if (kept >= tray_size_) return;
  // What isn't given back is only memory; the next parcel writes over it.
  fallocate(file_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
            static_cast<off_t>(offset(number) + kept),
            static_cast<off_t>(whole_pages(tray_size_) - kept));
}

}  // namespace sheaf::host::worker
