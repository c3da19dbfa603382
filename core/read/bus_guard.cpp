// SPDX-License-Identifier: MIT
#include "core/read/bus_guard.hpp"

#include <csignal>
#include <mutex>
#include <ucontext.h>

namespace sheaf::read {

thread_local detail::BusGuard* detail::innermost_guard = nullptr;

namespace {

struct sigaction previous {};

// Without a handler the system ends the process: when the instruction runs again, or at once for a
// signal that somebody sent.
void default_action(const siginfo_t* info) noexcept {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  ::sigaction(SIGBUS, &action, nullptr);
  if (info->si_code <= 0) ::raise(SIGBUS);
}

void pass_on(int signal, siginfo_t* info, void* context) noexcept {
  if ((previous.sa_flags & SA_SIGINFO) != 0) {
    previous.sa_sigaction(signal, info, context);
  } else if (previous.sa_handler == SIG_DFL) {
    default_action(info);
  } else if (previous.sa_handler == SIG_IGN) {
    if (info->si_code > 0) default_action(info);  // what can't be ignored
  } else {
    previous.sa_handler(signal);
  }
}

void handle(int signal, siginfo_t* info, void* context) noexcept {
  const auto* const address = static_cast<const std::byte*>(info->si_addr);
  for (detail::BusGuard* guard = detail::innermost_guard; guard != nullptr; guard = guard->outer) {
    const bool is_ours =
        info->si_code > 0 && address >= guard->begin && address < guard->begin + guard->size;
    if (!is_ours) continue;
    // As it was before the signal, whoever called this handler: a second one must get here, too.
    ::pthread_sigmask(SIG_SETMASK, &static_cast<const ucontext_t*>(context)->uc_sigmask, nullptr);
    siglongjmp(guard->place, 1);
  }
  pass_on(signal, info, context);
}

}  // namespace

void watch_for_bus_errors() noexcept {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction action {};
    action.sa_sigaction = &handle;
    // It is left by a jump: the signal must not stay blocked behind it.
    action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
    ::sigaction(SIGBUS, nullptr, &previous);
    ::sigaction(SIGBUS, &action, nullptr);
  });
}

}  // namespace sheaf::read
