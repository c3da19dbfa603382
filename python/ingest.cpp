// SPDX-License-Identifier: MIT
// `sheaf ingest`, called from Python. The run has a thread of its own; the caller's looks after
// Ctrl-C and the progress callback meanwhile.
#include "host/ingest/ingest.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include <pybind11/stl.h>

#include "core/error.hpp"
#include "host/config/config.hpp"
#include "host/worker/scan.hpp"
#include "python/arrays.hpp"
#include "python/bindings.hpp"

namespace sheaf::python {
namespace {

constexpr std::chrono::milliseconds interval{50};  // between two looks at signals

// The run's thread writes it, the caller's reads it.
class LastProgress final : public host::Observer {
 public:
  struct State {
    std::string stage;
    host::Progress progress;
    bool is_new = false;
    bool has_ended = false;
  };

  void stage(std::string_view what) override {
    const std::lock_guard lock(mutex_);
    state_.stage = what;
    state_.progress = {};
    state_.is_new = true;
  }
  void progress(const host::Progress& progress) override {
    const std::lock_guard lock(mutex_);
    state_.progress = progress;
    state_.is_new = true;
  }
  void end() {
    const std::lock_guard lock(mutex_);
    state_.has_ended = true;
    ended_.notify_one();
  }
  State wait() {
    std::unique_lock lock(mutex_);
    ended_.wait_for(lock, interval, [this] { return state_.has_ended; });
    State state = state_;
    state_.is_new = false;
    return state;
  }

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  State state_;
};

struct Run {
  host::IngestOptions options;
  bool in_process = false;
  LastProgress progress;
  std::atomic<bool> stop = false;
  std::optional<host::Summary> summary;
  std::exception_ptr failure;

  void operator()() {
    try {
      const host::plugin::Catalog catalog =
          in_process ? host::plugin::Catalog::load() : host::worker::scan_in_workers();
      summary = host::ingest(options, catalog, stop, progress);
    } catch (...) {
      failure = std::current_exception();
    }
    progress.end();
  }
};

void tell(const py::object& callback, const LastProgress::State& state) {
  if (callback.is_none() || !state.is_new) return;
  py::dict told;
  told["stage"] = state.stage;
  told["done"] = state.progress.done;
  told["total"] = state.progress.total;
  told["bytes_done"] = state.progress.bytes_done;
  told["bytes_total"] = state.progress.bytes_total;
  told["failed"] = state.progress.failed;
  callback(std::move(told));
}

// Until the run has ended. A Ctrl-C, or an exception of the callback's, stops the run; it is thrown
// when the run has brought its file in order.
void attend(Run& run, const py::object& callback) {
  std::thread thread(std::ref(run));
  std::optional<py::error_already_set> interruption;
  while (true) {
    LastProgress::State state;
    {
      const py::gil_scoped_release unlocked;
      state = run.progress.wait();
    }
    try {
      if (!interruption) tell(callback, state);
      if (!interruption) check_signals();
    } catch (py::error_already_set& error) {
      interruption.emplace(std::move(error));
      run.stop = true;
    }
    if (state.has_ended) break;
  }
  thread.join();
  if (interruption) throw py::error_already_set(std::move(*interruption));
  if (run.failure) std::rethrow_exception(run.failure);
}

// The value of an option that the caller gave; those that are None stay what they are.
template <class T, class To>
void take(const py::dict& given, const char* name, To& option) {
  if (given.contains(name) && !given[name].is_none())
    option = static_cast<To>(given[name].cast<T>());
}

void take_time(const py::dict& given, const char* name, std::chrono::milliseconds& time) {
  double seconds = 0;
  take<double>(given, name, seconds);
  if (seconds > 0) time = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

// What the configuration file says, or nobody.
host::IngestOptions configured(host::Config config) {
  host::IngestOptions options;
  options.features = std::move(config.features);
  options.base = config.base;
  options.archives = config.archives.value_or(true);
  options.overwrite = config.overwrite.value_or(false);
  options.go_on = {config.update.value_or(false), config.prune.value_or(false), false,
                   config.digests.value_or(false)};
  options.stop_on_error = config.stop_on_error.value_or(false);
  options.commits.sources = config.commit_every.value_or(options.commits.sources);
  options.commits.time = config.commit_after.value_or(options.commits.time);
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  options.limits.workers = config.workers.value_or(cores);
  options.allowed = std::move(config.allowed);
  return options;
}

host::IngestOptions options_from(const py::dict& given) {
  std::string file;
  take<std::string>(given, "config", file);
  host::IngestOptions options = configured(file.empty() ? host::Config() : host::read_config(file));
  options.sources = given["sources"].cast<std::vector<std::string>>();
  options.output = given["output"].cast<std::string>();
  const auto features = given["features"].cast<std::vector<std::string>>();
  if (!features.empty()) options.features.clear();
  for (const std::string& text : features) options.features.push_back(host::parse_request(text));
  if (!given["base"].is_none()) options.base = given["base"].cast<std::string>();
  take<bool>(given, "archives", options.archives);
  take<bool>(given, "overwrite", options.overwrite);
  take<bool>(given, "update", options.go_on.update);
  take<bool>(given, "prune", options.go_on.prune);
  take<bool>(given, "force", options.go_on.force);
  take<bool>(given, "digests", options.go_on.digests);
  take<bool>(given, "stop_on_error", options.stop_on_error);
  take<unsigned>(given, "workers", options.limits.workers);
  take<std::size_t>(given, "memory", options.limits.memory);
  take<std::size_t>(given, "worker_memory", options.limits.source_memory);
  take<std::size_t>(given, "commit_every", options.commits.sources);
  take_time(given, "timeout", options.limits.source_time);
  take_time(given, "commit_after", options.commits.time);
  return options;
}

py::dict summary_to_python(const host::Summary& summary) {
  py::dict dict;
  dict["output"] = summary.output;
  dict["written"] = summary.written;
  dict["interrupted"] = summary.interrupted;
  dict["stored"] = summary.stored;
  dict["replaced"] = summary.replaced;
  dict["partly"] = summary.partly;
  dict["failed"] = summary.failed;
  dict["resumed"] = summary.resumed;
  dict["before"] = summary.before;
  dict["left"] = summary.left;
  dict["changed"] = summary.changed;
  dict["dropped"] = summary.dropped;
  dict["skipped"] = py::tuple(py::cast(summary.skipped));
  dict["failures"] = failures_to_python(summary.failures);
  dict["source_bytes"] = summary.source_bytes;
  dict["file_bytes"] = summary.file_bytes;
  dict["seconds"] = summary.seconds;
  return dict;
}

py::dict ingest(const py::dict& given, const py::object& progress) {
  Run run;
  run.options = options_from(given);
  run.in_process = given["in_process"].cast<bool>();
  attend(run, progress);
  return summary_to_python(*run.summary);
}

}  // namespace

void bind_ingest(py::module_& module) {
  module.def("ingest", ingest, py::arg("options"), py::arg("progress"));
}

}  // namespace sheaf::python
