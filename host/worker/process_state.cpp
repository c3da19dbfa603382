// SPDX-License-Identifier: MIT
#include "host/worker/process_state.hpp"

#include <cfenv>
#include <climits>
#include <clocale>
#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/stat.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace sheaf::host::worker {
namespace {

// Control bits without the exception flags, which any computation sets.
#if defined(__x86_64__)
constexpr unsigned sticky_flags = 0x3f;
unsigned floating_control() { return _mm_getcsr() & ~sticky_flags; }
void set_floating_control(unsigned control) { _mm_setcsr(control); }
#else
unsigned floating_control() { return 0; }
void set_floating_control(unsigned /*control*/) {}
#endif

std::string current_folder() {
  char name[PATH_MAX];
  return getcwd(name, sizeof(name)) == nullptr ? std::string() : std::string(name);
}

// Also one that was removed, or that may not be entered any more.
struct stat look_at_folder() {
  struct stat info {};
  if (fstatat(AT_FDCWD, "", &info, AT_EMPTY_PATH) != 0) info = {};
  return info;
}

unsigned current_umask() {
  const mode_t mask = umask(077);
  umask(mask);
  return mask;
}

}  // namespace

void ProcessState::remember() {
  locale_ = std::setlocale(LC_ALL, nullptr);
  floating_ = floating_control();
  rounding_ = std::fegetround();
  folder_file_ = Descriptor(open(".", O_PATH | O_DIRECTORY | O_CLOEXEC));
  const struct stat folder = look_at_folder();
  folder_device_ = folder.st_dev;
  folder_number_ = folder.st_ino;
  umask_ = current_umask();
}

// Its numbers tell more than its name, which others may change, and are quicker had.
void ProcessState::restore_folder(std::vector<std::string>& changed) {
  const struct stat now = look_at_folder();
  if (now.st_dev == folder_device_ && now.st_ino == folder_number_) return;
  changed.push_back(fmt::format("changed the working directory to '{}'", current_folder()));
  if (fchdir(folder_file_.get()) != 0) changed.back() += " (for good)";
}

std::vector<std::string> ProcessState::restore_quick(bool with_folder) {
  std::vector<std::string> changed;
  if (const char* now = std::setlocale(LC_ALL, nullptr); locale_ != now) {
    changed.push_back(fmt::format("changed the locale to '{}'", now));
    std::setlocale(LC_ALL, locale_.c_str());
  }
  if (floating_control() != floating_ || std::fegetround() != rounding_) {
    changed.emplace_back("changed how floating-point numbers are rounded or flushed to zero");
    std::fesetround(rounding_);  // of the x87 too
    set_floating_control(floating_);
  }
  if (with_folder) restore_folder(changed);
  return changed;
}

std::vector<std::string> ProcessState::restore_all() {
  std::vector<std::string> changed = restore_quick(true);
  if (const unsigned now = current_umask(); now != umask_) {
    changed.push_back(fmt::format("changed the umask to {:03o}", now));
    umask(umask_);
  }
  return changed;
}

}  // namespace sheaf::host::worker
