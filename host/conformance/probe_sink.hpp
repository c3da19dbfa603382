// SPDX-License-Identifier: MIT
#pragma once
// A sink that looks closely: what a plugin writes goes to memory between walls, filled with a
// poison beforehand, and is kept.
//
// Model: reserve and commit keep the real host's rules (host/ingest/slots.*) and refuse in its
// words; a breach that no source excuses is kept apart. Slots that aren't valid any more lose all
// access where there are walls. Threads: one at a time.

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/layout/spec.hpp"
#include "core/value.hpp"
#include "host/conformance/walled.hpp"
#include "host/plugin/bridge.hpp"
#include <sheaf/plugin.h>

namespace sheaf::host::conformance {

// How a sink treats the plugin.
struct SinkPlan {
  Walls walls = Walls::None;
  std::byte poison{0xA5};
  std::optional<std::size_t> refuse_reserve{};  // this one and all that follow, counted from 0
  std::optional<std::size_t> refuse_commit{};   // this one
  std::optional<std::size_t> cancel_commit{};   // this one and all that follow say "cancelled"
  std::function<void()> on_call{};              // while the plugin loads
};

struct Breach {
  std::string message;
  bool is_excusable = true;  // a damaged source may make a plugin do it: the host refuses it well
};

class ProbeSink {
 public:
  ProbeSink(const std::vector<layout::OutputSpec>& outputs, plugin::CallState& call, SinkPlan plan);
  ProbeSink(const ProbeSink&) = delete;
  ProbeSink& operator=(const ProbeSink&) = delete;

  [[nodiscard]] const sheaf_sink& sink() const noexcept { return sink_; }
  [[nodiscard]] std::vector<Value> take_rows() { return std::move(rows_); }
  [[nodiscard]] std::vector<Breach> take_breaches() { return std::move(breaches_); }
  [[nodiscard]] std::size_t reserves() const noexcept { return reserves_; }
  [[nodiscard]] std::size_t commits() const noexcept { return commits_; }
  // Calls after the first one that was refused or cancelled.
  [[nodiscard]] std::size_t calls_after_no() const noexcept { return calls_after_no_; }

 private:
  struct Reservation {
    std::optional<Walled> memory;
    std::optional<Walled> offsets;
    std::int64_t rows = 0;
    Shape item;
    bool is_open = false;
  };
  static sheaf_status on_reserve(const sheaf_sink* sink, uint32_t output, int64_t rows,
                                 const int64_t* item_shape, uint32_t ndim, uint64_t string_bytes,
                                 sheaf_slot* slot);
  static sheaf_status on_commit(const sheaf_sink* sink, uint32_t output, int64_t rows);
  template <class Body>
  sheaf_status answer(bool is_refused, const Body& body);
  void reserve(std::uint32_t output, std::int64_t rows, const Shape& item,
               std::uint64_t string_bytes, sheaf_slot& slot);
  void commit(std::uint32_t output, std::int64_t rows);
  std::size_t checked_size(const layout::OutputSpec& spec, std::int64_t rows, const Shape& item);
  void check_strings(const Reservation& made, std::int64_t rows);
  void check_bools(const Reservation& made, std::size_t size);
  void append(Value& value, const Reservation& made, std::int64_t rows);
  void retire(Reservation& made);
  [[noreturn]] void refuse(const std::string& why, bool is_excusable);

  const std::vector<layout::OutputSpec>& outputs_;
  plugin::CallState& call_;
  const SinkPlan plan_;
  sheaf_sink sink_{};
  std::vector<Reservation> reservations_;
  std::deque<Walled> retired_;
  std::vector<Value> rows_;
  std::vector<Breach> breaches_;
  std::size_t reserves_ = 0, commits_ = 0, calls_after_no_ = 0;
  std::size_t held_ = 0;  // bytes of rows_
  bool said_no_ = false;
};

}  // namespace sheaf::host::conformance
