// SPDX-License-Identifier: MIT
#include "core/read/decode_pool.hpp"

#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

namespace sheaf::read {

struct DecodePool::Job {
  Job(std::size_t count, const std::function<void(std::size_t)>& function)
      : pieces(count), body(&function) {}

  // Pieces until none is left; `body` isn't touched behind the last one.
  void work() {
    for (std::size_t piece = next++; piece < pieces; piece = next++) {
      try {
        if (!has_failed.load(std::memory_order_relaxed)) (*body)(piece);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!error) error = std::current_exception();
        has_failed = true;
      }
      const std::lock_guard lock(mutex);
      if (++done == pieces) is_done.notify_all();
    }
  }
  void wait() {
    std::unique_lock lock(mutex);
    is_done.wait(lock, [this] { return done == pieces; });
    if (error) std::rethrow_exception(error);
  }
  [[nodiscard]] bool has_pieces() const noexcept { return next.load() < pieces; }

  std::size_t pieces;
  const std::function<void(std::size_t)>* body;
  std::atomic<std::size_t> next{0};
  std::atomic<bool> has_failed{false};
  std::mutex mutex;
  std::condition_variable is_done;
  std::size_t done = 0;
  std::exception_ptr error;
};

DecodePool::DecodePool(unsigned threads)
    : helpers_((threads != 0 ? threads : std::max(1U, std::thread::hardware_concurrency())) - 1) {}

DecodePool::~DecodePool() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
    later_.clear();
  }
  has_work_.notify_all();
  threads_.clear();
}

// With the lock held. Fewer do as well, and none.
void DecodePool::start() {
  while (threads_.size() < helpers_) {
    try {
      threads_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
      helpers_ = static_cast<unsigned>(threads_.size());
    }
  }
}

void DecodePool::run(std::size_t pieces, const std::function<void(std::size_t)>& body) {
  if (pieces < 2 || helpers_ == 0) {
    for (std::size_t piece = 0; piece < pieces; ++piece) body(piece);
    return;
  }
  const auto job = std::make_shared<Job>(pieces, body);
  {
    const std::lock_guard lock(mutex_);
    start();
    jobs_.push_back(job);
  }
  has_work_.notify_all();
  job->work();
  {
    const std::lock_guard lock(mutex_);
    std::erase(jobs_, job);
  }
  job->wait();
}

bool DecodePool::later(std::function<void()> body) {
  {
    const std::lock_guard lock(mutex_);
    if (helpers_ == 0 || later_.size() >= std::size_t{2} * threads()) return false;
    start();
    later_.push_back(std::move(body));
  }
  has_work_.notify_one();
  return true;
}

bool DecodePool::help() {
  std::unique_lock lock(mutex_);
  if (later_.empty()) return false;
  do_later(lock);
  return true;
}

void DecodePool::forget_later() {
  std::unique_lock lock(mutex_);
  later_.clear();
  is_idle_.wait(lock, [this] { return later_running_ == 0; });
}

void DecodePool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    has_work_.wait(lock, [this] { return is_ending_ || !jobs_.empty() || !later_.empty(); });
    if (is_ending_) return;
    if (!jobs_.empty()) {
      const std::shared_ptr<Job> job = jobs_.front();
      lock.unlock();
      job->work();
      lock.lock();
      // Its caller takes it away, too.
      if (!job->has_pieces()) std::erase(jobs_, job);
      continue;
    }
    do_later(lock);
  }
}

void DecodePool::do_later(std::unique_lock<std::mutex>& lock) {
  const std::function<void()> body = std::move(later_.front());
  later_.pop_front();
  ++later_running_;
  lock.unlock();
  try {
    body();
  } catch (...) {
    // Whoever wants that chunk meets the same failure.
  }
  lock.lock();
  if (--later_running_ == 0) is_idle_.notify_all();
}

}  // namespace sheaf::read
