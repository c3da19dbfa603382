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

// Early, so that nobody waits for a walk to be told; Writer::create looks at everything else.
void refuse_existing(const IngestOptions& options) {
  std::error_code error;
  const auto status = std::filesystem::symlink_status(options.output, error);
  if (options.overwrite || !std::filesystem::exists(status)) return;
  if (std::filesystem::is_directory(options.output, error)) {
    throw Error(ErrorCode::Invalid, options.output.string(), "is a folder; name a file");
  }
  throw Error(ErrorCode::Exists, options.output.string(),
              "exists already; name another file, or replace it with --overwrite");
}

// Finds the sources; keeps those that some feature claims, and the features that claim some.
Work dispatch(const IngestOptions& options, std::vector<Selected> selection, Summary& summary,
              std::vector<WalkProblem>& problems) {
  Work work;
  const Matcher matcher(selection);
  std::vector<bool> is_used(selection.size(), false);
  WorkTable::Claims claims;
  problems = walk(options.sources, {options.base, options.output, options.archives},
                  [&](const Source& source) {
                    claims.clear();
                    for (const Match& match : matcher.match(source.id)) {
                      if (!match.wins) continue;
                      claims.push_back(static_cast<std::uint32_t>(match.feature));
                      is_used[match.feature] = true;
                    }
                    if (claims.empty()) {
                      summary.skipped.push_back(source.id);
                    } else {
                      work.sources.add(source, claims);
                    }
                  });
  std::vector<std::uint32_t> renumbered(selection.size(), 0);
  for (std::size_t i = 0; i < selection.size(); ++i) {
    if (!is_used[i]) continue;
    renumbered[i] = static_cast<std::uint32_t>(work.features.size());
    if (selection[i].input != no_input) selection[i].input = renumbered[selection[i].input];
    work.features.push_back(std::move(selection[i]));
  }
  work.sources.renumber(renumbered);
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

void run(const IngestOptions& options, const Work& work, Executor& executor,
         const std::vector<WalkProblem>& problems, Summary& summary, Observer& observer) {
  layout::Writer writer =
      layout::Writer::create(options.output, options.overwrite, {work.limits.workers, true});
  observer.stage("surveying");
  const std::vector<plugin::Description> descriptions = executor.prepare();
  throw_if_stopped(*work.stop);
  Store store(writer, work, descriptions, summary, options.stop_on_error);
  for (const WalkProblem& problem : problems) {
    ++summary.failed;
    store.add_failure({problem.id, "", "walk", problem.message, ""});
  }
  Reporter reporter(work, summary, observer);
  summary.source_bytes = reporter.bytes_total();
  observer.stage("ingesting");
  executor.start();
  while (std::unique_ptr<Parcel> parcel = executor.next()) {
    store.apply(*parcel);
    reporter.after(*parcel);
    executor.recycle(std::move(parcel));
  }
  // What is complete is kept: sources leave in order, so it is the first part of the whole.
  summary.interrupted = work.stop->load() && !reporter.is_done();
  store.end(!summary.interrupted);
  if (summary.stored == 0) return;
  if (!summary.interrupted) {
    observer.stage("finishing");
    store.finish(executor);
  }
  summary.output = writer.finish(!summary.interrupted).string();
  summary.written = true;
}

}  // namespace

Summary ingest(const IngestOptions& options, const plugin::Catalog& catalog,
               std::atomic<bool>& stop, Observer& observer) {
  const auto begin = std::chrono::steady_clock::now();
  Summary summary;
  summary.output = options.output.string();
  refuse_existing(options);
  std::vector<Selected> selection = select(catalog, options.features);
  const unsigned workers = std::max(1U, options.limits.workers);
  worker::Crew crew;
  if (!catalog.is_loaded()) crew = worker::start_crew(workers);
  observer.stage("looking for sources");
  std::vector<WalkProblem> problems;
  Work work = dispatch(options, std::move(selection), summary, problems);
  work.limits = options.limits;
  work.limits.workers = workers;
  work.stop = &stop;
  throw_if_stopped(stop);
  if (work.sources.empty()) {
    for (WalkProblem& problem : problems) {
      ++summary.failed;
      summary.failures.push_back({problem.id, "", "walk", problem.message, ""});
    }
  } else {
    std::unique_ptr<Executor> executor;
    if (catalog.is_loaded()) {
      executor = std::make_unique<ThreadExecutor>(work);
    } else {
      executor = std::make_unique<worker::ProcessExecutor>(work, options.allowed, std::move(crew));
    }
    run(options, work, *executor, problems, summary, observer);
  }
  std::error_code error;
  if (summary.written) {
    summary.file_bytes =
        static_cast<std::int64_t>(std::filesystem::file_size(summary.output, error));
  }
  summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return summary;
}

}  // namespace sheaf::host
