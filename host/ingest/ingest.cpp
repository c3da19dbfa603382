// SPDX-License-Identifier: MIT
#include "host/ingest/ingest.hpp"

#include <algorithm>
#include <chrono>
#include <malloc.h>
#include <memory>
#include <span>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/layout/writer.hpp"
#include "host/dispatch/matcher.hpp"
#include "host/ingest/store.hpp"
#include "host/ingest/thread_executor.hpp"
#include "host/source/walk.hpp"
#include "host/worker/process_executor.hpp"

namespace sheaf::host {
namespace {

// Early, so that nobody waits for a walk to be told; Writer looks at everything else.
Continuation begin(const IngestOptions& options, Summary& summary) {
  std::error_code error;
  const auto status = std::filesystem::symlink_status(options.output, error);
  if (options.overwrite || !std::filesystem::exists(status)) return Continuation(options.go_on);
  if (std::filesystem::is_directory(options.output, error)) {
    throw Error(ErrorCode::Invalid, options.output.string(), "is a folder; name a file");
  }
  Continuation before(options.output, options.go_on);
  summary.resumed = true;
  summary.before = before.ids().size();
  return before;
}

// Keeps the features that some source claims, and those whose last word is due.
void keep_used(std::vector<Selected> selection, std::vector<bool> is_used,
               const Continuation& before, Work& work) {
  for (std::size_t i = selection.size(); i-- > 0;) {
    if (!before.is_complete() && before.attrs(selection[i].path) != nullptr) is_used[i] = true;
    if (is_used[i] && selection[i].input != no_input) is_used[selection[i].input] = true;
  }
  std::vector<std::uint32_t> renumbered(selection.size(), 0);
  for (std::size_t i = 0; i < selection.size(); ++i) {
    if (!is_used[i]) continue;
    renumbered[i] = static_cast<std::uint32_t>(work.features.size());
    if (selection[i].input != no_input) selection[i].input = renumbered[selection[i].input];
    const auto* const attrs = before.attrs(selection[i].path);
    work.before.attrs.push_back(attrs != nullptr ? *attrs : std::vector<layout::Attribute>());
    work.features.push_back(std::move(selection[i]));
  }
  work.sources.renumber(renumbered);
  work.before.ids = before.ids();
}

// Finds the sources; keeps those that some feature claims and that aren't in the file.
Work dispatch(const IngestOptions& options, std::vector<Selected> selection, Continuation& before,
              Summary& summary, std::vector<WalkProblem>& problems) {
  Work work;
  const Matcher matcher(selection);
  std::vector<bool> is_used(selection.size(), false);
  WorkTable::Claims claims;
  problems = walk(options.sources, {options.base, options.output, options.archives},
                  [&](const Source& source) {
                    claims.clear();
                    for (const Match& match : matcher.match(source.id)) {
                      if (match.wins) claims.push_back(static_cast<std::uint32_t>(match.feature));
                    }
                    if (claims.empty()) {
                      before.meet(source.id);
                      summary.skipped.push_back(source.id);
                      return;
                    }
                    const Continuation::Task task = before.judge(source, selection, claims);
                    if (task == Continuation::Task::Leave) return;
                    if (task == Continuation::Task::Replace) {
                      work.replaced.insert(work.sources.size());
                    }
                    for (const std::uint32_t feature : claims) is_used[feature] = true;
                    work.sources.add(source, claims);
                  });
  keep_used(std::move(selection), std::move(is_used), before, work);
  summary.left = before.left();
  summary.changed = before.changed();
  work.sources.close();
  work.sources.check_unique();
  work.jobs = cut_jobs(work.sources);
  malloc_trim(0);  // a run's memory is what it takes from here on
  return work;
}

class Reporter {
 public:
  Reporter(const Work& work, const Summary& summary, Observer& observer)
      : work_(work), summary_(summary), observer_(observer) {
    progress_.total = work.sources.size();
    progress_.bytes_total = work.sources.bytes();
  }
  void after(const Parcel& parcel) {
    if (parcel.cells.empty()) return;
    // Another feature's cell of the last source may be in the next parcel.
    const std::size_t done = parcel.cells.back().source + (parcel.ends_job ? 1 : 0);
    for (; progress_.done < done; ++progress_.done) {
      progress_.bytes_done += std::max<std::int64_t>(work_.sources[progress_.done].size, 0);
    }
    progress_.failed = summary_.failed;
    // Workers are ahead of this; nobody goes back.
    if (done >= forgotten_ + forget_every) work_.sources.forget(forgotten_ = done);
    observer_.progress(progress_);
  }
  [[nodiscard]] bool is_done() const { return progress_.done == progress_.total; }
  [[nodiscard]] std::int64_t bytes_total() const { return progress_.bytes_total; }

