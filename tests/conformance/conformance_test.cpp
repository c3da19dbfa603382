// SPDX-License-Identifier: MIT
// The conformance kit finds each defect of bad_plugin.c, and nothing where there is none.
#include <algorithm>
#include <cstdlib>
#include <set>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "host/conformance/check.hpp"
#include "tests/conformance/kit.hpp"

using namespace sheaf::host::conformance;
using sheaf::test::Kit;

namespace {

using Tests = std::set<std::string>;

// A defect, the test that is there for it, what that says, and other tests that see it too: what a
// plugin remembers or breaks shows in more ways than one.
struct Defect {
  std::string name;
  std::string test;
  std::string message;
  Tests also = {};
};

Tests tests_with(const Report& report, Level level) {
  Tests tests;
  for (const Finding& finding : report.findings) {
    if (finding.level == level) tests.insert(finding.test);
  }
  return tests;
}

bool says(const Report& report, const Defect& defect, Level level) {
  return std::ranges::any_of(report.findings, [&](const Finding& finding) {
    return finding.test == defect.test && finding.level == level &&
           finding.message.find(defect.message) != std::string::npos;
  });
}

void check_found(const Defect& defect, Level level, double seconds = 20) {
  const Kit kit;
  const Report report = kit.check(defect.name, seconds);
  CAPTURE(defect.name, to_json(report));
  CHECK(says(report, defect, level));
  Tests expected = defect.also;
  expected.insert(defect.test);
  const Tests found = tests_with(report, level);
  CHECK(std::ranges::includes(expected, found));
  CHECK(report.grade() == (level == Level::Error ? Grade::Failed : Grade::Full));
}

}  // namespace

TEST_CASE("a plugin without a defect passes every test of the kit", "[conformance]") {
  const Kit kit;
  Request request = kit.request("good");
  request.only.clear();
  const Report report = check(request);
  INFO(to_json(report));
  CHECK(report.grade() == Grade::Full);
  CHECK((report.count(Level::Warning) == 0 && report.count(Level::Error) == 0));
  CHECK(report.results.size() == all_tests().size());
}

TEST_CASE("what a plugin declares wrongly is found without opening it", "[conformance]") {
  check_found(GENERATE(values<Defect>({
                  {"note_differs", "note", "1.0.1, but the note says 'lab.bad' 1.0.0"},
                  {"unwilling", "note", "says that it can't run with this host"},
                  {"entry_crashes", "note", "killed by SIGSEGV"},
                  {"newer_abi", "descriptor", "makes use of ABI 1.99"},
                  {"feature_twice", "descriptor", "feature 'lab.bad' twice"},
                  {"short_feature", "descriptor", "a short sheaf_feature"},
                  {"unknown_flag", "descriptor", "unknown flags 0x40000002"},
                  {"no_load", "descriptor", "open, describe, load or close is missing"},
                  {"bad_name", "descriptor", "its name"},
                  {"null_text", "descriptor", "texts that are none"},
                  {"bad_default", "descriptor", "default that it wouldn't accept"},
                  {"bad_regex", "patterns", "missing )"},
              })),
              Level::Error);
}

TEST_CASE("a plugin whose entry doesn't return is killed", "[conformance]") {
  check_found({"entry_hangs", "note", "was still at it after 0.4 s, and was killed"}, Level::Error,
              0.4);
}

TEST_CASE("instances that don't open or describe themselves wrongly are found", "[conformance]") {
  check_found(GENERATE(values<Defect>({
                  {"open_null", "open", "open returned no instance"},
                  {"open_fails", "open", "failed in open without saying why"},
                  {"open_crashes", "open", "opening the first instance: killed by SIGSEGV"},
                  {"no_output", "open", "describes no output"},
                  {"bad_dtype", "open", "output 'rows' has an unknown dtype"},
                  {"describe_differs", "open", "differently, in attribute 'unit'"},
                  {"second_open",
                   "defaults",
                   "with defaults given explicitly '1.bad': output 'rows' differs",
                   {"interleaved", "workers", "hostile"}},
                  {"extreme_crash", "parameters", "with scale = 9: killed by SIGSEGV"},
                  {"survey_opens", "survey", "sources that can't be read"},
                  {"survey_differs", "survey", "agree on other bytes"},
                  {"finish_remembers", "finish", "on an instance that loaded nothing"},
                  {"finish_crashes", "finish", "finishing a file without rows: killed by SIGSEGV"},
              })),
              Level::Error);
}

TEST_CASE("loads that break the rules of slots are found", "[conformance]") {
  check_found(
      GENERATE(values<Defect>({
          {"load_crashes", "rows", "loading '1.bad': killed by SIGSEGV"},
          {"wrong_shape", "rows",
           "reserves rows of shape (4, 1) for output 'rows', which has (-1,)"},
          {"commits_more", "rows", "commits 4 rows where it reserved 3"},
          {"no_reserve", "rows", "commits rows of output 2 without having reserved any"},
          {"bad_utf8", "rows", "string 0 is not UTF-8"},
          {"wrong_offsets", "rows", "string 0 has offsets 0 to 105 in 5 bytes"},
          {"bad_bool", "rows", "commits the bool 7"},
          {"empty_with_rows", "rows", "says there are no rows, and commits some"},
          {"unknown_status", "rows", "returned the unknown status 42"},
          {"ends_the_run", "rows", "'fatal' (all is lost), which ends more than this source"},
          {"unwritten", "poison",
           "output 'rows' has 2 bytes that were never written, the first in "
           "row 2, byte 6 of its 8"},
          {"overflow", "guard", "wrote beside the 24 bytes of its slot"},
          {"overflow_far", "guard", "end at a page of no access: killed by SIGSEGV"},
          {"underflow", "guard", "begin behind a page of no access: killed by SIGSEGV"},
          {"late_write", "guard", "killed by SIGSEGV"},
          {"strlen_of_id", "guard", "id, URI and bytes end at a page of no access: killed by"},
          {"overreads", "guard", "bytes end at a page of no access: killed by SIGSEGV"},
          {"ignores_reserve", "refusal", "comes to 'ok' although the host refused reserve 0"},
          {"ignores_commit", "refusal", "although the host refused commit"},
          {"wrong_status", "refusal", "comes to 'fatal'"},
      })),
      Level::Error);
}

