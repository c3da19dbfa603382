// SPDX-License-Identifier: MIT
// What a user sees of worker processes: nothing, unless a plugin misbehaves.
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <thread>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <sys/wait.h>

#include "tests/host/cli/sheaf.hpp"

using Catch::Matchers::Contains;
using sheaf::test::ProcessOptions;
using sheaf::test::Workplace;

namespace {

// A workplace whose plugins, configuration and temporary files are its own.
struct Deadly {
  Deadly() { std::filesystem::create_directory(here / "tmp"); }

  [[nodiscard]] std::vector<std::string> environment(const std::string& plugins = "deadly") const {
    return {"HOME=" + here.path().string(),
            "TMPDIR=" + (here / "tmp").string(),
            "XDG_DATA_HOME=",
            "XDG_CONFIG_HOME=",
            "XDG_CACHE_HOME=",
            "SHEAF_PLUGIN_PATH=" SHEAF_TEST_PLUGINS "/" + plugins};
  }
  [[nodiscard]] sheaf::test::ProcessResult sheaf(std::vector<std::string> arguments,
                                                 const std::string& plugins = "deadly") const {
    arguments.insert(arguments.begin(), SHEAF_PROGRAM);
    ProcessOptions options;
    options.folder = here.path();
    options.environment = environment(plugins);
    return sheaf::test::run(arguments, options);
  }
  void sources(int count, const std::string& act) const {
    for (int i = 0; i < count; ++i) here.write("in/" + std::to_string(1000 + i) + ".deadly", act);
  }
  [[nodiscard]] std::size_t left_in_tmp() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(here / "tmp"), {}));
  }
  Workplace here;
};

// `sheaf ingest in/ -o x.h5` in a process group of its own, as a shell starts it.
class RunningCommand {
 public:
  explicit RunningCommand(const Deadly& deadly, const char* timeout = "60") : pid_(fork()) {
    if (pid_ > 0) return;
    setpgid(0, 0);
    for (const std::string& entry : deadly.environment()) putenv(strdup(entry.c_str()));
    if (chdir(deadly.here.path().c_str()) != 0) _exit(127);
    const int log = open("log", O_CREAT | O_WRONLY | O_TRUNC, 0600);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    execl(SHEAF_PROGRAM, "sheaf", "ingest", "in/", "-o", "x.h5", "-f", "deadly", "--workers", "2",
          "--timeout", timeout, static_cast<char*>(nullptr));
    _exit(127);
  }
  RunningCommand(const RunningCommand&) = delete;
  RunningCommand& operator=(const RunningCommand&) = delete;
  ~RunningCommand() {
    if (!is_over_) end(SIGKILL);
  }
  [[nodiscard]] pid_t pid() const { return pid_; }
  // Signals the whole group and returns the status of waitpid.
  int end(int signal) {
    setpgid(pid_, pid_);
    kill(-pid_, signal);
    return wait();
  }
  int wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    is_over_ = true;
    return status;
  }

 private:
  pid_t pid_;
  bool is_over_ = false;
};

// Worker processes that this host has started.
std::vector<pid_t> workers_of(pid_t host) {
  std::vector<pid_t> found;
  const std::string wanted = std::string("sheaf-worker\0", 13) + std::to_string(host) + '\0';
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "cmdline", std::ios::binary);
    const std::string line{std::istreambuf_iterator<char>(file), {}};
    if (line == wanted) found.push_back(std::atoi(entry.path().filename().c_str()));
  }
  return found;
}

bool comes_true(const std::function<bool()>& condition, int milliseconds) {
  for (int waited = 0; waited < milliseconds; waited += 10) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return condition();
}

}  // namespace

TEST_CASE("Ctrl-C keeps what is complete and leaves nothing else", "[host][cli][worker]") {
  const Deadly deadly;
  deadly.sources(2000, "nap 5");
  RunningCommand running(deadly);
  REQUIRE(comes_true([&] { return workers_of(running.pid()).size() == 2; }, 5000));
  std::this_thread::sleep_for(std::chrono::milliseconds(1200));
  const int status = running.end(SIGINT);
  INFO(sheaf::test::read_file(deadly.here / "log"));
  CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 130));
  CHECK(workers_of(running.pid()).empty());
  CHECK(deadly.left_in_tmp() == 0);
  CHECK(deadly.here.names("x") == std::vector<std::string>{"x.h5"});
  const auto info = deadly.here.json({"info", "x.h5"});
  CHECK(info["complete"] == false);
  const std::size_t stored = deadly.here.ids("x.h5").size();
  CHECK((stored >= 1 && stored < 2000));
  CHECK(info["outputs"][0]["shape"] == std::vector<std::size_t>{2 * stored, 2});
  deadly.here.write("look.py",
                    "import h5py, sys\n"
                    "with h5py.File(sys.argv[1]) as f:\n"
                    "    rows = []\n"
                    "    f.visititems(lambda name, it: rows.append(len(it)) if\n"
                    "                 getattr(it, 'shape', ())[1:] == (2,) and\n"
                    "                 it.dtype == 'int32' else None)\n"
                    "    print(f.attrs['sheaf_complete'], rows)\n");
  const auto look =
      sheaf::test::run_python(deadly.here / "look.py", {(deadly.here / "x.h5").string()});
  INFO(look.err);
  CHECK(look.out == "0 [" + std::to_string(2 * stored) + "]\n");
}