 private:
  const Work& work_;
  const Summary& summary_;
  Observer& observer_;
  static constexpr std::size_t forget_every = 4096;  // sources
  Progress progress_;
  std::size_t forgotten_ = 0;
};

void throw_if_stopped(const std::atomic<bool>& stop) {
  if (stop.load()) throw Error(ErrorCode::Cancelled, "ingest", "stopped; nothing was written");
}

layout::Writer open_writer(const IngestOptions& options, const Work& work, const Summary& summary) {
  if (!summary.resumed) {
    return layout::Writer::create(options.output, options.overwrite, {work.limits.workers, true});
  }
  layout::Writer writer = layout::Writer::open(options.output, {work.limits.workers});
  if (writer.stored_sources() != static_cast<std::int64_t>(summary.before)) {
    throw Error(ErrorCode::Io, options.output.string(),
                "was changed by something else just now; run this again");
  }
  return writer;
}

// Drops what the walk didn't meet.
void prune(layout::Writer& writer, const Continuation& before, Summary& summary) {
  const std::vector<std::int64_t> met = before.met();
  summary.dropped = summary.before - met.size();
  if (summary.dropped > 0) writer.keep_sources(met);
  for (const std::string& id : before.gone_failures()) writer.forget_failures(id);
}

void run(const IngestOptions& options, const Work& work, const Continuation& before,
         Executor& executor, const std::vector<WalkProblem>& problems, Summary& summary,
         Observer& observer) {
  layout::Writer writer = open_writer(options, work, summary);
  observer.stage("surveying");
  const std::vector<plugin::Description> descriptions = executor.prepare();
  throw_if_stopped(*work.stop);
  observer.stage("ingesting");
  executor.start();  // plugins' digests are made and arrays prepared meanwhile
  Store store(writer, work, descriptions, summary, options.stop_on_error);
  store.forget_general_failures(before.failures());
  for (const WalkProblem& problem : problems) {
    ++summary.failed;
    store.add_failure({problem.id, "", "walk", problem.message, "", "walk"});
  }
  if (options.go_on.prune) prune(writer, before, summary);
  Reporter reporter(work, summary, observer);
  summary.source_bytes = reporter.bytes_total();
  while (std::unique_ptr<Parcel> parcel = executor.next()) {
    store.apply(*parcel);
    reporter.after(*parcel);
    executor.recycle(std::move(parcel));
  }
  // What is complete is kept: sources leave in order, so it is the first part of the whole.
  summary.interrupted = work.stop->load() && !reporter.is_done();
  store.end(!summary.interrupted);
  if (summary.stored == 0 && !summary.resumed) return;
  if (!summary.interrupted) {
    observer.stage("finishing");
    store.finish(executor);
  }
  executor.dismiss();
  summary.output = writer.finish(!summary.interrupted).string();
  summary.written = true;
}

// A place that couldn't be looked at may hold what seems to be gone.
void refuse_to_prune(const IngestOptions& options, const std::vector<WalkProblem>& problems) {
  if (!options.go_on.prune || problems.empty()) return;
  throw Error(ErrorCode::Io, printable(problems.front().id),
              fmt::format("{}; nothing is pruned while a place can't be read, and nothing was "
                          "changed: mend it, or leave --prune out",
                          problems.front().message));
}

// What the user wants to know then is what became of the rest.
[[noreturn]] void fail_run(const Error& error, const IngestOptions& options,
                           const Summary& summary) {
  const bool is_of_disk = error.code() == ErrorCode::NoSpace || error.code() == ErrorCode::Io;
  const std::size_t committed = summary.before + summary.committed;
  if (!is_of_disk || committed == 0 || options.overwrite) throw error;
  throw Error(
      error.code(), "",
      fmt::format("{}; {} sources that were committed are safe, and the same command goes on "
                  "behind them",
                  error.what(), committed));
}

unsigned crew_size(const IngestOptions& options) { return std::max(1U, options.limits.workers); }

void equip(Work& work, const IngestOptions& options, std::atomic<bool>& stop) {
  work.limits = options.limits;
  work.limits.workers = crew_size(options);
  work.commits = options.commits;
  work.digests = options.go_on.digests;
  work.stop = &stop;
}

std::unique_ptr<Executor> make_executor(const Work& work, const IngestOptions& options,
                                        const plugin::Catalog& catalog, worker::Crew crew) {
  if (catalog.is_loaded()) return std::make_unique<ThreadExecutor>(work);
  return std::make_unique<worker::ProcessExecutor>(work, options.allowed, std::move(crew));
}

}  // namespace

void rehearse(const IngestOptions& options, const plugin::Catalog& catalog) {
  Summary summary;
  Continuation before = begin(options, summary);
  std::vector<Selected> selection = select(catalog, options.features);
  before.check(selection);
  std::vector<WalkProblem> problems;
  Work work = dispatch(options, std::move(selection), before, summary, problems);
  if (work.sources.empty()) return;
  std::atomic<bool> stop = false;
  equip(work, options, stop);
  worker::Crew crew;
  if (!catalog.is_loaded()) crew = worker::start_crew(crew_size(options));
  const auto executor = make_executor(work, options, catalog, std::move(crew));
  check_places(work, executor->prepare());
}

Summary ingest(const IngestOptions& options, const plugin::Catalog& catalog,
               std::atomic<bool>& stop, Observer& observer) {
  const auto start = std::chrono::steady_clock::now();
  Summary summary;
  summary.output = options.output.string();
  Continuation before = begin(options, summary);
  std::vector<Selected> selection = select(catalog, options.features);
  before.check(selection);
  worker::Crew crew;
  if (!catalog.is_loaded()) crew = worker::start_crew(crew_size(options));
  observer.stage("looking for sources");
  std::vector<WalkProblem> problems;
  Work work = dispatch(options, std::move(selection), before, summary, problems);
  refuse_to_prune(options, problems);
  equip(work, options, stop);
  throw_if_stopped(stop);
  const bool has_work = !work.sources.empty() || !before.is_complete() || before.prunes();
  if (has_work) {
    const auto executor = make_executor(work, options, catalog, std::move(crew));
    try {
      run(options, work, before, *executor, problems, summary, observer);
    } catch (const Error& error) {
      fail_run(error, options, summary);
    }
  } else {
    for (WalkProblem& problem : problems) {
      ++summary.failed;
      summary.failures.push_back({problem.id, "", "walk", problem.message, "", "walk"});
    }
    summary.written = summary.resumed;
  }
  std::error_code error;
  if (summary.written) {
    summary.file_bytes =
        static_cast<std::int64_t>(std::filesystem::file_size(summary.output, error));
  }
  summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return summary;
}

}  // namespace sheaf::host