TEST_CASE("plugins whose rows depend on what else they do are found", "[conformance]") {
  check_found(GENERATE(values<Defect>({
                  {"remembers",
                   "interleaved",
                   "gives another result than alone: output 'rows' differs in",
                   {"workers", "hostile", "refusal", "defaults"}},
                  {"races", "workers", "loaded in one of many threads gives another result"},
                  {"hurt_by_bad", "hostile", "after bad sources the same instance loads"},
              })),
              Level::Error);
}

TEST_CASE("sources that are damaged must be errors and nothing worse", "[conformance]") {
  check_found(GENERATE(values<Defect>({
                  {"trusts_header", "hostile", "killed by SIGSEGV"},
                  {"crashes_on_bad", "hostile", "(empty): killed by SIGSEGV", {"leaks"}},
                  {"exits_on_bad", "hostile", "called exit(3)", {"leaks"}},
                  {"blames_itself", "hostile", "one bad source would cost all others"},
              })),
              Level::Error);
  check_found({"hangs_on_empty", "hostile", "(empty): was still at it after 3 s", {"leaks"}},
              Level::Error, 3);
}

TEST_CASE("what piles up in a process is found", "[conformance]") {
  check_found(
      GENERATE(values<Defect>({
          {"leak_memory", "leaks", "opening, loading and closing leaves 32 bytes of memory"},
          {"leak_map", "leaks", "leaves 2.62e+05 bytes of mapped memory"},
          {"leak_on_error", "leaks", "loading sources that fail leaves"},
          {"leak_file", "leaks", "leaves 1 open files behind"},
          {"leak_thread", "leaks", "leaves 1 threads behind"},
      })),
      Level::Error);
}

TEST_CASE("what a plugin changes in the process is found, and when", "[conformance]") {
  check_found(
      GENERATE(values<Defect>({
          {"changes_at_load", "manners", "environment variable LAB_BAD when it is loaded"},
          {"changes_umask", "manners", "changed the umask to 000 in open"},
          {"changes_locale", "manners", "changed the locale to 'C.UTF-8' while it loads '1.bad'"},
          {"changes_folder", "manners", "changed the working directory to '/'"},
          {"changes_rounding", "manners", "changed how floating-point numbers are rounded"},
          {"changes_environment", "manners", "changed the environment variable LAB_BAD"},
          {"changes_signals", "manners", "changed what SIGUSR1 does"},
          {"closes_stdin", "manners", "closed or replaced stdin"},
          {"prints", "manners", "prints to stdout: hello from lab.bad"},
      })),
      Level::Error);
}

TEST_CASE("no two instances of an exclusive feature are open at once", "[conformance]") {
  const Kit kit;
  const Report report = kit.check("exclusive");
  INFO(to_json(report));
  CHECK(report.grade() == Grade::Full);
}

TEST_CASE("a test that a plugin dies in goes on behind the case it died of", "[conformance]") {
  const Kit kit;
  Request request = kit.request("crashes_on_bad");
  request.only = {"hostile"};
  Tests cases;
  for (const Finding& finding : check(request).findings) {
    CHECK_THAT(finding.message, Catch::Contains("killed by SIGSEGV"));
    cases.insert(finding.message);
  }
  CHECK(cases.size() == 3);
}

TEST_CASE("without sources what can be tried is tried", "[conformance]") {
  const Kit kit;
  Request request = kit.request("crashes_on_bad");
  request.sources.clear();
  const Report report = check(request);
  INFO(to_json(report));
  CHECK(says(report, {"", "hostile", "loading 'sample.bad' (empty): killed by SIGSEGV"},
             Level::Error));
  CHECK(says(report, {"", "rows", "there are no sources: give some with --with"}, Level::Note));
}

TEST_CASE("with sources that a plugin refuses there is little to test", "[conformance]") {
  const Kit kit;
  const Report report = kit.check("refuses_all");
  INFO(to_json(report));
  CHECK(says(report, {"", "rows", "refuses every source that was given"}, Level::Warning));
  CHECK(says(report, {"", "rows", "not run: poison, guard, refusal, interleaved, workers, finish"},
             Level::Note));
  CHECK(report.grade() == Grade::Basic);
}

TEST_CASE("what is unwise but no error is a warning", "[conformance]") {
  check_found(GENERATE(values<Defect>({
                  {"no_summary", "descriptor", "the plugin's summary is empty"},
                  {"claims_all", "patterns", "claims any source there is"},
                  {"ok_without_rows", "rows", "says OK and commits no row", {"hostile"}},
                  {"goes_on", "refusal", "goes on after commit returned SHEAF_CANCELLED"},
                  {"silent", "hostile", "refuses '1.bad' (empty) without saying why"},
                  {"complains", "manners", "prints to stderr: lab.bad complains"},
                  {"one_thread_left", "manners", "leaves the thread"},
                  {"many_threads", "manners", "threads more where the budget is 1 in all"},
              })),
              Level::Warning);
}
