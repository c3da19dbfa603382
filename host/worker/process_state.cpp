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
  folder_ = current_folder();
  folder_file_ = Descriptor(open(".", O_PATH | O_DIRECTORY | O_CLOEXEC));
  umask_ = current_umask();
}

std::vector<std::string> ProcessState::restore_quick() {
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
  return changed;
}

std::vector<std::string> ProcessState::restore_all() {
  std::vector<std::string> changed = restore_quick();
  if (std::string now = current_folder(); now != folder_) {
    changed.push_back(fmt::format("changed the working directory to '{}'", now));
    if (fchdir(folder_file_.get()) != 0) changed.back() += " (for good)";
  }
  if (const unsigned now = current_umask(); now != umask_) {
    changed.push_back(fmt::format("changed the umask to {:03o}", now));
    umask(umask_);
  }
  return changed;
}

}  // namespace sheaf::host::worker
