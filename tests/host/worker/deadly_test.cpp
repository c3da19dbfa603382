// SPDX-License-Identifier: MIT
// Whatever a plugin does to its process costs the sources it does it with, and no other.
#include "tests/host/worker/deadly.hpp"

#include "host/worker/confine.hpp"

using namespace sheaf;
using namespace sheaf::host;
using test::CapturedLog;
using test::find_failure;
using test::Ward;

namespace {

std::string replay_of(const Ward& ward, int number) {
  return fmt::format("sheaf ingest --in-process --overwrite -o replay.h5 -f 'test.deadly' '{}'",
                     (ward.world.in() / Ward::id(number)).string());
}

}  // namespace

TEST_CASE("a source that kills its worker is blamed with the signal, and no other",
          "[host][worker][fault]") {
  const auto [act, message] = GENERATE(table<std::string, std::string>({
      {"segv", "killed by SIGSEGV (Segmentation fault)"},
      {"segv-after-rows", "SIGSEGV"},
      {"ignore-segv", "SIGSEGV"},
      {"stack-overflow", "SIGSEGV"},
      {"abort", "killed by SIGABRT (Aborted)"},
      {"noexcept", "SIGABRT"},
      {"throw-in-thread", "SIGABRT"},
      {"illegal", "killed by SIGILL"},
      {"kill-self", "killed by SIGKILL"},
      {"exit 3", "called exit(3)"},
      {"exit 0", "called exit(0)"},
      {"_exit 7", "called exit(7)"},
      {"quick-exit", "called exit(0)"},
  }));
  CAPTURE(act);
  Ward ward(100);
  ward.spoil(70, act);
  const Summary summary = ward.ingest();
  ward.check(summary, "crash", message);
  REQUIRE(summary.failures.size() == 1);
  CHECK_THAT(summary.failures[0].message, Catch::Contains(replay_of(ward, 70)));
}

TEST_CASE("it doesn't matter where the deadly sources stand, nor how many workers there are",
          "[host][worker][fault]") {
  const unsigned workers = GENERATE(1U, 2U, 3U);
  const std::vector<int> numbers =
      GENERATE(std::vector<int>{0}, std::vector<int>{149}, std::vector<int>{63, 64},
               std::vector<int>{70, 71, 72}, std::vector<int>{0, 40, 127, 128, 149});
  CAPTURE(workers, numbers);
  Ward ward(150);
  ward.options.limits.workers = workers;
  for (const int number : numbers) ward.spoil(number, "segv");
  ward.check(ward.ingest(), "crash", "SIGSEGV");
}

TEST_CASE("a whole batch of deadly sources between good ones is blamed source by source",
          "[host][worker][fault]") {
  Ward ward(150);
  for (int number = 64; number < 94; ++number) ward.spoil(number, "_exit 9");
  ward.check(ward.ingest(), "crash", "called exit(9)");
}

TEST_CASE("the order of features doesn't matter to who is blamed", "[host][worker][fault]") {
  const std::string act =
      GENERATE("segv", "close-channel", "control-segv", "protect", "garbage", "after-commit");
  CAPTURE(act);
  Ward ward(20);
  ward.features({"bystander", "deadly", "heir"});
  ward.spoil(9, act);
  const Summary summary = ward.ingest();
  CHECK(summary.failures.size() == 1);
  CHECK(find_failure(summary, Ward::id(9), "deadly") != nullptr);
  ward.check_stored();
}

TEST_CASE("a source that takes too long is ended, and no other", "[host][worker][fault]") {
  const std::string act = GENERATE("sleep", "spin", "catch-segv", "print-forever", "log-forever");
  CAPTURE(act);
  Ward ward(100);
  ward.spoil(30, act);
  ward.check(ward.ingest(), "timeout", "took longer than the limit of 0.4 s");
}

TEST_CASE("many sources that are slow, but not too slow, may take longer together",
          "[host][worker]") {
  Ward ward(30, "nap 40");
  CHECK(ward.ingest().failures.empty());
  ward.check_stored();
}

TEST_CASE("a source that takes too much memory is ended, and no other", "[host][worker][fault]") {
  Ward ward(100);
  ward.options.limits.source_memory = std::size_t{160} << 20U;
  ward.options.limits.source_time = std::chrono::seconds(5);
  ward.spoil(30, "grow 5");
  ward.check(ward.ingest(), "memory", "took more memory than the limit of 160 MiB");
}

TEST_CASE("a plugin that leaks a little on every source costs none", "[host][worker][fault]") {
  Ward ward(150, "leak 10");
  ward.options.limits.source_memory = std::size_t{160} << 20U;
  CHECK(ward.ingest().failures.empty());
  ward.check_stored();
}

