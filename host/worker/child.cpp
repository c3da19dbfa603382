// SPDX-License-Identifier: MIT
#include "host/worker/child.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <spawn.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "core/error.hpp"
#include "host/place.hpp"

extern "C" char** environ;

namespace sheaf::host::worker {
namespace {

constexpr std::size_t longest_line = 4096;
constexpr int blocks_at_a_time = 64;
constexpr std::chrono::seconds patience{2};
constexpr const char* closed = "closed its connection to the host";

std::string temporary_folder() {
  std::error_code error;
  std::filesystem::path base = std::filesystem::temp_directory_path(error);
  if (error) base = "/tmp";
  std::string name = (base / "sheaf-worker-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw system_error(errno, name, "make a temporary folder");
  return name;
}

// The environment of this process with another TMPDIR. Who checks plugins wants to see each byte
// they leave behind, so the C library keeps none for itself, and memory that isn't zero where they
// forget to write.
std::vector<std::string> environment(const std::string& folder, bool checks) {
  std::vector<std::string> variables{"TMPDIR=" + folder};
  if (checks) {
    variables.emplace_back("GLIBC_TUNABLES=glibc.malloc.tcache_count=0:glibc.malloc.perturb=165");
  }
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const bool is_replaced =
        text.starts_with("TMPDIR=") || (checks && text.starts_with("GLIBC_TUNABLES="));
    if (!is_replaced) variables.emplace_back(text);
  }
  return variables;
}

std::pair<Descriptor, Descriptor> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw system_error(errno, "worker", "make a pipe");
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

// A copy with a number above those that the child gets, so that no dup2 hits another one's source.
Descriptor out_of_the_way(int number) {
  Descriptor copy(fcntl(number, F_DUPFD_CLOEXEC, 10));
  if (!copy) throw system_error(errno, "worker", "start a process");
  return copy;
}

pid_t spawn(const std::string& program, int socket, int out, int err, const std::string& folder,
            const char* mode) {
  const Descriptor files[] = {out_of_the_way(socket), out_of_the_way(out), out_of_the_way(err)};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, files[1].get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, files[2].get(), STDERR_FILENO);
  posix_spawn_file_actions_adddup2(&actions, files[0].get(), 3);
  std::vector<std::string> variables = environment(folder, mode != nullptr);
  std::vector<char*> pointers;
  for (std::string& variable : variables) pointers.push_back(variable.data());
  pointers.push_back(nullptr);
  const std::string parent = std::to_string(getpid());
  char* const arguments[] = {const_cast<char*>("sheaf-worker"), const_cast<char*>(parent.c_str()),
                             const_cast<char*>(mode), nullptr};
  pid_t pid = -1;
  const int status =
      posix_spawn(&pid, program.c_str(), &actions, nullptr, arguments, pointers.data());
  posix_spawn_file_actions_destroy(&actions);
  if (status != 0) throw system_error(status, program, "start it");
  return pid;
}

void pass_lines(Descriptor& file, std::string& rest, bool is_err,
                const std::function<void(bool, std::string_view)>& line) {
  char block[4096];
  for (int blocks = 0; file && blocks < blocks_at_a_time; ++blocks) {
    const ssize_t count = ::read(file.get(), block, sizeof(block));
    if (count == 0)
      file = Descriptor();  // closed there; else it would be ready to be read for ever
    if (count <= 0) return;
    rest.append(block, static_cast<std::size_t>(count));
    std::size_t start = 0;
    for (std::size_t end = rest.find('\n'); end != std::string::npos;
         end = rest.find('\n', start)) {
      if (end > start) line(is_err, std::string_view(rest).substr(start, end - start));
      start = end + 1;
    }
    rest.erase(0, start);
    if (rest.size() > longest_line) line(is_err, std::exchange(rest, {}));
  }
}

// Shared pages are the host's rows and what libraries are mapped from.
std::size_t own_memory(pid_t pid) {
  const Descriptor file(open(fmt::format("/proc/{}/statm", pid).c_str(), O_RDONLY | O_CLOEXEC));
  char text[128] = {};
  if (!file || read(file.get(), text, sizeof(text) - 1) <= 0) return 0;
  unsigned long total = 0, resident = 0, shared = 0;
  if (std::sscanf(text, "%lu %lu %lu", &total, &resident, &shared) != 3) return 0;
  return (resident - std::min(shared, resident)) * 4096;
}

// With all that its first thread has started: the Python of a loader.
std::size_t memory_of(pid_t pid) {
  std::size_t sum = own_memory(pid);
  std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", pid));
  for (pid_t child = 0; children >> child;) sum += memory_of(child);
  return sum;
}

}  // namespace

