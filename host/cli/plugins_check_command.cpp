// SPDX-License-Identifier: MIT
// `sheaf plugins check`
#include <algorithm>
#include <random>
#include <thread>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "core/error.hpp"
#include "host/cli/command.hpp"
#include "host/cli/format.hpp"
#include "host/cli/terminal.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/record.hpp"
#include "host/conformance/tests.hpp"
#include "host/source/source.hpp"
#include "host/worker/confine.hpp"
#include "host/worker/scan.hpp"

namespace sheaf::host::cli {
namespace {

using conformance::Finding;
using conformance::Grade;
using conformance::Level;
using conformance::Report;
using conformance::TestResult;

constexpr const char* check_footer = R"(
Each test runs in a process of its own. Most of them load good sources, so give some: a few small
ones for each feature. The report is kept by the binary's SHA-256, and `sheaf plugins info` and the
setting require_conformance ask for it. docs/conformance.md says what each test does.

Exit status: 0 passed (there may be notes and warnings), 1 failed, 2 usage.

Examples:
  sheaf plugins check build/tones.so --with samples/
  sheaf plugins check sheaf.image --with photos/cats/*.jpg
  sheaf plugins check scan.so --with scans --set scan:calibration=2.5
  sheaf plugins check scan.so --with scans --only hostile --seed 7 --case 31 --in-process)";

struct Options {
  std::string plugin;
  std::vector<std::string> sources;
  std::vector<std::string> settings;
  std::vector<std::string> only;
  std::string feature;
  std::optional<std::uint64_t> seed;
  std::optional<std::uint64_t> only_case;
  double timeout = 20;
  std::vector<std::string> allow;
  unsigned jobs = 0;
  bool in_process = false;
  bool json = false;
};

// A file, or the id of a plugin that is installed.
std::filesystem::path file_of(const std::string& name) {
  if (std::filesystem::exists(name)) return name;
  if (name.find('/') == std::string::npos && !name.ends_with(".so")) {
    const plugin::Catalog catalog = worker::scan_in_workers();
    if (const plugin::Plugin* found = catalog.find_plugin(name)) return found->file;
  }
  throw Error(ErrorCode::NotFound, name,
              "is neither a file nor the id of a plugin; `sheaf plugins` lists those installed");
}

conformance::Request request_of(const Options& options) {
  conformance::Request request;
  request.file = file_of(options.plugin);
  request.sources = options.sources;
  request.settings = options.settings;
  request.only = options.only;
  request.feature = options.feature;
  request.seed = options.seed ? *options.seed : std::random_device()() % 1'000'000;
  request.only_case = options.only_case;
  request.limit = std::chrono::milliseconds(static_cast<std::int64_t>(options.timeout * 1000));
  for (const std::string& word : options.allow) request.allowed |= worker::parse_allow(word);
  request.jobs =
      options.jobs > 0 ? options.jobs : std::max(std::thread::hardware_concurrency(), 1U);
  request.in_process = options.in_process;
  return request;
}

const char* mark_of(const Report& report, const TestResult& result) {
  if (result.has_errors) return "✗";
  const bool warned = std::ranges::any_of(report.findings, [&](const Finding& finding) {
    return test_of(finding) == result.test && finding.feature == result.feature &&
           finding.level == Level::Warning;
  });
  return warned ? "!" : "✓";
}

// Those of a feature that weren't run, in a line for each reason.
void print_not_run(const Report& report, const std::string& feature) {
  std::vector<std::pair<std::string, std::string>> reasons;
  for (const TestResult& result : report.results) {
    if (result.feature != feature || result.not_run.empty()) continue;
    auto known =
        std::ranges::find(reasons, result.not_run, &std::pair<std::string, std::string>::first);
    if (known == reasons.end()) known = reasons.insert(known, {result.not_run, {}});
    known->second += (known->second.empty() ? "" : ", ") + result.test;
  }
  for (const auto& [why, tests] : reasons)
    fmt::print("  · not run: {}\n    since {}\n", tests, why);
}

void print_results(const Report& report) {
  for (std::size_t i = 0; i < report.results.size(); ++i) {
    const TestResult& result = report.results[i];
    const bool is_first = i == 0 || report.results[i - 1].feature != result.feature;
    if (is_first) fmt::print("\n{}\n", result.feature.empty() ? "the file" : result.feature);
    const conformance::Test* const test = conformance::find_test(result.test);
    if (result.not_run.empty() && test != nullptr) {
      fmt::print("  {} {:<12} {}\n", mark_of(report, result), result.test, test->about);
    }
    const bool is_last =
        i + 1 == report.results.size() || report.results[i + 1].feature != result.feature;
    if (is_last) print_not_run(report, result.feature);
  }
}

void print_finding(const Finding& finding) {
  fmt::print("\n{}  {}{}\n  {}\n", name_of(finding.level), finding.test,
             finding.feature.empty() ? "" : " of " + finding.feature, printable(finding.message));
  if (!finding.remedy.empty()) fmt::print("  remedy: {}\n", finding.remedy);
  if (!finding.command.empty()) fmt::print("  again:  {}\n", finding.command);
}

std::string verdict(const Report& report) {
  const auto ran = static_cast<std::size_t>(std::ranges::count_if(
      report.results, [](const TestResult& result) { return result.not_run.empty(); }));
  std::string text = report.grade() == Grade::Failed ? "FAILED" : "passed";
  if (report.grade() == Grade::Full) text += " in full";
  text += ": " + counted(ran, "test");
  if (ran < report.results.size()) text += fmt::format(", {} not run", report.results.size() - ran);
  for (const Level level : {Level::Error, Level::Warning, Level::Note}) {
    if (report.count(level) > 0) text += ", " + counted(report.count(level), name_of(level));
  }
  return text;
}

void print_report(const Report& report) {
  fmt::print("{}{}\n  sha256  {}\n",
             report.id.empty() ? "" : fmt::format("{} {}  ", report.id, report.version),
             report.file, report.digest);
  fmt::print("  checked by sheaf {} with {}, seed {}{}\n", report.sheaf,
             counted(report.sources, "source"), report.seed,
             report.abi.empty() ? "" : "; built for ABI " + report.abi);
  print_results(report);
  for (const Level level : {Level::Note, Level::Warning, Level::Error}) {
    for (const Finding& finding : report.findings) {
      const bool is_shown_above = finding.message.starts_with("not run: ");
      if (finding.level == level && !is_shown_above) print_finding(finding);
    }
  }
  fmt::print("\n{}\n", verdict(report));
}

// Where the report is kept, for the last line.
std::string keep(const conformance::Request& request, const Report& report) {
  if (!request.is_whole()) return "not kept: it is of a part of the tests only";
  try {
    return "kept as " + conformance::save(report).string();
  } catch (const Error& error) {
    return std::string("not kept: ") + error.what();
  }
}

int checked(const Options& options) {
  const conformance::Request request = request_of(options);
  std::size_t done = 0;
  const bool shows = !options.json && isatty(STDERR_FILENO) != 0;
  const Report report = conformance::check(request, [&](const TestResult& result) {
    if (!shows) return;
    to_stderr(fmt::format("\r\x1b[K{} {} {}", ++done, result.feature, result.test));
  });
  if (shows) to_stderr("\r\x1b[K");
  const std::string kept = keep(request, report);
  if (options.json) {
    fmt::print("{}\n", to_json(report));
  } else {
    print_report(report);
    fmt::print("the report is {}\n", kept);
  }
  return report.grade() == Grade::Failed ? exit_nothing_done : exit_ok;
}

// A plugin that failed is told from a slip of the pen.
int check_command(const Options& options) {
  try {
    return checked(options);
  } catch (const Error& error) {
    print_error(error.what());
    return error.code() == ErrorCode::Cancelled ? exit_interrupted : exit_usage;
  }
}

std::vector<std::string> test_names() {
  std::vector<std::string> names;
  for (const conformance::Test& test : conformance::all_tests()) names.emplace_back(test.name);
  return names;
}

}  // namespace

void add_plugins_check(CLI::App& plugins, Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = plugins.add_subcommand("check", "Finds what a plugin does that it mustn't");
  command->footer(check_footer);
  command->add_option("PLUGIN", options->plugin, "A plugin's file, or its id")->required();
  command->add_option("--with", options->sources, "Good sources: files, folders, globs")
      ->type_name("SOURCE");
  command
      ->add_option("--set", options->settings, "Parameters of a feature, as -f of `sheaf ingest`")
      ->type_name("FEATURE:PARAM=VALUE")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
  command->add_option("--only", options->only, "Run this test only; may be repeated")
      ->type_name("TEST")
      ->check(CLI::IsMember(test_names()))
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
  command->add_option("--feature", options->feature, "Check this feature only");
  command->add_option("--seed", options->seed, "Of damaged sources; any number");
  command->add_option("--case", options->only_case, "Run this case of the test only");
  command->add_option("--timeout", options->timeout, "The longest a case may take, in seconds")
      ->check(CLI::Range(0.01, 86400.0))
      ->capture_default_str();
  command->add_option("--allow", options->allow, "What confinement leaves to it")
      ->check(CLI::IsMember({"network", "programs", "write"}))
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
  command->add_option("--jobs", options->jobs, "Tests at a time; the number of cores if not given")
      ->check(CLI::Range(1, 256));
  command
      ->add_flag("--in-process", options->in_process,
                 "Run the test in this process, for a debugger")
      ->needs("--only");
  command->add_flag("--json", options->json, "Print the report as JSON");
  command->callback([options, &run] { run = [options] { return check_command(*options); }; });
}

}  // namespace sheaf::host::cli
