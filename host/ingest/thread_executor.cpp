// SPDX-License-Identifier: MIT
#include "host/ingest/thread_executor.hpp"

#include <algorithm>
#include <cstring>
#include <deque>
#include <filesystem>

#include <fmt/format.h>

#include "core/error.hpp"

namespace sheaf::host {
namespace {

// The sources a feature claims, in the ABI's form; only for the time of the surveys.
class SurveyTable {
 public:
  SurveyTable(const Work& work, std::size_t feature) {
    if (work.features[feature].feature->descriptor->survey == nullptr) return;
    const std::string folder = std::filesystem::current_path().string();
    for (std::size_t i = 0; i < work.sources.size(); ++i) {
      const auto claims = work.claims.of(i);
      if (std::ranges::find(claims, feature) == claims.end()) continue;
      const Source& source = work.sources[i];
      sheaf_source& row = rows_.emplace_back();
      const std::string& uri = uris_.emplace_back(file_uri(source.path, folder));
      row.struct_size = sizeof(sheaf_source);
      row.id = {source.id.data(), source.id.size()};
      row.uri = {uri.data(), uri.size()};
      row.path = {reinterpret_cast<const std::uint8_t*>(source.path.c_str()), source.path.size()};
    }
    for (const sheaf_source& row : rows_) pointers_.push_back(&row);
  }
  [[nodiscard]] std::span<const sheaf_source* const> rows() const { return pointers_; }

 private:
  std::deque<std::string> uris_;
  std::vector<sheaf_source> rows_;
  std::vector<const sheaf_source*> pointers_;
};

struct FinishState {
  plugin::CallState* call;
  RowAccess* rows;
};

FinishState& state_of(const sheaf_rows* rows) {
  return *static_cast<FinishState*>(rows->host_data);
}

std::int64_t on_count(const sheaf_rows* rows, uint32_t output) {
  FinishState& state = state_of(rows);
  std::int64_t count = -1;  // what an output that wasn't described has
  plugin::call_host(*state.call, [&] {
    count = state.rows->count(output);
    return SHEAF_OK;
  });
  return count;
}

sheaf_status on_read(const sheaf_rows* rows, uint32_t output, int64_t start, int64_t stop,
                     void* data, uint64_t size) {
  FinishState& state = state_of(rows);
  return plugin::call_host(*state.call, [&]() -> sheaf_status {
    const Value value = state.rows->read(output, start, stop);
    if (value.dtype.is_string() || value.bytes.size() != size) {
      return state.call->fail(SHEAF_ERR_PLUGIN,
                              fmt::format("reads {} bytes into {}", value.bytes.size(), size));
    }
    if (size > 0) std::memcpy(data, value.bytes.data(), size);
    return SHEAF_OK;
  });
}

sheaf_status on_set_attr(const sheaf_rows* rows, sheaf_string name, const sheaf_array* value) {
  FinishState& state = state_of(rows);
  return plugin::call_host(*state.call, [&] {
    state.rows->set_attr(std::string(plugin::view(name)), plugin::to_value(*value));
    return SHEAF_OK;
  });
}

}  // namespace

ThreadExecutor::ThreadExecutor(const Work& work)
    : work_(work),
      order_(work.jobs.size(), work.limits.memory),
      quarantine_(work.features.size()),
      loaders_(work.limits.workers) {}

ThreadExecutor::~ThreadExecutor() {
  if (threads_.empty() || is_finished_) return;
  work_.stop->store(true);
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
      agreed = instance->survey_first(table.rows());
    } else {
      instance->survey(table.rows(), agreed);
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
  Decoder decoder(work_, descriptions_, loaders_[worker], quarantine_,
                  [this](std::unique_ptr<Parcel> parcel) {
                    const std::size_t job = parcel->job;
                    order_.deliver(std::move(parcel));
                    return order_.spare(job);
                  });
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
  FinishState state{&instance.state(), &rows};
  const sheaf_rows abi{sizeof(sheaf_rows), 0, &state, &on_count, &on_read, &on_set_attr};
  return instance.finish(abi);
}

}  // namespace sheaf::host
