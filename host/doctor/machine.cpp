// SPDX-License-Identifier: MIT
#include "host/doctor/machine.hpp"

#include <array>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/utsname.h>

#include "host/doctor/codecs.hpp"
#include "host/doctor/decoders.hpp"
#include "host/doctor/disk.hpp"
#include "host/doctor/measure.hpp"
#include "host/worker/confine.hpp"

namespace sheaf::host::doctor {
namespace {

constexpr std::size_t copied_bytes = std::size_t{64} << 20U;
constexpr std::size_t read_bytes = std::size_t{1} << 20U;

// A line of /proc/meminfo, in bytes.
std::int64_t memory_line(const std::string& name) {
  std::ifstream file("/proc/meminfo");
  std::string word, unit;
  for (std::int64_t kilobytes = 0; file >> word >> kilobytes && std::getline(file, unit);) {
    if (word == name) return kilobytes * 1024;
  }
  return 0;
}

// A file in memory: its pages are what the page cache is made of.
class MemoryFile {
 public:
  explicit MemoryFile(const std::vector<char>& content)
      : descriptor_(memfd_create("sheaf-doctor", MFD_CLOEXEC)), size_(content.size()) {
    if (descriptor_ < 0 || ::write(descriptor_, content.data(), size_) < 0) return;
    void* mapped = mmap(nullptr, size_, PROT_READ, MAP_SHARED | MAP_POPULATE, descriptor_, 0);
    if (mapped != MAP_FAILED) mapping_ = static_cast<const char*>(mapped);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() {
    if (mapping_ != nullptr) munmap(const_cast<char*>(mapping_), size_);
    if (descriptor_ >= 0) close(descriptor_);
  }

  [[nodiscard]] bool is_there() const noexcept { return mapping_ != nullptr; }
  [[nodiscard]] const char* mapping() const noexcept { return mapping_; }
  void read_to(char* to) const {
    for (std::size_t at = 0; at < size_; at += read_bytes) {
      if (pread(descriptor_, to + at, read_bytes, static_cast<off_t>(at)) <= 0) return;
    }
  }

 private:
  int descriptor_;
  std::size_t size_;
  const char* mapping_ = nullptr;
};

void measure_memory(MachineReport& report, double seconds, const std::atomic<bool>& stop) {
  std::vector<char> from(copied_bytes, 1), to(copied_bytes, 2);
  const auto bytes = static_cast<std::int64_t>(copied_bytes);
  report.copy =
      best_rate(bytes, seconds, stop, [&] { std::memcpy(to.data(), from.data(), copied_bytes); });
  const MemoryFile file(from);
  report.has_memory_files = file.is_there();
  if (!file.is_there()) return;
  report.mapped = best_rate(bytes, seconds, stop,
                            [&] { std::memcpy(to.data(), file.mapping(), copied_bytes); });
  report.read = best_rate(bytes, seconds, stop, [&] { file.read_to(to.data()); });
}

std::vector<Limit> limits() {
  constexpr std::array kinds{
      std::pair{"open files", RLIMIT_NOFILE}, std::pair{"bytes a file", RLIMIT_FSIZE},
      std::pair{"address space", RLIMIT_AS}, std::pair{"locked memory", RLIMIT_MEMLOCK},
      std::pair{"processes", RLIMIT_NPROC}};
  std::vector<Limit> found;
  for (const auto& [name, kind] : kinds) {
    rlimit limit{};
    if (getrlimit(kind, &limit) != 0) continue;
    found.push_back({name, limit.rlim_cur == RLIM_INFINITY
                               ? std::nullopt
                               : std::optional<std::uint64_t>(limit.rlim_cur)});
  }
  return found;
}

}  // namespace

MachineReport examine_machine(const std::filesystem::path& folder, const Effort& effort,
                              const std::atomic<bool>& stop) {
  MachineReport report;
  report.cores = std::max(1U, std::thread::hardware_concurrency());
  report.memory = memory_line("MemTotal:");
  report.available = memory_line("MemAvailable:");
  utsname system{};
  if (uname(&system) == 0) report.kernel = std::string(system.sysname) + ' ' + system.release;
  measure_memory(report, effort.seconds, stop);
  report.disk = measure_disk(folder, effort.disk_bytes, stop);
  report.codecs = measure_codecs(sample_chunk(), 1, effort.seconds / 2, stop);
  report.decoders = measure_decoders(stop);
  const worker::Confinement confinement = worker::available_confinement();
  report.has_seccomp = confinement.has_seccomp;
  report.landlock_abi = confinement.landlock_abi;
  report.limits = limits();
  return report;
}

}  // namespace sheaf::host::doctor
