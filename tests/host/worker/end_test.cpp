// SPDX-License-Identifier: MIT
// Plugins that never work: quarantine, the stages around loading, and what is left behind.
#include <cerrno>
#include <thread>

#include <sys/resource.h>
#include <sys/wait.h>

#include "core/error.hpp"
#include "tests/host/worker/deadly.hpp"

using namespace sheaf;
using namespace sheaf::host;
using test::find_failure;
using test::Ward;

namespace {

std::size_t open_files() {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    count += entry.path().empty() ? 0 : 1;
  }
  return count;
}

std::size_t worker_folders() {
  std::size_t count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::temp_directory_path())) {
    count += entry.path().filename().string().starts_with("sheaf-worker-") ? 1 : 0;
  }
  return count;
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

TEST_CASE("a plugin that dies on everything is quarantined after a few workers",
          "[host][worker][quarantine]") {
  const unsigned workers = GENERATE(1U, 3U);
  CAPTURE(workers);
  Ward ward(300, "segv");
  ward.options.limits.workers = workers;
  const test::WorkerCount count;
  const Summary summary = ward.ingest();
  CHECK(count.get() < 45);
  CHECK((summary.failed == 300 && summary.stored == 300));
  std::size_t crashes = 0;
  for (const layout::Failure& failure : summary.failures) {
    CHECK(failure.feature == "deadly");
    if (failure.status == "crash") {
      ++crashes;
      continue;
    }
    CHECK(failure.status == "plugin");
    CHECK_THAT(failure.message, Catch::Contains("quarantined") && Catch::Contains("SIGSEGV"));
  }
  CHECK((crashes >= 5 && crashes < 45));
  const layout::Reader reader = ward.world.reader();
  CHECK(test::rows_of<std::int32_t>(reader, "bystander", Ward::id(299)) ==
        std::vector<std::int32_t>{test::number_of(Ward::id(299))});
}

TEST_CASE("a plugin that hangs on everything is quarantined sooner", "[host][worker][quarantine]") {
  Ward ward(100, "sleep");
  ward.options.limits.source_time = std::chrono::milliseconds(150);
  const auto begin = std::chrono::steady_clock::now();
  const Summary summary = ward.ingest();
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(3));
  CHECK((summary.failed == 100 && summary.stored == 100));
  CHECK_THAT(summary.failures.back().message,
             Catch::Contains("quarantined") && Catch::Contains("took longer than the limit"));
}

TEST_CASE("a plugin that dies as it is opened ends the run and says where",
          "[host][worker][fault]") {
  const std::string stage = GENERATE("open", "survey", "describe");
  CAPTURE(stage);
  Ward ward(10);
  ward.features({"bystander", "staged:at=" + stage});
  CHECK_THROWS_WITH(ward.ingest(), Catch::Contains("feature 'test.staged': 3 workers in a row") &&
                                       Catch::Contains("SIGSEGV"));
  CHECK_FALSE(std::filesystem::exists(ward.world.out()));
}

TEST_CASE("a plugin that hangs as it is opened can be stopped", "[host][worker][fault]") {
  Ward ward(10);
  ward.features({"staged:at=hang-open"});
  std::jthread user([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    ward.world.stop = true;
  });
  CHECK_THROWS_AS(ward.ingest(), Error);
  CHECK_FALSE(std::filesystem::exists(ward.world.out()));
}

TEST_CASE("a plugin that dies in finish or close costs no rows", "[host][worker][fault]") {
  const auto [stage, message] = GENERATE(table<std::string, std::string>({
      {"finish", "finish failed: killed by SIGSEGV"},
      {"hang-finish", "finish failed: took longer"},
      {"garbage-finish", "finish failed: sent a message that makes no sense"},
      {"close", ""},
      {"hang-close", ""},
  }));
  CAPTURE(stage);
  Ward ward(10);
  ward.options.limits.source_time = std::chrono::milliseconds(100);
  ward.features({"staged:at=" + stage, "bystander"});
  const auto begin = std::chrono::steady_clock::now();
  const Summary summary = ward.ingest();
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(3));
  CHECK((summary.written && summary.stored == 10));
  CHECK(summary.failures.size() == (message.empty() ? 0 : 1));
  if (!message.empty()) CHECK_THAT(summary.failures.at(0).message, Catch::Contains(message));
  CHECK(test::rows_of<std::int32_t>(ward.world.reader(), "staged", Ward::id(9)) ==
        std::vector<std::int32_t>{test::number_of(Ward::id(9))});
}

TEST_CASE("fifty deaths leave no open files, processes or folders", "[host][worker]") {
  Ward ward(120);
  for (int number = 10; number < 110; number += 4) ward.spoil(number, "segv");
  ward.ingest();  // what is opened once for all
  const std::size_t files = open_files();
  const std::size_t folders = worker_folders();
  const test::WorkerCount count;
  ward.check(ward.ingest(), "crash", "SIGSEGV");
  CHECK(count.get() >= 50);
  CHECK(open_files() == files);
  CHECK(worker_folders() == folders);
  CHECK((waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD));
}

TEST_CASE("a run that fails or is stopped leaves no processes or folders", "[host][worker]") {
  const std::size_t files = open_files();
  const std::size_t folders = worker_folders();
  {
    Ward ward(100, "nap 20");
    ward.features({"deadly"});
    std::jthread user([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      ward.world.stop = true;
    });
    try {
      CHECK(ward.ingest().interrupted);
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::Cancelled);
    }
    ward.options.stop_on_error = true;
    ward.spoil(50, "source-error");
    CHECK_THROWS_AS(ward.ingest(), Error);
  }
  CHECK(open_files() == files);
  CHECK(worker_folders() == folders);
  CHECK((waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD));
}

TEST_CASE("a worker that closed its output doesn't keep the host busy", "[host][worker]") {
  Ward ward(20);
  ward.options.limits.workers = 1;
  ward.options.limits.source_time = std::chrono::seconds(5);
  ward.world.source(Ward::id(3), "close-stdout");
  ward.world.source(Ward::id(4), "nap 1000");
  const double before = cpu_seconds();
  CHECK(ward.ingest().failures.empty());
  CHECK(cpu_seconds() - before < 0.25);
}
