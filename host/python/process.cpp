// SPDX-License-Identifier: MIT
#include "host/python/process.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "core/error.hpp"
#include "host/place.hpp"
#include "host/worker/confine.hpp"

extern "C" char** environ;

namespace sheaf::host::python {
namespace {

constexpr std::chrono::milliseconds patience{500};
constexpr int conversation = 3;  // the child's file

// What the same sources need to give the same bytes in every worker, unless the user says
// otherwise: sets in one order, sums in one order; and the text encoding that the ABI has.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> defaults{
    {{"PYTHONHASHSEED", "0"},
     {"PYTHONUTF8", "1"},
     {"PYTHONDONTWRITEBYTECODE", "1"},
     {"OMP_NUM_THREADS", "1"},
     {"OPENBLAS_NUM_THREADS", "1"},
     {"MKL_NUM_THREADS", "1"},
     {"NUMEXPR_NUM_THREADS", "1"}}};

// The absolute entries of a search path: the others would mean the working directory.
std::vector<std::string> absolute_entries(std::string_view path) {
  std::vector<std::string> entries;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find(':'), path.size());
    if (path.front() == '/') entries.emplace_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return entries;
}

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

std::vector<std::string> environment() {
  std::vector<std::string> variables;
  for (char** each = environ; *each != nullptr; ++each) {
    if (!std::string_view(*each).starts_with("PYTHONPATH=")) variables.emplace_back(*each);
  }
  std::string path;
  for (const std::string& entry : absolute_entries(variable("PYTHONPATH"))) {
    path += (path.empty() ? "" : ":") + entry;
  }
  if (!path.empty()) variables.push_back("PYTHONPATH=" + path);
  for (const auto& [name, value] : defaults) {
    if (std::getenv(name.data()) == nullptr) variables.push_back(fmt::format("{}={}", name, value));
  }
  return variables;
}

// Beside the program in a build tree and an installation: bin/ or libexec/sheaf/.
std::string script() {
  const std::filesystem::path folder = program_folder();
  const std::filesystem::path below = "share/sheaf/python/sheaf_loader_main.py";
  for (const auto& root : {folder.parent_path(), folder.parent_path().parent_path()}) {
    if (access((root / below).c_str(), R_OK) == 0) return (root / below).string();
  }
  throw Error(ErrorCode::NotFound, (folder.parent_path() / below).string(),
              "isn't there: loaders in Python need what Sheaf installs below share/sheaf/python");
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

// Between fork and exec. Unconfined, it may be the copy of a process with many threads: then only
// system calls are allowed here.
[[noreturn]] void become(char* const* arguments, char* const* variables, int socket, pid_t parent,
                         const std::optional<Confined>& confined, const char* folder) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  // What a loader prints in the host itself must not stand between what the host prints.
  if (!confined) dup2(STDERR_FILENO, STDOUT_FILENO);
  if (socket != conversation) dup2(socket, conversation);
  fcntl(conversation, F_SETFD, 0);
  if (confined) {
    worker::limit_resources(confined->memory);
    // What can't be done here can't be done in the worker, which tells.
    if (confined->wanted) {
      static_cast<void>(worker::confine(folder, confined->allowed | worker::allow_programs));
    }
  }
  execve(arguments[0], arguments, variables);
  _exit(127);
}

}  // namespace

std::string interpreter() {
  const std::string_view named = variable("SHEAF_PYTHON");
  if (!named.empty()) {
    if (named.front() == '/' && access(named.data(), X_OK) == 0) return std::string(named);
    throw Error(ErrorCode::NotFound, std::string(named),
                "is what SHEAF_PYTHON names, and no program with an absolute path");
  }
  for (const std::string& folder : absolute_entries(variable("PATH"))) {
    std::string program = folder + "/python3";
    if (access(program.c_str(), X_OK) == 0) return program;
  }
  throw Error(ErrorCode::NotFound, "python3",
              "isn't in PATH; install it (Debian: python3 python3-numpy), or name one with "
              "SHEAF_PYTHON");
}

Process Process::start(const std::optional<Confined>& confined) {
  std::vector<std::string> texts{interpreter(), script()};
  std::vector<std::string> variables = environment();
  const std::vector<char*> arguments = pointers(texts);
  const std::vector<char*> settings = pointers(variables);
  const std::string folder(variable("TMPDIR"));
  auto [here, there] = worker::Channel::pair();
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) {
    become(arguments.data(), settings.data(), there.descriptor(), parent, confined, folder.c_str());
  }
  if (pid < 0) throw system_error(errno, texts.front(), "start it");
  return {pid, std::move(here)};
}

Process::Process(Process&& other) noexcept { *this = std::move(other); }

Process& Process::operator=(Process&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(channel_, other.channel_);
  return *this;
}

Process::~Process() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  end();
}

int Process::end() {
  int status = 0;
  const auto limit = std::chrono::steady_clock::now() + patience;
  while (pid_ > 0 && waitpid(pid_, &status, WNOHANG) == 0) {
    const bool is_late = std::chrono::steady_clock::now() > limit;
    // A confined worker may not; then it takes the other one along when it ends itself.
    if (is_late && kill(pid_, SIGKILL) != 0) {
      status = SIGKILL;
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  pid_ = -1;
  return status;
}

void end_alike(int status) {
  if (WIFSIGNALED(status)) {
    std::signal(WTERMSIG(status), SIG_DFL);
    raise(WTERMSIG(status));
  }
  _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

}  // namespace sheaf::host::python
