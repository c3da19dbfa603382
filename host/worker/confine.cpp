// SPDX-License-Identifier: MIT
#include "host/worker/confine.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <unistd.h>

#include <fmt/format.h>
#include <linux/landlock.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace sheaf::host::worker {
namespace {

// Rights that later ABIs added and the header of this build may not know.
constexpr std::uint64_t right_refer = 1ULL << 13U;     // ABI 2
constexpr std::uint64_t right_truncate = 1ULL << 14U;  // ABI 3

constexpr std::uint64_t writing(int abi) {
  std::uint64_t rights = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                         LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                         LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                         LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                         LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
  if (abi >= 2) rights |= right_refer;
  if (abi >= 3) rights |= right_truncate;
  return rights;
}

int landlock_abi() {
  const long abi =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return abi < 0 ? 0 : static_cast<int>(abi);
}

bool allow_below(int rules, const char* path, std::uint64_t rights) {
  const int place = open(path, O_PATH | O_CLOEXEC);
  if (place < 0) return false;
  const landlock_path_beneath_attr rule{rights, place};
  const bool done =
      syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
  close(place);
  return done;
}

std::string close_folders(const std::string& writable) {
  const int abi = landlock_abi();
  if (abi == 0) return "this kernel has no Landlock: plugins may write where you may";
  const landlock_ruleset_attr handled{writing(abi)};
  const auto rules =
      static_cast<int>(syscall(SYS_landlock_create_ruleset, &handled, sizeof(handled), 0));
  bool done = rules >= 0;
  done = done && (writable.empty() || allow_below(rules, writable.c_str(), writing(abi)));
  done = done && allow_below(rules, "/dev/null", LANDLOCK_ACCESS_FS_WRITE_FILE);
  done = done && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
  const int number = errno;
  if (rules >= 0) close(rules);
  return done ? std::string()
              : fmt::format("Landlock failed ({}): plugins may write where you may",
                            std::strerror(number));
}

constexpr std::array always_denied{SCMP_SYS(ptrace),
                                   SCMP_SYS(process_vm_readv),
                                   SCMP_SYS(process_vm_writev),
                                   SCMP_SYS(mount),
                                   SCMP_SYS(umount2),
                                   SCMP_SYS(pivot_root),
                                   SCMP_SYS(chroot),
                                   SCMP_SYS(unshare),
                                   SCMP_SYS(setns),
                                   SCMP_SYS(bpf),
                                   SCMP_SYS(perf_event_open),
                                   SCMP_SYS(keyctl),
                                   SCMP_SYS(add_key),
                                   SCMP_SYS(request_key),
                                   SCMP_SYS(init_module),
                                   SCMP_SYS(finit_module),
                                   SCMP_SYS(delete_module),
                                   SCMP_SYS(kexec_load),
                                   SCMP_SYS(reboot),
                                   SCMP_SYS(swapon),
                                   SCMP_SYS(swapoff),
                                   SCMP_SYS(userfaultfd),
                                   SCMP_SYS(settimeofday),
                                   SCMP_SYS(clock_settime),
                                   SCMP_SYS(sethostname),
                                   SCMP_SYS(quotactl),
                                   SCMP_SYS(acct),
                                   SCMP_SYS(setuid),
                                   SCMP_SYS(setgid),
                                   SCMP_SYS(setresuid),
                                   SCMP_SYS(setresgid),
                                   SCMP_SYS(pidfd_send_signal),
                                   SCMP_SYS(pidfd_getfd)};

// Landlock knows nothing of these.
constexpr std::array metadata_calls{
    SCMP_SYS(chmod),       SCMP_SYS(fchmod),    SCMP_SYS(fchmodat),    SCMP_SYS(chown),
    SCMP_SYS(fchown),      SCMP_SYS(lchown),    SCMP_SYS(fchownat),    SCMP_SYS(utime),
    SCMP_SYS(utimes),      SCMP_SYS(futimesat), SCMP_SYS(utimensat),   SCMP_SYS(setxattr),
    SCMP_SYS(lsetxattr),   SCMP_SYS(fsetxattr), SCMP_SYS(removexattr), SCMP_SYS(lremovexattr),
    SCMP_SYS(fremovexattr)};

constexpr std::array network_calls{SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(bind),
                                   SCMP_SYS(listen), SCMP_SYS(accept),  SCMP_SYS(accept4)};

constexpr std::array program_calls{SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork),
                                   SCMP_SYS(vfork)};

template <class Calls>
bool deny(scmp_filter_ctx filter, const Calls& calls) {
  bool done = true;
  for (const int call : calls) {
    done = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0) == 0 && done;
  }
  return done;
}

