// SPDX-License-Identifier: MIT
#pragma once
// What the host offers during every call: log, cancellation, progress, threads.
//
// Model: Survey, Description, Sink and Rows are all Calls; use these through them.
// Threads: only during the call, on the thread it was made on.

#include <cstdint>
#include <string_view>

#include <sheaf/plugin.h>
#include <sheaf/sdk/error.hpp>

namespace sheaf::sdk {

enum class Severity : std::uint32_t {
  Debug = SHEAF_LOG_DEBUG,
  Info = SHEAF_LOG_INFO,
  Warning = SHEAF_LOG_WARNING,
  Error = SHEAF_LOG_ERROR,
};

class Call {
 public:
  explicit Call(const sheaf_call* call) noexcept : call_(call) {}

  void log(Severity severity, std::string_view message) const {
    call_->log(call_, static_cast<std::uint32_t>(severity), detail::view(message));
  }
  // Of the host, which may be older than what the plugin was built for.
  [[nodiscard]] std::uint32_t abi_minor() const noexcept { return call_->abi_minor; }
  // Helper threads may ask too, while the call lasts.
  [[nodiscard]] bool cancelled() const { return call_->cancelled(call_) != 0; }
  // For loops that take seconds. Throws Cancelled.
  void check_cancelled() const {
    if (cancelled()) throw Cancelled();
  }
  void progress(double fraction) const { call_->progress(call_, fraction); }
  // Threads this call may use in all, its own included.
  [[nodiscard]] unsigned thread_budget() const { return call_->thread_budget(call_); }

 private:
  const sheaf_call* call_;
};

}  // namespace sheaf::sdk
