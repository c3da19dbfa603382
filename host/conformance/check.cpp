// SPDX-License-Identifier: MIT
#include "host/conformance/check.hpp"

#include <algorithm>
#include <atomic>
#include <ctime>
#include <exception>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "core/error.hpp"
#include "host/conformance/apart.hpp"
#include "host/conformance/samples.hpp"
#include "host/conformance/tests.hpp"
#include "host/conformance/trial.hpp"
#include "host/dispatch/request.hpp"
#include "host/plugin/digest.hpp"
#include "host/plugin/library.hpp"
#include "host/worker/scan.hpp"

namespace sheaf::host::conformance {
namespace {

using plugin::view;
using Told = std::function<void(const TestResult&)>;

struct Job {
  const Test* test = nullptr;
  Task task;
  std::string not_run;
};

std::string now() {
  const std::time_t seconds = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::string quoted(const std::string& text) {
  const std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+./:=,@%";
  if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

// Collects what tests say in this process.
class OwnVoice final : public Voice {
 public:
  explicit OwnVoice(Apart& result) : result_(result) {}
  void entered(const Entered& entered) override {
    fmt::print(stderr, "case {}: {}\n", entered.number, entered.what);
  }
  void found(const Finding& finding) override { result_.findings.push_back(finding); }
  void described(const std::string& bytes) override { result_.description = bytes; }
  void fed(const FedRows& rows) override { result_.rows.push_back(rows); }

 private:
  Apart& result_;
};

class Check {
 public:
  Check(const Request& request, const Told& told) : request_(request), told_(told) {
    report_.file = std::filesystem::absolute(request.file).lexically_normal().string();
    report_.digest = plugin::sha256_of_file(report_.file);
    report_.sheaf = SHEAF_VERSION;
    report_.date = now();
    report_.seed = request.seed;
  }

  Report run() {
    if (read_note() && check_file() && find_features()) check_features();
    if (plugin::sha256_of_file(report_.file) != report_.digest) {
      throw Error(ErrorCode::Invalid, report_.file, "was replaced while it was checked");
    }
    for (Finding& finding : report_.findings) complete(finding);
    return std::move(report_);
  }

 private:
  [[nodiscard]] bool is_wanted(const Test& test) const {
    return request_.only.empty() || std::ranges::count(request_.only, test.name) > 0;
  }

  bool read_note() {
    if (plugin::is_python(report_.file)) return import_loader();
    auto note = plugin::read_compatible_note(report_.file);
    if (const Note* found = std::get_if<Note>(&note)) {
      note_ = *found;
      report_.id = found->id;
      report_.version = found->version;
      report_.abi = fmt::format("{}.{}", found->abi_major, found->abi_minor);
      return true;
    }
    report_.results.push_back({"note", {}, {}, true});
    report_.findings.push_back({"note",
                                Level::Error,
                                {},
                                std::get<std::string>(note),
                                "write SHEAF_NOTE(id, version) once in the plugin",
                                {}});
    return false;
  }

  // A loader in Python has no note: its module says who it is.
  bool import_loader() {
    worker::WorkerScanner scanner;
    const auto scanned = scanner.scan(report_.file, {});
    if (const auto* reason = std::get_if<std::string>(&scanned)) {
      report_.results.push_back({"descriptor", {}, {}, true});
      report_.findings.push_back({"descriptor", Level::Error, {}, *reason, {}, {}});
      return false;
    }
    const sheaf_plugin& plugin = *std::get<const sheaf_plugin*>(scanned);
    note_ = {SHEAF_ABI_MAJOR, plugin.abi_minor, std::string(view(plugin.id)),
             std::string(view(plugin.version))};
    report_.id = note_.id;
    report_.version = note_.version;
    report_.abi = fmt::format("{}.{}", note_.abi_major, note_.abi_minor);
    return true;
  }

  [[nodiscard]] Task task_for(const Test& test) const {
    Task task;
    task.test = test.name;
    task.file = report_.file;
    task.id = note_.id;
    task.version = note_.version;
    task.seed = request_.seed;
    task.first_case = request_.only_case.value_or(0);
    task.only_case = request_.only_case.has_value();
    task.allowed = request_.allowed;
    return task;
  }

  // False when the host would refuse it, and nothing else can be tried.
  bool check_file() {
    const auto is_early = [](std::string_view name) { return name == "elf" || name == "note"; };
    for (const bool early : {true, false}) {
      if (early && plugin::is_python(report_.file)) continue;  // it is no library
      std::vector<Job> jobs;
      for (const Test& test : all_tests()) {
        const bool is_now = test.is_of_file && is_early(test.name) == early;
        if (is_now && is_wanted(test) && request_.feature.empty()) {
          jobs.push_back({&test, task_for(test), {}});
        }
      }
      run(std::move(jobs));
      const bool is_refused = std::ranges::any_of(report_.results, [](const TestResult& result) {
        return result.has_errors && result.test != "elf";
      });
      if (is_refused) return false;
    }
    return true;
  }

  bool find_features() {
    worker::WorkerScanner scanner;
    const auto scanned = scanner.scan(report_.file, note_);
    if (const auto* reason = std::get_if<std::string>(&scanned)) {
      throw Error(ErrorCode::Invalid, report_.file, *reason);
    }
    plugin_ = {std::get<const sheaf_plugin*>(scanned), report_.file, note_.id, note_.version};
    for (std::uint64_t i = 0; i < plugin_.descriptor->feature_count; ++i) {
      const plugin::Feature feature{plugin_.descriptor->features[i], &plugin_};
      const bool is_asked = request_.feature.empty() || feature.name() == request_.feature ||
                            feature.short_name() == request_.feature;
      if (is_asked) features_.push_back(feature);
    }
    if (features_.empty() && !request_.feature.empty()) {
      throw Error(ErrorCode::NotFound, report_.file,
                  fmt::format("has no feature '{}'", request_.feature));
    }
    return true;
  }

  // The parameters that the user gives a feature, as behind -f.
  [[nodiscard]] std::string request_for(const plugin::Feature& feature) const {
    for (const std::string& text : request_.settings) {
      const std::string name = parse_request(text).name;
      if (name == feature.name() || name == feature.short_name()) return text;
    }
    return {};
  }

  [[nodiscard]] std::string missing_parameter(const plugin::Feature& feature) const {
    const std::string request = request_for(feature);
    const auto inputs = request.empty() ? plugin::ParamInputs{} : parse_request(request).params;
    for (std::uint64_t i = 0; i < feature.descriptor->param_count; ++i) {
      const sheaf_param& param = *feature.descriptor->params[i];
      const std::string name(view(param.name));
      if ((param.flags & SHEAF_PARAM_REQUIRED) != 0 && !inputs.contains(name)) {
        return fmt::format("the parameter '{}' is required: give it with --set '{}:{}=…'", name,
                           feature.name(), name);
      }
    }
    return {};
  }

  Apart feed(const plugin::Feature& feature, Chosen chosen) {
    const Test* const test = find_test("feed");
    Task task = task_for(*test);
    task.first_case = 0;
    task.only_case = false;
    task.file = feature.plugin->file.string();
    task.id = feature.plugin->id;
    task.version = feature.plugin->version;
    task.feature = std::string(feature.name());
    task.request = request_for(feature);
    task.samples = std::move(chosen.samples);
    task.input = std::move(chosen.input);
    return run_apart(*test, task, request_.limit);
  }

  void check_features() {
    Samples samples(request_.sources, plugin_,
                    [this](const plugin::Feature& feature, const Chosen& chosen) {
                      return feed(feature, chosen);
                    });
    report_.sources = samples.count();
    run(jobs_for("open", samples));
    run(jobs_for("rows", samples));
    run(jobs_for({}, samples));
    std::ranges::stable_sort(report_.results, {}, [this](const TestResult& result) {
      const auto of = [&](const plugin::Feature& feature) { return feature.name(); };
      return std::ranges::find(features_, result.feature, of) - features_.begin() +
             (result.feature.empty() ? -1000 : 0);
    });
    for (const plugin::Feature& feature : features_) explain_missing(feature);
  }

  // A line for each feature that could have been looked at more closely.
  void explain_missing(const plugin::Feature& feature) {
    std::string tests;
    std::string why;
    for (const TestResult& result : report_.results) {
      if (result.feature != feature.name() || result.not_run.empty()) continue;
      tests += fmt::format("{}{}", tests.empty() ? "" : ", ", result.test);
      if (why.empty()) why = result.not_run;
    }
    if (tests.empty()) return;
    report_.findings.push_back({"rows",
                                Level::Note,
                                std::string(feature.name()),
                                fmt::format("not run: {}: {}", tests, why),
                                {},
                                {}});
  }

  // Whether there is anything to test.
  static bool applies(const Test& test, const sheaf_feature& feature) {
    const std::string_view name = test.name;
    if (name == "survey") return feature.survey != nullptr;
    if (name == "finish") return feature.finish != nullptr;
    if (name == "defaults" || name == "parameters") return feature.param_count > 0;
    return true;
  }

  // `only` empty: all tests of features but those that have gone before.
  std::vector<Job> jobs_for(std::string_view only, Samples& samples) {
    std::vector<Job> jobs;
    for (const plugin::Feature& feature : features_) {
      for (const Test& test : all_tests()) {
        const std::string_view name = test.name;
        const bool is_now = only.empty() ? name != "open" && name != "rows" : name == only;
        if (!is_now || test.is_of_file || !is_wanted(test)) continue;
        if (applies(test, *feature.descriptor)) jobs.push_back(job_for(test, feature, samples));
      }
    }
    return jobs;
  }

  Job job_for(const Test& test, const plugin::Feature& feature, Samples& samples) {
    Job job{&test, task_for(test), missing_parameter(feature)};
    job.task.feature = std::string(feature.name());
    job.task.request = request_for(feature);
    if (job.not_run.empty()) job.not_run = closed_gate(test, feature.name());
    if (!job.not_run.empty()) return job;
    const Chosen& chosen = samples.of(*feature.descriptor);
    job.task.samples = chosen.samples;
    job.task.input = chosen.input;
    // A derived feature can't even be opened without knowing what its input describes.
    const bool needs = test.needs_samples || feature.descriptor->input.size > 0;
    if (needs) job.not_run = chosen.problem;
    return job;
  }

  // Why an earlier test of the feature makes this one pointless, or empty.
  [[nodiscard]] std::string closed_gate(const Test& test, std::string_view feature) const {
    for (const TestResult& result : report_.results) {
      const bool is_gate = result.test == "open" || result.test == "rows";
      if (!is_gate || result.feature != feature) continue;
      if (result.has_errors) return fmt::format("'{}' failed", result.test);
    }
    const bool is_barren = std::ranges::any_of(report_.findings, [&](const Finding& finding) {
      return finding.feature == feature && finding.message == refuses_all;
    });
    return is_barren && test.needs_samples ? std::string("it ") + refuses_all : std::string();
  }

  // Runs them all, a few at a time.
  void run(std::vector<Job> jobs) {
    std::vector<Apart> outcomes(jobs.size());
    std::vector<TestResult> results(jobs.size());
    std::atomic<std::size_t> next = 0;
    std::exception_ptr died;
    std::mutex lock;
    const auto work = [&] {
      try {
        for (std::size_t i = next++; i < jobs.size(); i = next++) {
          outcomes[i] = run(jobs[i]);
          const bool failed =
              std::ranges::count(outcomes[i].findings, Level::Error, &Finding::level) > 0;
          results[i] = {jobs[i].test->name, jobs[i].task.feature, jobs[i].not_run, failed};
          const std::lock_guard held(lock);
          if (told_) told_(results[i]);
        }
      } catch (...) {
        const std::lock_guard held(lock);
        died = std::current_exception();
      }
    };
    std::vector<std::thread> threads;
    const unsigned count = request_.in_process ? 1 : std::max(request_.jobs, 1U);
    for (unsigned i = 0; i < count; ++i) threads.emplace_back(work);
    for (std::thread& thread : threads) thread.join();
    if (died) std::rethrow_exception(died);
    for (Apart& outcome : outcomes) {
      std::ranges::move(outcome.findings, std::back_inserter(report_.findings));
    }
    std::ranges::copy(results, std::back_inserter(report_.results));
  }

  Apart run(const Job& job) const {
    if (!job.not_run.empty()) return {};
    if (!request_.in_process) return run_apart(*job.test, job.task, request_.limit);
    Apart result;
    OwnVoice voice(result);
    run_test(job.task, voice);
    return result;
  }

  // Gives an error the command that shows it again.
  void complete(Finding& finding) const {
    if (finding.level != Level::Error || note_.id.empty()) {
      finding.command.clear();
      return;
    }
    std::string command =
        fmt::format("sheaf plugins check {} --only {}", quoted(report_.file), test_of(finding));
    if (!finding.feature.empty()) command += " --feature " + finding.feature;
    command += fmt::format(" --seed {}", request_.seed);
    if (!finding.command.empty()) command += " " + finding.command;
    for (const std::string& text : request_.settings) command += " --set " + quoted(text);
    const bool uses_sources = !finding.feature.empty() && !request_.sources.empty();
    if (uses_sources) command += " --with";
    for (const std::string& source : request_.sources) {
      if (uses_sources) command += " " + quoted(source);
    }
    finding.command = std::move(command);
  }

  using Note = plugin::Note;
  const Request& request_;
  const Told& told_;
  Report report_;
  Note note_;
  plugin::Plugin plugin_;
  std::vector<plugin::Feature> features_;
};

void refuse_unknown(const Request& request) {
  for (const std::string& name : request.only) {
    if (name != "feed" && find_test(name) != nullptr) continue;
    std::string known;
    for (const Test& test : all_tests()) known += fmt::format(" {}", test.name);
    throw Error(ErrorCode::Invalid, name, "is no test; there are:" + known);
  }
}

}  // namespace

Report check(const Request& request, const Told& told) {
  refuse_unknown(request);
  return Check(request, told).run();
}

}  // namespace sheaf::host::conformance
