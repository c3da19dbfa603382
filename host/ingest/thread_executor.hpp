// SPDX-License-Identifier: MIT
#pragma once
// Runs plugins in threads of this process.
//
// Model: each worker thread has its own instances (features that are EXCLUSIVE share one and take
// turns), takes job after job and delivers parcels to Order. What a thread dies of is thrown by
// next().

#include <atomic>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "host/ingest/decoder.hpp"
#include "host/ingest/executor.hpp"
#include "host/ingest/order.hpp"
#include "host/source/fetch.hpp"

namespace sheaf::host {

class ThreadExecutor final : public Executor {
 public:
  explicit ThreadExecutor(const Work& work);
  // Stops and joins the threads.
  ~ThreadExecutor() override;

  [[nodiscard]] std::vector<plugin::Description> prepare() override;
  void start() override;
  [[nodiscard]] std::unique_ptr<Parcel> next() override;
  void recycle(std::unique_ptr<Parcel> parcel) override { order_.recycle(std::move(parcel)); }
  plugin::Outcome finish(std::size_t feature, RowAccess& rows) override;

 private:
  void prepare_feature(std::size_t number);
  // The lock that all exclusive features of a plugin share.
  std::shared_ptr<std::mutex> exclusive_lock(const plugin::Plugin& plugin);
  void work_through(std::size_t worker);

  const Work& work_;
  Order order_;
  Quarantine quarantine_;
  std::vector<plugin::Description> descriptions_;
  std::vector<std::vector<LoaderSlot>> loaders_;  // by worker, by feature
  std::map<const plugin::Plugin*, std::shared_ptr<std::mutex>> exclusive_locks_;
  std::optional<Fetcher> fetcher_;  // when there is something to fetch
  std::atomic<std::size_t> next_job_ = 0;
  bool is_finished_ = false;  // next() has come to the end
  std::mutex failure_mutex_;
  std::exception_ptr failure_;
  std::vector<std::jthread> threads_;
};

}  // namespace sheaf::host
