// SPDX-License-Identifier: MIT
#include "host/worker/region.hpp"

#include <csignal>
#include <cstring>
#include <functional>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

using sheaf::host::worker::Region;

namespace {

constexpr std::size_t trays = 3;
constexpr std::size_t region_tray_size = 10'000;  // ends within a page

// The signal that ends a child which does this.
int signal_of(const std::function<void()>& deed) {
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGSEGV, SIG_DFL);
    deed();
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace

TEST_CASE("what the worker writes into an open tray the host reads", "[host][worker][region]") {
  const auto host = Region::create(trays, region_tray_size);
  const auto worker = Region::attach(host->file(), trays, region_tray_size);
  for (std::size_t tray = 0; tray < trays; ++tray) {
    worker->set_writable(tray, true);
    const auto bytes = worker->tray(tray);
    CHECK(bytes.size() == region_tray_size);
    std::memset(bytes.data(), static_cast<int>(tray + 1), bytes.size());
    worker->set_writable(tray, false);
  }
  for (std::size_t tray = 0; tray < trays; ++tray) {
    CHECK(host->tray(tray)[0] == static_cast<std::byte>(tray + 1));
    CHECK(host->tray(tray)[region_tray_size - 1] == static_cast<std::byte>(tray + 1));
  }
  worker->control().calls = 7;
  CHECK(host->control().calls == 7);
  host->orders().cancel = true;
  CHECK(worker->orders().cancel);
}

TEST_CASE("guards, closed trays and the host's orders can't be written to",
          "[host][worker][region]") {
  const auto host = Region::create(trays, region_tray_size);
  const auto worker = Region::attach(host->file(), trays, region_tray_size);
  worker->set_writable(1, true);
  const auto tray = worker->tray(1);
  CHECK(signal_of([&] { tray[0] = tray[region_tray_size - 1] = std::byte{1}; }) == 0);
  CHECK(signal_of([&] { *(tray.data() - 1) = std::byte{1}; }) == SIGSEGV);
  CHECK(signal_of([&] { *(tray.data() + 3 * 4096) = std::byte{1}; }) == SIGSEGV);
  CHECK(signal_of([&] { worker->tray(0)[0] = std::byte{1}; }) == SIGSEGV);
  CHECK(signal_of([&] { _exit(static_cast<int>(worker->tray(2)[0])); }) == SIGSEGV);
  worker->set_writable(1, false);
  CHECK(signal_of([&] { tray[0] = std::byte{1}; }) == SIGSEGV);
  CHECK(signal_of([&] { worker->orders().cancel = true; }) == SIGSEGV);
  CHECK(signal_of([&] { host->tray(0)[0] = std::byte{1}; }) == SIGSEGV);
}

TEST_CASE("the memory's size and seals stay", "[host][worker][region]") {
  const auto host = Region::create(trays, region_tray_size);
  struct stat before {};
  REQUIRE(fstat(host->file().get(), &before) == 0);
  CHECK(ftruncate(host->file().get(), 0) == -1);
  CHECK(ftruncate(host->file().get(), before.st_size * 2) == -1);
  CHECK(before.st_size > static_cast<off_t>(trays * region_tray_size));
  CHECK(host->tray(2)[region_tray_size - 1] == std::byte{0});
}

TEST_CASE("a tray's memory is given back from a point on", "[host][worker][region]") {
  constexpr std::size_t large = std::size_t{1} << 20U;
  const auto host = Region::create(2, large);
  const auto worker = Region::attach(host->file(), 2, large);
  worker->set_writable(0, true);
  std::memset(worker->tray(0).data(), 1, large);
  struct stat full {};
  fstat(host->file().get(), &full);
  host->release(0, 8192);
  struct stat less {};
  fstat(host->file().get(), &less);
  CHECK(less.st_blocks * 512 <= full.st_blocks * 512 - static_cast<off_t>(large) + 16384);
  CHECK(host->tray(0)[8191] == std::byte{1});
  CHECK(host->tray(0)[8192] == std::byte{0});
  CHECK(host->tray(0)[large - 1] == std::byte{0});
}