std::string how_it_ended(int status) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == lost_the_host) return closed;
  if (WIFEXITED(status)) return fmt::format("called exit({})", WEXITSTATUS(status));
  const int signal = WTERMSIG(status);
  const char* const name = sigabbrev_np(signal);
  return fmt::format("killed by SIG{} ({})", name == nullptr ? "?" : name, strsignal(signal));
}

std::string worker_program() {
  if (const char* named = std::getenv("SHEAF_WORKER"); named != nullptr && *named == '/') {
    return named;
  }
  const std::filesystem::path folder = program_folder();
  for (const auto& place :
       {folder / "sheaf-worker", folder.parent_path() / "libexec" / "sheaf" / "sheaf-worker"}) {
    if (access(place.c_str(), X_OK) == 0) return place.string();
  }
  throw Error(ErrorCode::NotFound, (folder / "sheaf-worker").string(),
              "the program that runs plugins isn't there; install it beside sheaf, or run plugins "
              "in this process with --in-process");
}

Child Child::start(const char* mode) {
  const std::string program = worker_program();
  Child child;
  child.folder_ = temporary_folder();
  auto [here, there] = Channel::pair();
  auto [out, out_there] = make_pipe();
  auto [err, err_there] = make_pipe();
  // A worker that doesn't listen must not stop the host.
  const timeval limit{20, 0};
  setsockopt(here.descriptor(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
  child.pid_ =
      spawn(program, there.descriptor(), out_there.get(), err_there.get(), child.folder_, mode);
  child.channel_ = std::move(here);
  child.out_ = std::move(out);
  child.err_ = std::move(err);
  return child;
}

Child::Child(Child&& other) noexcept { *this = std::move(other); }

Child& Child::operator=(Child&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(channel_, other.channel_);
  std::swap(out_, other.out_);
  std::swap(err_, other.err_);
  std::swap(out_line_, other.out_line_);
  std::swap(err_line_, other.err_line_);
  std::swap(folder_, other.folder_);
  return *this;
}

Child::~Child() {
  if (pid_ > 0) kill();
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

void Child::read_lines(const std::function<void(bool, std::string_view)>& line, bool is_last) {
  pass_lines(out_, out_line_, false, line);
  pass_lines(err_, err_line_, true, line);
  if (is_last && !out_line_.empty()) line(false, std::exchange(out_line_, {}));
  if (is_last && !err_line_.empty()) line(true, std::exchange(err_line_, {}));
}

std::size_t Child::memory() const { return memory_of(pid_); }

std::string Child::wait(std::optional<std::chrono::steady_clock::time_point> limit) {
  if (pid_ <= 0) return "gone";
  int status = 0;
  while (true) {
    const pid_t ended = waitpid(pid_, &status, limit ? WNOHANG : 0);
    if (ended == pid_) break;
    if (ended < 0 && errno != EINTR) return "gone";
    if (limit && std::chrono::steady_clock::now() > *limit) return {};
    if (limit) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  pid_ = -1;
  return how_it_ended(status);
}

std::string Child::kill() {
  if (pid_ > 0) ::kill(pid_, SIGKILL);
  return wait(std::nullopt);
}

std::string Child::reap() { return reap(std::chrono::steady_clock::now() + patience); }

std::string Child::reap(std::chrono::steady_clock::time_point limit) {
  const std::string ended = wait(limit);
  if (!ended.empty()) return ended;
  kill();
  return closed;
}

}  // namespace sheaf::host::worker
