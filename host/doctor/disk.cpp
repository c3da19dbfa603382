// SPDX-License-Identifier: MIT
#include "host/doctor/disk.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <unistd.h>
#include <utility>
#include <vector>

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "host/doctor/measure.hpp"

namespace sheaf::host::doctor {
namespace {

constexpr std::int64_t block = std::int64_t{4} << 20U;
constexpr double longest = 1.0;  // seconds
constexpr std::int64_t page = 4096;
constexpr std::int64_t window = std::int64_t{16} << 20U;
constexpr std::int64_t most_windows = 64;
constexpr std::int64_t most_uncached = std::int64_t{64} << 20U;

class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  [[nodiscard]] int get() const noexcept { return number_; }

 private:
  int number_;
};

std::string filesystem_of(const std::filesystem::path& folder) {
  constexpr std::array<std::pair<unsigned long, const char*>, 10> names{{{0xef53, "ext4"},
                                                                         {0x58465342, "xfs"},
                                                                         {0x9123683e, "btrfs"},
                                                                         {0x01021994, "tmpfs"},
                                                                         {0x794c7630, "overlay"},
                                                                         {0x6969, "nfs"},
                                                                         {0x2fc12fc1, "zfs"},
                                                                         {0x65735546, "fuse"},
                                                                         {0x01021997, "9p"},
                                                                         {0xff534d42, "cifs"}}};
  struct statfs info {};
  if (statfs(folder.c_str(), &info) != 0) return {};
  for (const auto& [type, name] : names) {
    if (static_cast<unsigned long>(info.f_type) == type) return name;
  }
  return {};
}

// A file that nobody else sees and that goes with its descriptor.
int open_nameless(const std::filesystem::path& folder, int flags) {
  const int made = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC | flags, 0600);
  if (made >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT)) return made;
  std::string name = (folder / ".sheaf-doctor-XXXXXX").string();
  const int named = mkostemp(name.data(), O_CLOEXEC | flags);
  if (named >= 0) unlink(name.c_str());
  return named;
}

// Bytes a second until `bytes` are durable; less of them where that would take too long.
std::optional<double> write_rate(int file, const void* data, std::int64_t& bytes,
                                 const std::atomic<bool>& stop) {
  const Clock::time_point begin = Clock::now();
  std::int64_t written = 0;
  while (written < bytes) {
    check_stop(stop);
    const ssize_t result = write(file, data, static_cast<std::size_t>(block));
    if (result <= 0) return {};
    written += result;
    // The first block tells how long the others would wait at the end.
    if (written == block && fsync(file) != 0) return {};
    if (seconds_since(begin) > longest) break;
    const double speed = static_cast<double>(written) / seconds_since(begin);
    if (written == block) {
      bytes = std::clamp(static_cast<std::int64_t>(speed * longest) / block * block, block, bytes);
    }
  }
  if (fsync(file) != 0) return {};
  bytes = written;
  return static_cast<double>(written) / seconds_since(begin);
}

// A mapping of a whole file that nobody touches.
class Mapping {
 public:
  Mapping(int file, std::int64_t bytes)
      : bytes_(static_cast<std::size_t>(bytes)),
        start_(mmap(nullptr, bytes_, PROT_READ, MAP_SHARED, file, 0)) {}
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() {
    if (is_there()) munmap(start_, bytes_);
  }
  [[nodiscard]] bool is_there() const noexcept { return start_ != MAP_FAILED; }
  // Pages of the window that are in the page cache, and how many it has.
  [[nodiscard]] std::pair<std::int64_t, std::int64_t> resident(std::int64_t at) const {
    const std::int64_t length = std::min(window, static_cast<std::int64_t>(bytes_) - at);
    std::vector<unsigned char> pages(static_cast<std::size_t>((length + page - 1) / page));
    if (mincore(static_cast<char*>(start_) + at, static_cast<std::size_t>(length), pages.data()) !=
        0) {
      return {};
    }
    return {std::ranges::count_if(pages, [](unsigned char bits) { return (bits & 1U) != 0; }),
            static_cast<std::int64_t>(pages.size())};
  }

 private:
  std::size_t bytes_;
  void* start_;
};

}  // namespace

DiskReport measure_disk(const std::filesystem::path& folder, std::int64_t bytes,
                        const std::atomic<bool>& stop) {
  DiskReport report{folder.string(), filesystem_of(folder)};
  if (bytes == 0) return report;
  const std::unique_ptr<void, decltype(&std::free)> data(
      std::aligned_alloc(static_cast<std::size_t>(page), static_cast<std::size_t>(block)),
      &std::free);
  if (!data) return report;
  std::memset(data.get(), 0x5a, static_cast<std::size_t>(block));
  report.bytes = bytes;
  const Descriptor plain(open_nameless(folder, 0));
  if (plain.get() >= 0) report.synced = write_rate(plain.get(), data.get(), report.bytes, stop);
  if (!report.synced) {
    report.problem = std::strerror(errno);
    return report;
  }
  const Descriptor direct(open_nameless(folder, O_DIRECT));
  std::int64_t again = report.bytes;
  if (direct.get() >= 0) report.direct = write_rate(direct.get(), data.get(), again, stop);
  return report;
}

Cached measure_cached(const std::filesystem::path& file, const std::atomic<bool>& stop) {
  const Descriptor opened(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (opened.get() < 0 || fstat(opened.get(), &info) != 0 || info.st_size == 0) return {};
  const Mapping mapping(opened.get(), info.st_size);
  if (!mapping.is_there()) return {};
  const std::int64_t windows = (info.st_size + window - 1) / window;
  const std::int64_t step = std::max<std::int64_t>(1, windows / most_windows);
  std::int64_t resident = 0, looked_at = 0, read = 0;
  double seconds = 0;
  std::vector<char> room(static_cast<std::size_t>(block));
  for (std::int64_t i = 0; i < windows; i += step) {
    check_stop(stop);
    const auto [in_cache, pages] = mapping.resident(i * window);
    resident += in_cache;
    looked_at += pages;
    if (in_cache > 0 || read >= most_uncached || seconds > longest) continue;
    const Clock::time_point begin = Clock::now();
    read += std::max<ssize_t>(0, pread(opened.get(), room.data(), room.size(), i * window));
    seconds += seconds_since(begin);
  }
  Cached cached;
  if (looked_at > 0) cached.share = static_cast<double>(resident) / static_cast<double>(looked_at);
  if (seconds > 0) cached.uncached = static_cast<double>(read) / seconds;
  return cached;
}

}  // namespace sheaf::host::doctor