TEST_CASE("a plugin that leaves files open costs no source", "[host][worker][fault]") {
  Ward ward(1200, "leak-file");
  ward.options.limits.workers = 1;
  CHECK(ward.ingest().failures.empty());
}

TEST_CASE("writing outside of a slot costs the source that does it", "[host][worker][fault]") {
  const auto [act, status, message] = GENERATE(table<std::string, std::string, std::string>({
      {"after-1", "source", "wrote past the 16 bytes of its slot"},
      {"after-commit", "damage", "the memory behind a slot was written to"},
      {"after-1M", "source", "wrote past the 16 bytes of its slot"},
      {"after-1G", "crash", "SIGSEGV"},
      {"before-1G", "crash", "SIGSEGV"},
      {"unmap", "crash", "SIGSEGV"},
      {"protect", "crash", "SIGSEGV"},
      {"control-segv", "crash", "SIGSEGV"},
      {"shape-in-place", "damage", "of a shape that it didn't describe"},
  }));
  CAPTURE(act);
  Ward ward(100);
  ward.options.limits.source_time = std::chrono::seconds(20);  // filling a gigabyte takes a while
  ward.spoil(30, act);
  ward.check(ward.ingest(), status, message);
}

TEST_CASE("writing before its slot costs no other source", "[host][worker][fault]") {
  Ward ward(100);
  ward.spoil(30, "before");
  // Alone in its tray it runs into the guard page before that.
  ward.check(ward.ingest(), "crash", "SIGSEGV");
}

TEST_CASE("rows that are on their way can't be written to", "[host][worker][fault]") {
  const CapturedLog log;
  Ward ward(200);
  ward.options.limits.workers = 1;
  ward.world.source(Ward::id(10), "keep");
  ward.world.source(Ward::id(150), "delivered");  // of the next job
  CHECK(ward.ingest().failures.empty());          // alone it has no slot of before
  ward.check_stored();
  CHECK_THAT(log.text(), Catch::Contains("killed by SIGSEGV") &&
                             Catch::Contains("'150.deadly', but not when that was tried again"));
}

TEST_CASE("what is only written to the page of hints costs nothing", "[host][worker][fault]") {
  const std::string act = GENERATE("control", "stop-all");
  CAPTURE(act);
  Ward ward(200);
  ward.spoil(70, act);
  const Summary summary = ward.ingest();
  CHECK(summary.written);
  CHECK(summary.failures.size() <= 1);
  ward.check_stored(summary.failures.empty());
}

TEST_CASE("closing, truncating or filling the host's files costs one source at most",
          "[host][worker][fault]") {
  const auto [act, status, message] = GENERATE(table<std::string, std::string, std::string>({
      {"truncate", "", ""},
      {"close-stdout", "", ""},
      {"close-all", "crash", "closed its connection to the host"},
      {"close-channel", "crash", "closed its connection to the host"},
      {"close-and-open", "crash", "closed its connection to the host"},
      {"shut-down", "crash", "closed its connection to the host"},
      {"garbage", "damage", "sent what is no message"},
      {"half-a-message", "timeout", "took longer"},
  }));
  CAPTURE(act);
  Ward ward(100);
  ward.spoil(30, act);
  const Summary summary = ward.ingest();
  if (!status.empty()) return ward.check(summary, status, message);
  CHECK(summary.failures.empty());
  ward.check_stored(true);
}

TEST_CASE("what a plugin returns or throws costs its source", "[host][worker][fault]") {
  const auto [act, message] = GENERATE(table<std::string, std::string>({
      {"wrong-shape", "shape (3,)"},
      {"source-error", "a bad source"},
      {"no-such-act", "no such act"},
  }));
  Ward ward(100);
  ward.spoil(30, act);
  ward.check(ward.ingest(), "source", message);
}

TEST_CASE("an exception through the C boundary is told from a crash", "[host][worker][fault]") {
  const auto [act, message] = GENERATE(table<std::string, std::string>({
      {"throw", "an exception crossed the C boundary: thrown through C"},
      {"garbage-status", "returned the unknown status"},
      {"plugin-error", "a broken plugin"},
  }));
  Ward ward(100);
  ward.options.limits.workers = 1;
  ward.spoil(99, act);
  ward.check(ward.ingest(), "plugin", message);
}

TEST_CASE("a thread that dies after its source was loaded costs no other source",
          "[host][worker][fault]") {
  const unsigned workers = GENERATE(1U, 2U);
  const std::string act = GENERATE("late-thread 1", "late-thread 10", "late-thread 30");
  CAPTURE(workers, act);
  Ward ward(100, "nap 2");
  ward.options.limits.workers = workers;
  ward.spoil(30, act);
  const Summary summary = ward.ingest();
  CHECK(summary.failures.size() <= 1);
  if (summary.failures.size() == 1) CHECK(summary.failures[0].id == Ward::id(30));
  ward.check_stored(summary.failures.empty());
}

