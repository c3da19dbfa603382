// SPDX-License-Identifier: MIT
#include "host/ingest/order.hpp"

#include <utility>

namespace sheaf::host {

std::unique_ptr<Parcel> Order::spare(std::size_t job) {
  std::unique_ptr<Parcel> parcel;
  {
    const std::lock_guard lock(mutex_);
    if (!spares_.empty()) {
      parcel = std::move(spares_.back());
      spares_.pop_back();
    }
  }
  if (!parcel) parcel = std::make_unique<Parcel>();
  parcel->job = job;
  return parcel;
}

bool Order::has_room(std::size_t job, std::size_t size) {
  if (in_transit_ + size <= budget_) return true;
  return job == first_ && waiting_[job].empty();
}

bool Order::deliver(std::unique_ptr<Parcel> parcel) {
  const std::size_t job = parcel->job;
  const std::size_t size = parcel->size();
  std::unique_lock lock(mutex_);
  room_.wait(lock, [&] { return aborted_ || has_room(job, size); });
  if (aborted_) return false;
  in_transit_ += size;
  waiting_[job].push_back(std::move(parcel));
  if (job == first_) arrival_.notify_one();
  return true;
}

std::unique_ptr<Parcel> Order::next() {
  std::unique_lock lock(mutex_);
  if (first_ == jobs_) return nullptr;
  arrival_.wait(lock, [&] { return aborted_ || !waiting_[first_].empty(); });
  if (aborted_) return nullptr;
  auto& queue = waiting_[first_];
  std::unique_ptr<Parcel> parcel = std::move(queue.front());
  queue.pop_front();
  if (parcel->ends_job) {
    waiting_.erase(first_);
    ++first_;
  }
  room_.notify_all();
  return parcel;
}

void Order::recycle(std::unique_ptr<Parcel> parcel) {
  const std::size_t size = parcel->size();
  parcel->clear();
  const std::lock_guard lock(mutex_);
  in_transit_ -= size;
  spares_.push_back(std::move(parcel));
  room_.notify_all();
}

void Order::abort() {
  const std::lock_guard lock(mutex_);
  aborted_ = true;
  room_.notify_all();
  arrival_.notify_all();
}

}  // namespace sheaf::host
