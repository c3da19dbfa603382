// SPDX-License-Identifier: MIT
#include "host/ingest/ingest.hpp"

#include <algorithm>
#include <chrono>
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

// Keeps the sources that some feature claims and the features that claim some.
Work dispatch(std::vector<Source> sources, std::vector<Selected> selection, Summary& summary) {
  const Matcher matcher(selection);
  std::vector<std::uint32_t> winners;  // of all sources, one behind the other
  std::vector<std::size_t> ends;
  ends.reserve(sources.size());
  std::vector<bool> is_used(selection.size(), false);
  for (const Source& source : sources) {
    for (const Match& match : matcher.match(source.id)) {
      if (!match.wins) continue;
      winners.push_back(static_cast<std::uint32_t>(match.feature));
      is_used[match.feature] = true;
    }
    ends.push_back(winners.size());
  }
  Work work;
  std::vector<std::size_t> renumbered(selection.size(), no_input);
  for (std::size_t i = 0; i < selection.size(); ++i) {
    if (!is_used[i]) continue;
    renumbered[i] = work.features.size();
    if (selection[i].input != no_input) selection[i].input = renumbered[selection[i].input];
    work.features.push_back(std::move(selection[i]));
  }
  for (std::uint32_t& winner : winners) {
    winner = static_cast<std::uint32_t>(renumbered[winner]);
  }
  for (std::size_t i = 0, begin = 0; i < sources.size(); begin = ends[i++]) {
    const auto claims = std::span(winners).subspan(begin, ends[i] - begin);
    if (claims.empty()) {
      summary.skipped.push_back(std::move(sources[i].id));
    } else {
      work.sources.add(sources[i], claims);
    }
  }
  work.jobs = cut_jobs(work.sources);
  return work;
}

class Reporter {
 public:
  Reporter(const Work& work, const Summary& summary, Observer& observer)
      : work_(work), summary_(summary), observer_(observer) {
    progress_.total = work.sources.size();
    for (std::size_t i = 0; i < work.sources.size(); ++i) {
      progress_.bytes_total += std::max<std::int64_t>(work.sources[i].size, 0);
    }
  }
  void after(const Parcel& parcel) {
    if (parcel.cells.empty()) return;
    const Cell& last = parcel.cells.back();
    const std::size_t done = last.source + (last.ends ? 1 : 0);
    for (; progress_.done < done; ++progress_.done) {
      progress_.bytes_done += std::max<std::int64_t>(work_.sources[progress_.done].size, 0);
    }
    progress_.failed = summary_.failed;
    observer_.progress(progress_);
  }
  [[nodiscard]] bool is_done() const { return progress_.done == progress_.total; }
  [[nodiscard]] std::int64_t bytes_total() const { return progress_.bytes_total; }

 private:
  const Work& work_;
  const Summary& summary_;
  Observer& observer_;
  Progress progress_;
};

void throw_if_stopped(const std::atomic<bool>& stop) {
  if (stop.load()) throw Error(ErrorCode::Cancelled, "ingest", "stopped; nothing was written");
}

std::unique_ptr<Executor> make_executor(const Work& work, const IngestOptions& options,
                                        const plugin::Catalog& catalog) {
  if (catalog.is_loaded()) return std::make_unique<ThreadExecutor>(work);
  return std::make_unique<worker::ProcessExecutor>(work, options.allowed);
}

void run(const IngestOptions& options, const plugin::Catalog& catalog, const Work& work,
         const std::vector<WalkProblem>& problems, Summary& summary, Observer& observer) {
  layout::Writer writer = layout::Writer::create(options.output, options.overwrite);
  const std::unique_ptr<Executor> executor = make_executor(work, options, catalog);
  observer.stage("surveying");
  const std::vector<plugin::Description> descriptions = executor->prepare();
  throw_if_stopped(*work.stop);
  Store store(writer, work, descriptions, summary, options.stop_on_error);
  for (const WalkProblem& problem : problems) {
    ++summary.failed;
    store.add_failure({problem.id, "", "walk", problem.message, ""});
  }
  Reporter reporter(work, summary, observer);
  summary.source_bytes = reporter.bytes_total();
  observer.stage("ingesting");
  executor->start();
  while (std::unique_ptr<Parcel> parcel = executor->next()) {
    store.apply(*parcel);
    reporter.after(*parcel);
    executor->recycle(std::move(parcel));
  }
  // What is complete is kept: sources leave in order, so it is the first part of the whole.
  summary.interrupted = work.stop->load() && !reporter.is_done();
  store.end(!summary.interrupted);
  if (summary.stored == 0) return;
  if (!summary.interrupted) {
    observer.stage("finishing");
    store.finish(*executor);
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
  observer.stage("looking for sources");
  WalkResult found = walk(options.sources, {options.base, options.output});
  Work work = dispatch(std::move(found.sources), std::move(selection), summary);
  work.limits = options.limits;
  work.limits.workers = std::max(1U, options.limits.workers);
  work.stop = &stop;
  throw_if_stopped(stop);
  if (work.sources.empty()) {
    for (WalkProblem& problem : found.problems) {
      ++summary.failed;
      summary.failures.push_back({problem.id, "", "walk", problem.message, ""});
    }
  } else {
    run(options, catalog, work, found.problems, summary, observer);
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
