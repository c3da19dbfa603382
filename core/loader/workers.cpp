// SPDX-License-Identifier: MIT
#include "core/loader/workers.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "core/error.hpp"

namespace sheaf::loader {

Workers::Workers(unsigned threads, std::size_t prefetch, Make make)
    : thread_count_(threads),
      make_(std::move(make)),
      ring_(std::max<std::size_t>({prefetch, threads, 1})) {}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  has_room_.notify_all();
  threads_.clear();
}

void Workers::begin(std::int64_t epoch, std::int64_t number, std::int64_t count) {
  std::vector<Slot> dropped(ring_.size());
  {
    const std::lock_guard lock(mutex_);
    ++run_;
    dropped.swap(ring_);  // their memory goes back without the lock
    epoch_ = epoch;
    count_ = count;
    ticket_ = number;
    wanted_ = number;
  }
  start();
  has_room_.notify_all();
}

void Workers::start() {
  while (threads_.size() < thread_count_) {
    try {
      threads_.emplace_back(
          [this, worker = static_cast<unsigned>(threads_.size())] { run(worker); });
    } catch (const std::system_error& error) {
      // Fewer do as well.
      if (threads_.empty()) throw system_error(error.code().value(), "loader", "start a thread");
      thread_count_ = static_cast<unsigned>(threads_.size());
    }
  }
}

bool Workers::may_begin() const noexcept {
  return ticket_ < count_ && ticket_ < wanted_ + static_cast<std::int64_t>(ring_.size());
}

void Workers::run(unsigned worker) {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    has_room_.wait(lock, [this] { return is_ending_ || may_begin(); });
    --idle_;
    if (is_ending_) return;
    const std::uint64_t run = run_;
    const std::int64_t epoch = epoch_;
    const std::int64_t number = ticket_++;
    lock.unlock();
    Slot made;
    try {
      made.batch = make_(epoch, number, worker);
    } catch (...) {
      made.error = std::current_exception();
    }
    made.is_ready = true;
    lock.lock();
    if (run == run_) {
      std::swap(ring_[static_cast<std::size_t>(number) % ring_.size()], made);
      if (number == wanted_) has_batch_.notify_one();
    }
    lock.unlock();
    made = {};  // what nobody wants, without the lock
    lock.lock();
  }
}

BatchPtr Workers::next() {
  if (thread_count_ == 0) {
    if (wanted_ >= count_) return {};
    return make_(epoch_, wanted_++, 0);
  }
  std::unique_lock lock(mutex_);
  if (wanted_ >= count_) return {};
  Slot& slot = ring_[static_cast<std::size_t>(wanted_) % ring_.size()];
  has_batch_.wait(lock, [&slot] { return slot.is_ready; });
  const Slot taken = std::exchange(slot, {});
  ++wanted_;
  // Workers sleep when the ring is full. Waking one for each batch would cost as much as a small
  // batch itself; half a ring is enough to go on with meanwhile.
  const std::int64_t ahead = ticket_ - wanted_;
  const bool wakes = idle_ > 0 && ahead * 2 <= static_cast<std::int64_t>(ring_.size());
  lock.unlock();
  if (wakes) has_room_.notify_all();
  if (taken.error) std::rethrow_exception(taken.error);
  return taken.batch;
}

}  // namespace sheaf::loader