TEST_CASE("several threads that die late don't quarantine a bystander", "[host][worker][fault]") {
  Ward ward(60, "nap 2");
  ward.options.limits.workers = 1;
  for (const int number : {10, 20, 30, 40, 50}) ward.spoil(number, "late-thread 5");
  const Summary summary = ward.ingest();
  for (const layout::Failure& failure : summary.failures) {
    CHECK(failure.feature == "deadly");
    CHECK(ward.spoilt.contains(std::stoi(failure.id)));
  }
}

TEST_CASE("escapes are denied and cost their source", "[host][worker][confine]") {
  const bool has_landlock = worker::available_confinement().landlock_abi > 0;
  Ward ward(40);
  int number = 1;
  std::vector<std::string> acts{"kill-host",  "kill-group",  "kill-all",  "tkill-host",
                                "limit-host", "fork",        "fork-bomb", "exec",
                                "socket",     "chmod-source"};
  if (has_landlock) {
    acts.insert(acts.end(), {"write-tmp", "write-beside", "write-source", "unlink-source"});
  } else {
    WARN("this kernel has no Landlock; what it denies isn't tested");
  }
  for (const std::string& act : acts) ward.spoil(number++, act);
  ward.world.source(Ward::id(39), "write-own");
  const Summary summary = ward.ingest();
  ward.check(summary, "source", "denied: ");
  CHECK_FALSE(std::filesystem::exists(ward.world.in() / "was-here"));
  CHECK_FALSE(std::filesystem::exists("/tmp/sheaf-deadly-was-here"));
}

TEST_CASE("state of the process that a plugin changed is put back and told",
          "[host][worker][fault]") {
  const auto [act, message] = GENERATE(table<std::string, std::string>({
      {"locale", "changed the locale to 'C.UTF-8'"},
      {"chdir", "changed the working directory to '/'"},
      {"umask", "changed the umask to 000"},
      {"flush-to-zero", "changed how floating-point numbers are rounded or flushed to zero"},
  }));
  CAPTURE(act);
  const CapturedLog log;
  Ward ward(100);
  ward.spoil(30, act);
  CHECK(ward.ingest().failures.empty());
  ward.check_stored(true);
  CHECK_THAT(log.text(), Catch::Contains(message + ", which plugins must leave alone"));
}

TEST_CASE("sources that are named relatively are found although a plugin changed the folder",
          "[host][worker][fault]") {
  Ward ward(100);
  ward.spoil(30, "chdir");
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(ward.world.folder.path());
  ward.options.sources = {"in/"};
  const Summary summary = ward.ingest();
  std::filesystem::current_path(before);
  CHECK(summary.failures.empty());
  ward.check_stored(true);
}

TEST_CASE("what a plugin prints goes to the log with its name", "[host][worker][fault]") {
  const CapturedLog log;
  Ward ward(10);
  ward.features({"deadly"});
  ward.world.source(Ward::id(3), "print hello\x1b[31m");
  ward.world.source(Ward::id(6), "print-no-newline");
  CHECK(ward.ingest().failures.empty());
  CHECK_THAT(log.text(), Catch::Contains("test.deadly: on stdout hello"));
  CHECK_THAT(log.text(), Catch::Contains("test.deadly: on stderr hello"));
  CHECK_THAT(log.text(), Catch::Contains("no newline here"));
  CHECK_THAT(log.text(), Catch::Contains("nor there"));
  CHECK(log.text().find('\x1b') == std::string::npos);
}

TEST_CASE("what a plugin printed before it died is in the log", "[host][worker][fault]") {
  const CapturedLog log;
  Ward ward(10);
  ward.spoil(3, "noexcept");
  ward.spoil(5, "print-and-die");
  ward.ingest();
  CHECK_THAT(log.text(), Catch::Contains("last words"));
  CHECK_THAT(log.text(), Catch::Contains("out of a noexcept function"));
}

TEST_CASE("a plugin may print a lot, which costs neither sources nor a flood",
          "[host][worker][fault]") {
  const std::string act = GENERATE("print-10M", "print-10M-in-a-line");
  const CapturedLog log;
  Ward ward(10);
  ward.options.limits.source_time = std::chrono::seconds(10);
  ward.world.source(Ward::id(3), act);
  CHECK(ward.ingest().failures.empty());
  CHECK(log.text().size() < 200'000);
  CHECK_THAT(log.text(), Catch::Contains("lines more"));
}