TEST_CASE("Ctrl-C gets through while a plugin hangs", "[host][cli][worker]") {
  const Deadly deadly;
  deadly.sources(2, "sleep");
  RunningCommand running(deadly);
  REQUIRE(comes_true([&] { return workers_of(running.pid()).size() == 2; }, 5000));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const auto begin = std::chrono::steady_clock::now();
  const int status = running.end(SIGINT);
  CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 130));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
  CHECK(workers_of(running.pid()).empty());
  CHECK(deadly.left_in_tmp() == 0);
  CHECK(deadly.here.names("x").empty());
}

TEST_CASE("Workers go with a host that is killed", "[host][cli][worker]") {
  const std::string act = GENERATE("nap 5", "sleep", "spin");
  const Deadly deadly;
  deadly.sources(500, act);
  RunningCommand running(deadly);
  REQUIRE(comes_true([&] { return workers_of(running.pid()).size() == 2; }, 5000));
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  kill(running.pid(), SIGKILL);  // only the host
  running.wait();
  CHECK(comes_true([&] { return workers_of(running.pid()).empty(); }, 2000));
  CHECK_FALSE(std::filesystem::exists(deadly.here / "x.h5"));
}

TEST_CASE("A run that was stopped for a while goes on as if it hadn't been",
          "[host][cli][worker]") {
  const Deadly deadly;
  deadly.sources(6, "nap 400");
  RunningCommand running(deadly, "0.8");
  REQUIRE(comes_true([&] { return workers_of(running.pid()).size() == 2; }, 5000));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  kill(-running.pid(), SIGSTOP);  // as Ctrl-Z
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  kill(-running.pid(), SIGCONT);
  const int status = running.wait();
  INFO(sheaf::test::read_file(deadly.here / "log"));
  CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 0));
}

TEST_CASE("A killed worker costs nothing", "[host][cli][worker]") {
  const Deadly deadly;
  deadly.sources(300, "nap 5");
  RunningCommand running(deadly);
  REQUIRE(comes_true([&] { return workers_of(running.pid()).size() == 2; }, 5000));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  for (const pid_t worker : workers_of(running.pid())) kill(worker, SIGKILL);
  const int status = running.wait();
  INFO(sheaf::test::read_file(deadly.here / "log"));
  CHECK((WIFEXITED(status) && WEXITSTATUS(status) == 0));
  CHECK(deadly.here.ids("x.h5").size() == 300);
  CHECK(deadly.left_in_tmp() == 0);
}

TEST_CASE("A crash costs its source, and the summary says how to have it again",
          "[host][cli][worker]") {
  const Deadly deadly;
  deadly.sources(20, "ok 2");
  deadly.here.write("in/1007.deadly", "abort");
  const auto done = deadly.sheaf({"ingest", "in/", "-o", "x.h5", "-f", "deadly"});
  CHECK(done.status == 3);
  CHECK_THAT(done.out, Contains("19 sources stored") && Contains("killed by SIGABRT"));
  CHECK(deadly.left_in_tmp() == 0);
  const std::size_t at = done.out.find("again: sheaf ");
  REQUIRE(at != std::string::npos);
  const std::string command = done.out.substr(at + 13, done.out.find('\n', at) - at - 13);
  ProcessOptions options;
  options.folder = deadly.here.path();
  options.environment = deadly.environment();
  const auto again =
      sheaf::test::run({"/bin/sh", "-c", "exec " SHEAF_PROGRAM " " + command}, options);
  CHECK(again.signal == SIGABRT);
}

TEST_CASE("What plugins print isn't on stdout", "[host][cli][worker]") {
  const Deadly deadly;
  deadly.sources(3, "print hello");
  const auto done = deadly.sheaf({"-v", "ingest", "in/", "-o", "x.h5", "-f", "deadly", "--json"});
  INFO(done.err);
  CHECK(done.status == 0);
  CHECK(nlohmann::json::parse(done.out)["stored"] == 3);
  CHECK_THAT(done.err,
             Contains("test.deadly: on stdout hello") && Contains("test.deadly: on stderr hello"));
}

TEST_CASE("A plugin that dies while it is loaded is refused with that reason",
          "[host][cli][worker]") {
  const Deadly deadly;
  const auto paths = deadly.sheaf({"plugins", "paths"}, "dies_at_load");
  CHECK(paths.status == 0);
  CHECK_THAT(paths.out, Contains("test_dies_at_load.so  refused: ended its worker while it was "
                                 "scanned: killed by SIGABRT"));
  CHECK_THAT(deadly.sheaf({"plugins"}, "dies_at_load").out, Contains("1 refused"));
  CHECK(deadly.left_in_tmp() == 0);
}

TEST_CASE("A run that fails leaves no processes, files or folders", "[host][cli][worker]") {
  const Deadly deadly;
  deadly.sources(100, "ok 2");
  deadly.here.write("in/1050.deadly", "abort");
  deadly.here.write("stop.toml", "on_error = 'stop'\n");
  const auto done =
      deadly.sheaf({"ingest", "in/", "-o", "x.h5", "-f", "deadly", "-c", "stop.toml"});
  CHECK(done.status == 1);
  CHECK_THAT(done.err, Contains("killed by SIGABRT"));
  CHECK(deadly.here.names("x").empty());
  CHECK(deadly.left_in_tmp() == 0);
}
