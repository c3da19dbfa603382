// SPDX-License-Identifier: MIT
#include "host/source/shelf.hpp"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <unistd.h>

#include <sys/eventfd.h>

#include "core/error.hpp"

namespace sheaf::host {
namespace {

// Each is a descriptor, of which a process has 1024 unless it asks for more.
constexpr std::size_t most_waiting = 256;
// How soon a stop is noticed that nobody tells us of.
constexpr std::chrono::milliseconds patience{100};

Descriptor open_event() {
  Descriptor event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!event) throw system_error(errno, "eventfd", "make one");
  return event;
}

}  // namespace

Shelf::Shelf(std::vector<std::size_t> sources, std::size_t budget, const std::atomic<bool>* stop)
    : sources_(std::move(sources)),
      budget_(budget),
      stop_(stop),
      event_(open_event()),
      states_(sources_.size(), State::Missing) {}

std::size_t Shelf::place_of(std::size_t source) const {
  const auto found = std::ranges::lower_bound(sources_, source);
  assert(found != sources_.end() && *found == source && "a local file isn't fetched");
  return static_cast<std::size_t>(found - sources_.begin());
}

bool Shelf::cancelled() const {
  const std::lock_guard lock(mutex_);
  return cancelled_ || (stop_ != nullptr && stop_->load(std::memory_order_relaxed));
}

bool Shelf::room_for(std::size_t source) const {
  if (source < wanted_end_ || first_ == sources_.size() || source <= sources_[first_]) return true;
  return held_ < static_cast<std::int64_t>(budget_) && waiting_.size() < most_waiting;
}

bool Shelf::has_room(std::size_t source) const {
  const std::lock_guard lock(mutex_);
  return cancelled_ || room_for(source);
}

bool Shelf::wait_for_room(std::size_t source) const {
  std::unique_lock lock(mutex_);
  while (true) {
    if (cancelled_ || (stop_ != nullptr && stop_->load(std::memory_order_relaxed))) return false;
    if (room_for(source)) return true;
    room_.wait_for(lock, patience);
  }
}

void Shelf::hold(std::int64_t bytes) {
  const std::lock_guard lock(mutex_);
  held_ += bytes;
  if (bytes < 0) room_.notify_all();
}

void Shelf::put(std::size_t source, Fetched fetched, std::int64_t held) {
  const std::lock_guard lock(mutex_);
  const std::size_t place = place_of(source);
  assert(states_[place] == State::Missing && "a source is put once");
  states_[place] = State::Ready;
  waiting_.emplace(source, Waiting{std::move(fetched), held});
  arrival_.notify_all();
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t told = ::write(event_.get(), &one, sizeof(one));
}

void Shelf::want(std::size_t end) {
  if (end <= wanted_end_) return;
  wanted_end_ = end;
  tell_room();
}

void Shelf::tell_room() {
  room_.notify_all();
  if (call_on_room_) call_on_room_();
}

bool Shelf::ready(std::size_t first, std::size_t last) {
  const std::lock_guard lock(mutex_);
  auto next = std::ranges::lower_bound(sources_, first);
  for (; next != sources_.end() && *next < last; ++next) {
    const State state = states_[static_cast<std::size_t>(next - sources_.begin())];
    if (state != State::Missing || !failure_.empty()) continue;
    want(last);
    return false;
  }
  return true;
}

Fetched Shelf::take(std::size_t source) {
  std::unique_lock lock(mutex_);
  const std::size_t place = place_of(source);
  assert(states_[place] != State::Taken && "a source is taken once");
  if (states_[place] == State::Missing) want(source + 1);
  while (states_[place] == State::Missing) {
    if (cancelled_ || (stop_ != nullptr && stop_->load(std::memory_order_relaxed))) {
      return {Descriptor(), -1, "was not fetched, since the run was stopped"};
    }
    if (!failure_.empty()) return {Descriptor(), -1, failure_};
    arrival_.wait_for(lock, patience);
  }
  auto node = waiting_.extract(source);
  states_[place] = State::Taken;
  held_ -= node.mapped().held;
  while (first_ < states_.size() && states_[first_] == State::Taken) ++first_;
  tell_room();
  return std::move(node.mapped().fetched);
}

void Shelf::cancel() {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  arrival_.notify_all();
  tell_room();
}

void Shelf::fail(const std::string& why) {
  const std::lock_guard lock(mutex_);
  failure_ = why;
  arrival_.notify_all();
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t told = ::write(event_.get(), &one, sizeof(one));
}

}  // namespace sheaf::host
