// SPDX-License-Identifier: MIT
// A file that is kept: gone on with, read while it is written, killed and recovered.
#include <csignal>
#include <cstdlib>
#include <thread>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <sys/wait.h>

#include "tests/host/cli/sheaf.hpp"

using Catch::Matchers::Contains;
using sheaf::test::Workplace;
using Ids = std::vector<std::string>;
namespace fs = std::filesystem;

namespace {

// `sheaf ingest` in a process group of its own.
class Running {
 public:
  Running(const Workplace& here, const std::vector<std::string>& arguments) {
    process_ = ::fork();
    if (process_ != 0) return;
    ::setpgid(0, 0);
    if (::chdir(here.path().c_str()) != 0) ::_exit(126);
    for (const char* name : {"SHEAF_PLUGIN_PATH", "XDG_DATA_HOME", "XDG_CONFIG_HOME"}) {
      ::setenv(name, "", 1);
    }
    std::vector<char*> argv{const_cast<char*>(SHEAF_PROGRAM), const_cast<char*>("ingest")};
    for (const std::string& text : arguments) argv.push_back(const_cast<char*>(text.c_str()));
    argv.push_back(nullptr);
    ::execv(SHEAF_PROGRAM, argv.data());
    ::_exit(127);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() { kill(); }

  void kill() {
    if (process_ <= 0) return;
    ::kill(-process_, SIGKILL);
    ::waitpid(std::exchange(process_, 0), nullptr, 0);
  }
  [[nodiscard]] bool has_ended() {
    if (process_ > 0 && ::waitpid(process_, nullptr, WNOHANG) == process_) process_ = 0;
    return process_ == 0;
  }

 private:
  pid_t process_ = 0;
};

void pictures(const Workplace& here, int count) {
  for (int i = 0; i < count; ++i) {
    here.picture("p/" + std::to_string(1000 + i) + ".ppm", 16, 16,
                 static_cast<unsigned char>(i % 250));
  }
}

}  // namespace

TEST_CASE("The same command goes on with its file and says so", "[host][cli][keep]") {
  const Workplace here;
  here.picture("p/cat/1.ppm");
  here.picture("p/dog/1.ppm");
  REQUIRE(here.sheaf({"ingest", "p", "-o", "x.h5"}).status == 0);
  auto done = here.sheaf({"ingest", "p", "-o", "x.h5"});
  CHECK(done.status == 0);
  CHECK_THAT(done.out, Contains("x.h5 had 2 sources: 2 as they were") && Contains("nothing new"));
  // A class that sorts before the others doesn't renumber them; a size that differs is no failure.
  here.picture("p/ant/1.ppm", 7, 5);
  done = here.sheaf({"ingest", "p", "-o", "x.h5", "--resume"});
  CHECK(done.status == 0);
  CHECK_THAT(done.out, Contains("1 source stored"));
  const auto info = here.json({"info", "x.h5"});
  CHECK(info["outputs"][0]["attrs"]["classes"] == Ids{"cat", "dog", "ant"});
  CHECK(info["outputs"][1]["ragged"] == true);
  CHECK(here.ids("x.h5") == Ids{"p/cat/1.ppm", "p/dog/1.ppm", "p/ant/1.ppm"});

  here.picture("p/dog/1.ppm", 4, 3, 99);
  fs::remove(here / "p/cat/1.ppm");
  done = here.sheaf({"ingest", "p", "-o", "x.h5", "--update", "--prune"});
  CHECK(done.status == 0);
  CHECK_THAT(done.out, Contains("1 replaced") && Contains("1 gone and dropped"));
  CHECK(here.ids("x.h5") == Ids{"p/dog/1.ppm", "p/ant/1.ppm"});
}

TEST_CASE("Options that make no sense together are usage errors", "[host][cli][keep]") {
  const Workplace here;
  here.picture("p/1.ppm");
  CHECK(here.sheaf({"ingest", "p", "-o", "x.h5", "--prune"}).status == 2);
  CHECK(here.sheaf({"ingest", "p", "-o", "x.h5", "--overwrite", "--update"}).status == 2);
  CHECK(here.sheaf({"ingest", "p", "-o", "x.h5", "--check", "taste"}).status == 2);
}

TEST_CASE("Other parameters than before are refused with the ways out", "[host][cli][keep]") {
  const Workplace here;
  here.picture("p/1.ppm");
  REQUIRE(here.sheaf({"ingest", "p", "-o", "x.h5"}).status == 0);
  const auto done = here.sheaf({"ingest", "p", "-o", "x.h5", "-f", "image:size=8"});
  CHECK(done.status == 1);
  CHECK_THAT(done.err, Contains("x.h5") && Contains("--force") && Contains("--overwrite"));
}

TEST_CASE("A killed ingest keeps its commits and is gone on with", "[host][cli][keep]") {
  const Workplace here;
  pictures(here, 600);
  Running ingest(here, {"p", "-o", "x.h5", "-q", "--commit-every", "20", "-f", "image"});
  while (!ingest.has_ended() && !fs::exists(here / "x.h5-journal")) std::this_thread::yield();
  ingest.kill();
  const auto info = here.json({"info", "x.h5"});  // with the journal beside it
  const auto sources = info["outputs"][0]["sources"].get<int>();
  CHECK(sources >= 20);
  const auto recovered = here.sheaf({"recover", "x.h5"});
  CHECK(recovered.status == 0);
  CHECK(here.names("x.h5") == Ids{"x.h5"});
  CHECK(here.ids("x.h5").size() == static_cast<std::size_t>(sources));
  CHECK(std::system(("h5dump " + (here / "x.h5").string() + " >/dev/null").c_str()) == 0);
  CHECK(here.sheaf({"ingest", "p", "-o", "x.h5", "-f", "image"}).status == 0);
  CHECK(here.ids("x.h5").size() == 600);
  CHECK(here.json({"info", "x.h5"})["complete"] == true);
  CHECK(here.names("x.h5") == Ids{"x.h5"});
}

TEST_CASE("Another process reads the last commit while a file is written", "[host][cli][keep]") {
  const Workplace here;
  pictures(here, 1500);
  Running ingest(here, {"p", "-o", "x.h5", "-q", "--commit-every", "10", "-f", "image"});
  while (!ingest.has_ended() && !fs::exists(here / "x.h5")) std::this_thread::yield();
  std::size_t last = 0;
  while (!ingest.has_ended()) {
    const auto info = here.sheaf({"info", "x.h5", "--json"});
    INFO(info.err);
    REQUIRE(info.status == 0);
    const auto json = nlohmann::json::parse(info.out);
    const auto sources = json["outputs"][0]["sources"].get<std::size_t>();
    CHECK(json["outputs"][0]["shape"][0] == sources);
    CHECK(sources >= last);
    last = sources;
  }
  CHECK(here.ids("x.h5").size() == 1500);
}

TEST_CASE("Two processes don't write to one file", "[host][cli][keep]") {
  const Workplace here;
  here.picture("p/1.ppm");
  REQUIRE(here.sheaf({"ingest", "p", "-o", "x.h5", "-f", "image"}).status == 0);
  pictures(here, 1500);
  Running ingest(here, {"p", "-o", "x.h5", "-q", "--commit-every", "5", "-f", "image"});
  while (!ingest.has_ended() && !fs::exists(here / "x.h5-journal")) std::this_thread::yield();
  const auto other = here.sheaf({"ingest", "p", "-o", "x.h5", "-f", "image"});
  if (ingest.has_ended()) return;  // too fast for this
  CHECK(other.status == 1);
  CHECK_THAT(other.err, Contains("x.h5") && Contains("another process"));
}