// Signals only to this process.
bool deny_signals(scmp_filter_ctx filter) {
  const auto self = static_cast<scmp_datum_t>(getpid());
  bool done = true;
  for (const int call :
       {SCMP_SYS(kill), SCMP_SYS(tgkill), SCMP_SYS(rt_sigqueueinfo), SCMP_SYS(rt_tgsigqueueinfo)}) {
    done = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 1,
                            SCMP_A0_64(SCMP_CMP_NE, self, 0)) == 0 &&
           done;
  }
  // To a thread of any process; the C library uses tgkill.
  done = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(tkill), 0) == 0 && done;
  // Limits of others, and keys pressed for the user at the terminal.
  done = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(prlimit64), 2,
                          SCMP_A0_64(SCMP_CMP_NE, 0, 0), SCMP_A2_64(SCMP_CMP_NE, 0, 0)) == 0 &&
         done;
  for (const scmp_datum_t request : {TIOCSTI, TIOCLINUX}) {
    done = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1,
                            SCMP_A1_64(SCMP_CMP_MASKED_EQ, 0xffffffff, request)) == 0 &&
           done;
  }
  return done;
}

bool deny_programs(scmp_filter_ctx filter) {
  // A thread is a clone that shares the memory; anything else is a process.
  return deny(filter, program_calls) &&
         seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
                          SCMP_A0_64(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0)) == 0;
}

std::string filter_calls(std::uint32_t allowed) {
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  if (filter == nullptr) return "seccomp can't be set up";
  bool done = deny(filter, always_denied) && deny_signals(filter);
  // The C library falls back to calls whose arguments can be looked at; io_uring would go around
  // all of this.
  for (const int call : {SCMP_SYS(clone3), SCMP_SYS(io_uring_setup)}) {
    done = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), call, 0) == 0 && done;
  }
  if ((allowed & allow_network) == 0) done = deny(filter, network_calls) && done;
  if ((allowed & allow_write) == 0) done = deny(filter, metadata_calls) && done;
  if ((allowed & allow_programs) == 0) {
    done = deny_programs(filter) && done;
  }
  const int status = done ? seccomp_load(filter) : -EINVAL;
  seccomp_release(filter);
  if (status == 0) return {};
  return fmt::format("seccomp failed ({}): plugins may reach the network", std::strerror(-status));
}

}  // namespace

std::uint32_t parse_allow(std::string_view word) {
  if (word == "network") return allow_network;
  if (word == "write") return allow_write;
  if (word == "programs") return allow_programs;
  return 0;
}

Confinement available_confinement() {
  Confinement available;
  // An invalid mode of a kernel that has it says EFAULT for the missing filter, else EINVAL.
  available.has_seccomp = prctl(PR_SET_SECCOMP, 2 /* filter */, nullptr) == -1 && errno == EFAULT;
  available.landlock_abi = landlock_abi();
  return available;
}

std::vector<std::string> describe(const Confinement& what, std::uint32_t allowed) {
  std::vector<std::string> lines;
  std::string denied = "no privileges to gain";
  if ((allowed & allow_network) == 0) denied += ", no network";
  if ((allowed & allow_programs) == 0) denied += ", no other programs";
  lines.push_back(what.has_seccomp ? denied + " (seccomp)"
                                   : "this kernel has no seccomp: plugins may reach the network");
  if ((allowed & allow_write) != 0) {
    lines.emplace_back("may write files, as the configuration allows");
  } else if (what.landlock_abi > 0) {
    lines.push_back(
        fmt::format("writes only to a temporary folder (Landlock, ABI {})", what.landlock_abi));
  } else {
    lines.emplace_back("this kernel has no Landlock: plugins may write where you may");
  }
  return lines;
}

void limit_resources(std::uint64_t memory) {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  if (memory > 0) {
    const rlimit data{2 * memory, 2 * memory};
    setrlimit(RLIMIT_DATA, &data);
  }
#else
  static_cast<void>(memory);  // sanitizers map terabytes
#endif
}

std::string program_filter() {
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  const int file = memfd_create("sheaf-filter", MFD_CLOEXEC);
  std::string bytes;
  if (filter != nullptr && file >= 0 && deny_programs(filter) &&
      seccomp_export_bpf(filter, file) == 0) {
    bytes.resize(static_cast<std::size_t>(lseek(file, 0, SEEK_END)));
    if (pread(file, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
      bytes.clear();
    }
  }
  if (file >= 0) close(file);
  seccomp_release(filter);
  return bytes;
}

std::string confine(const std::string& writable_folder, std::uint32_t allowed) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return "no_new_privs can't be set";
  std::string problem;
  if ((allowed & allow_write) == 0) problem = close_folders(writable_folder);
  const std::string calls = filter_calls(allowed);
  if (!calls.empty()) problem += (problem.empty() ? "" : "; ") + calls;
  return problem;
}

}  // namespace sheaf::host::worker
