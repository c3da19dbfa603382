// SPDX-License-Identifier: MIT
#include "host/worker/confine.hpp"

#include <cerrno>
#include <fcntl.h>
#include <thread>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace sheaf::host::worker;
using sheaf::test::TempDir;

namespace {

// 0 when it is allowed, else the error number, in a process of its own that was confined before.
template <class Deed>
int error_of(const std::string& folder, std::uint32_t allowed, Deed deed) {
  const auto result = sheaf::test::run_forked([&] {
    if (!confine(folder, allowed).empty()) _exit(200);
    errno = 0;
    const long done = deed();
    _exit(done >= 0 ? 0 : errno);
    return 0;
  });
  return result.status;
}

bool is_denied(int number) { return number == EPERM || number == EACCES; }

}  // namespace

TEST_CASE("a confined process has no network, other programs or signals for others",
          "[host][worker][confine]") {
  if (!available_confinement().has_seccomp) {
    WARN("this kernel has no seccomp");
    return;
  }
  const std::string any = "/tmp";
  CHECK(error_of(any, allow_write, [] { return socket(AF_INET, SOCK_STREAM, 0); }) == EPERM);
  CHECK(error_of(any, allow_write, [] { return socket(AF_UNIX, SOCK_STREAM, 0); }) == EPERM);
  CHECK(error_of(any, allow_write, [] { return kill(getppid(), 0); }) == EPERM);
  CHECK(error_of(any, allow_write, [] { return kill(0, 0); }) == EPERM);
  CHECK(error_of(any, allow_write, [] { return kill(-1, 0); }) == EPERM);
  CHECK(error_of(any, allow_write, [] { return syscall(SYS_tkill, getppid(), 0); }) == EPERM);
  CHECK(error_of(any, allow_write, [] { return syscall(SYS_tgkill, getppid(), getppid(), 0); }) ==
        EPERM);
  CHECK(error_of(any, allow_write, [] {
          const rlimit none{0, 0};
          return prlimit(getppid(), RLIMIT_CORE, &none, nullptr);
        }) == EPERM);
  CHECK(error_of(any, allow_write, [] { return ioctl(0, TIOCSTI, "x"); }) == EPERM);
  CHECK(error_of(any, allow_write, [] {
          const pid_t child = fork();
          if (child == 0) _exit(0);
          return child;
        }) == EPERM);
  CHECK(error_of(any, allow_write,
                 [] { return execl("/bin/true", "true", static_cast<char*>(nullptr)); }) == EPERM);
}

TEST_CASE("a confined process may have threads, memory and its own limits and signals",
          "[host][worker][confine]") {
  const std::string any = "/tmp";
  CHECK(error_of(any, 0, [] {
          int done = 0;
          std::thread([&] { done = 1; }).join();
          return done - 1;
        }) == 0);
  CHECK(error_of(any, 0, [] { return kill(getpid(), 0); }) == 0);
  CHECK(error_of(any, 0, [] {
          rlimit files{};
          return getrlimit(RLIMIT_NOFILE, &files) == 0 && setrlimit(RLIMIT_NOFILE, &files) == 0
                     ? 0
                     : -1;
        }) == 0);
  CHECK(error_of(any, 0, [] { return open("/etc/passwd", O_RDONLY); }) == 0);
}

TEST_CASE("a confined process writes to its own folder only", "[host][worker][confine]") {
  if (available_confinement().landlock_abi == 0) {
    WARN("this kernel has no Landlock");
    return;
  }
  const TempDir own, other;
  const std::string file = other.write("file", "content").string();
  const std::string folder = own.path().string();
  const auto denied = [&](auto deed) { return is_denied(error_of(folder, 0, deed)); };
  CHECK(denied([&] { return open(file.c_str(), O_WRONLY); }));
  CHECK(denied([&] { return open(file.c_str(), O_RDONLY | O_TRUNC); }));
  CHECK(denied([&] { return truncate(file.c_str(), 0); }));
  CHECK(denied([&] { return unlink(file.c_str()); }));
  CHECK(denied([&] { return open((file + "2").c_str(), O_CREAT | O_WRONLY, 0600); }));
  CHECK(denied([&] { return mkdir((file + "2").c_str(), 0700); }));
  CHECK(denied([&] { return symlink("/", (file + "2").c_str()); }));
  CHECK(denied([&] { return rename(file.c_str(), (file + "2").c_str()); }));
  CHECK(denied([&] { return chmod(file.c_str(), 0); }));
  CHECK(denied([&] { return utimensat(AT_FDCWD, file.c_str(), nullptr, 0); }));
  CHECK(sheaf::test::read_file(file) == "content");
  CHECK(error_of(folder, 0, [&] {
          const int mine = open((folder + "/mine").c_str(), O_CREAT | O_RDWR, 0600);
          return mine >= 0 && write(mine, "x", 1) == 1 ? ftruncate(mine, 0) : -1;
        }) == 0);
  CHECK(error_of(folder, 0, [&] { return mkdir((folder + "/sub").c_str(), 0700); }) == 0);
  CHECK(error_of(folder, 0, [] { return open("/dev/null", O_WRONLY); }) == 0);
}

TEST_CASE("what the configuration allows is allowed, and no more", "[host][worker][confine]") {
  const TempDir own, other;
  const std::string folder = own.path().string();
  const std::string file = (other / "file").string();
  const auto make = [&] { return open(file.c_str(), O_CREAT | O_WRONLY, 0600); };
  const auto connect = [] { return socket(AF_INET, SOCK_STREAM, 0); };
  const auto start = [] {
    const pid_t child = fork();
    if (child == 0) _exit(0);
    return child;
  };
  CHECK(error_of(folder, allow_write, make) == 0);
  CHECK(error_of(folder, allow_network, connect) == 0);
  CHECK(error_of(folder, allow_programs, start) == 0);
  if (!available_confinement().has_seccomp) return;
  CHECK(error_of(folder, allow_write | allow_programs, connect) == EPERM);
  CHECK(error_of(folder, allow_write | allow_network, start) == EPERM);
}

TEST_CASE("words of the configuration have their bits", "[host][worker][confine]") {
  CHECK(parse_allow("network") == allow_network);
  CHECK(parse_allow("write") == allow_write);
  CHECK(parse_allow("programs") == allow_programs);
  CHECK(parse_allow("everything") == 0);
  CHECK(describe({true, 3}, 0).size() == 2);
  CHECK_THAT(describe({false, 0}, 0).at(0), Catch::Contains("no seccomp"));
  CHECK_THAT(describe({true, 0}, 0).at(1), Catch::Contains("no Landlock"));
}
