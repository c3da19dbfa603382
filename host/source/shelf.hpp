// SPDX-License-Identifier: MIT
#pragma once
// Where fetched sources wait for those who want them: the one place that fetching threads and
// consumers share.
//
// Model: producers put() sources, consumers take() each once. Room is a budget of bytes that are
// here or on their way. It never holds up a source that somebody waits for or that is the first
// not yet taken, nor any before it: so something always moves.
// Threads: any.

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "host/source/spool.hpp"

namespace sheaf::host {

class Shelf {
 public:
  // `sources`: the numbers that will be put here, ascending. `stop`: may be null; polled.
  Shelf(std::vector<std::size_t> sources, std::size_t budget, const std::atomic<bool>* stop);

  // For producers.
  [[nodiscard]] bool has_room(std::size_t source) const;
  // False when nobody wants anything any more.
  [[nodiscard]] bool wait_for_room(std::size_t source) const;
  // Bytes that came for a source, or (negative) were thrown away again.
  void hold(std::int64_t bytes);
  // `held`: what was held for it, given back when it is taken.
  void put(std::size_t source, Fetched fetched, std::int64_t held);
  // Called, from any thread, when there may be room.
  void on_room(std::function<void()> call) { call_on_room_ = std::move(call); }
  [[nodiscard]] bool cancelled() const;

  // For consumers; see Fetcher.
  [[nodiscard]] bool ready(std::size_t first, std::size_t last);
  [[nodiscard]] int event() const noexcept { return event_.get(); }
  [[nodiscard]] Fetched take(std::size_t source);
  void cancel();
  // Nothing more will be put: what is missing fails with this.
  void fail(const std::string& why);

 private:
  enum class State : std::uint8_t { Missing, Ready, Taken };
  struct Waiting {
    Fetched fetched;
    std::int64_t held = 0;
  };
  [[nodiscard]] std::size_t place_of(std::size_t source) const;
  [[nodiscard]] bool room_for(std::size_t source) const;
  void want(std::size_t end);
  void tell_room();

  const std::vector<std::size_t> sources_;
  const std::size_t budget_;
  const std::atomic<bool>* stop_;
  const Descriptor event_;
  std::function<void()> call_on_room_;
  mutable std::mutex mutex_;
  mutable std::condition_variable room_;
  std::condition_variable arrival_;
  std::vector<State> states_;  // by place in sources_
  std::unordered_map<std::size_t, Waiting> waiting_;
  std::size_t first_ = 0;       // place of the first that wasn't taken
  std::size_t wanted_end_ = 0;  // somebody waits for a source before this one
  std::int64_t held_ = 0;
  bool cancelled_ = false;
  std::string failure_;
};

}  // namespace sheaf::host
