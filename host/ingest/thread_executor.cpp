// SPDX-License-Identifier: MIT
#include "host/ingest/thread_executor.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "host/ingest/finish_call.hpp"
#include "host/ingest/survey_table.hpp"

namespace sheaf::host {

ThreadExecutor::ThreadExecutor(const Work& work)
    : work_(work),
      order_(work.jobs.size(), work.limits.memory),
      quarantine_(work.features.size()),
      loaders_(work.limits.workers) {}

ThreadExecutor::~ThreadExecutor() {
  if (threads_.empty() || is_finished_) return;
  work_.stop->store(true);
  if (fetcher_) fetcher_->cancel();
  order_.abort();
}

std::vector<plugin::Description> ThreadExecutor::prepare() {
  for (std::size_t feature = 0; feature < work_.features.size(); ++feature) {
    prepare_feature(feature);
  }
  return descriptions_;
}

void ThreadExecutor::prepare_feature(std::size_t number) {
  const Selected& selected = work_.features[number];
  const bool exclusive = selected.feature->has_flag(SHEAF_FEATURE_EXCLUSIVE);
  const SurveyTable table(work_, number);
  std::string agreed;
  for (unsigned worker = 0; worker < work_.limits.workers; ++worker) {
    if (exclusive && worker > 0) {
      loaders_[worker].push_back(loaders_[0][number]);
      continue;
    }
    // While the first instance surveys nothing else runs; later each has one thread.
    const plugin::Services services{work_.stop, worker == 0 ? work_.limits.workers : 1};
    auto instance = std::make_shared<plugin::Instance>(
        plugin::Instance::open(*selected.feature, selected.params, services));
    if (worker == 0) {
      agreed = instance->survey_first(table.view(descriptions_));
    } else {
      instance->survey(table.view(descriptions_), agreed);
    }
    plugin::Description description = instance->describe();
    if (worker == 0) {
      descriptions_.push_back(std::move(description));
    } else if (!(description == descriptions_[number])) {
      throw Error(ErrorCode::Invalid, fmt::format("feature '{}'", selected.feature->name()),
                  "two of its instances describe different outputs or attributes; this is a bug of "
                  "the plugin");
    }
    instance->state().services.threads = 1;
    loaders_[worker].push_back(
        {std::move(instance), exclusive ? exclusive_lock(*selected.feature->plugin) : nullptr});
  }
}

std::shared_ptr<std::mutex> ThreadExecutor::exclusive_lock(const plugin::Plugin& plugin) {
  std::shared_ptr<std::mutex>& lock = exclusive_locks_[&plugin];
  if (!lock) lock = std::make_shared<std::mutex>();
  return lock;
}

void ThreadExecutor::start() {
  if (work_.sources.has_remote()) {
    FetchLimits limits;
    limits.memory = work_.limits.memory / 2;
    fetcher_.emplace(list_of(work_.sources), limits, work_.stop);
  }
  for (unsigned worker = 0; worker < work_.limits.workers; ++worker) {
    threads_.emplace_back([this, worker] {
      try {
        work_through(worker);
      } catch (...) {  // a thread's entry: the exception is carried over to next()
        const std::lock_guard lock(failure_mutex_);
        if (!failure_) failure_ = std::current_exception();
        work_.stop->store(true);
      }
      if (work_.stop->load()) order_.abort();
    });
  }
}

void ThreadExecutor::work_through(std::size_t worker) {
  Decoder decoder(
      work_, descriptions_, loaders_[worker], quarantine_,
      [this](std::unique_ptr<Parcel> parcel) {
        const std::size_t job = parcel->job;
        order_.deliver(std::move(parcel));
        return order_.spare(job);
      },
      [this](std::size_t source) { return fetcher_->take(source); });
  while (!work_.stop->load(std::memory_order_relaxed)) {
    const std::size_t job = next_job_.fetch_add(1, std::memory_order_relaxed);
    if (job >= work_.jobs.size()) return;
    std::unique_ptr<Parcel> last = decoder.run(work_.jobs[job], order_.spare(job));
    last->ends_job = true;
    if (work_.stop->load() || !order_.deliver(std::move(last))) return;
  }
}

std::unique_ptr<Parcel> ThreadExecutor::next() {
  std::unique_ptr<Parcel> parcel = order_.next();
  const std::lock_guard lock(failure_mutex_);
  if (failure_) std::rethrow_exception(failure_);
  is_finished_ = parcel == nullptr;
  return parcel;
}

plugin::Outcome ThreadExecutor::finish(std::size_t feature, RowAccess& rows) {
  plugin::Instance& instance = *loaders_[0][feature].instance;
  if (!instance.wants_finish() || quarantine_.reason(feature)) return {};
  return call_finish(instance, rows);
}

}  // namespace sheaf::host
