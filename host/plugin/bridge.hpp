// SPDX-License-Identifier: MIT
#pragma once
// Where C statuses become C++ values and the other way round: the host's side of the ABI.
//
// Model: an Outcome is what a call into a plugin came to: its status and the message it left.
// call_plugin() is the only way into plugin code, call_host() wraps the body of every callback a
// plugin may call; between them no exception crosses the boundary in either direction.
// Threads: a CallState belongs to one instance and is used by one thread at a time.

#include <atomic>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/value.hpp"
#include "host/plugin/catalog.hpp"
#include <sheaf/plugin.h>

namespace sheaf::host::plugin {

struct Outcome {
  sheaf_status status = SHEAF_OK;
  std::string message;

  [[nodiscard]] bool is_error() const noexcept { return status < 0; }
};

// "source", "plugin", "fatal", … as __fail__/status has it.
[[nodiscard]] const char* status_name(sheaf_status status);

// What a plugin may ask of the host during a call.
struct Services {
  const std::atomic<bool>* cancelled = nullptr;
  unsigned threads = 1;
};

// Behind sheaf_call::host_data.
struct CallState {
  const Feature* feature = nullptr;  // none for what belongs to a plugin as a whole
  std::string origin;                // of what is logged: the name of the feature or transform
  Services services;
  sheaf_call call{};
  std::string message;  // the last one passed to fail()

  CallState(const Feature& of, const Services& with);
  CallState(std::string name, const Services& with);
  CallState(const CallState&) = delete;
  CallState& operator=(const CallState&) = delete;

  sheaf_status fail(sheaf_status status, std::string text) {
    message = std::move(text);
    return status;
  }
};

// Runs `body`, which calls a function of the plugin and returns its status.
template <class Body>
Outcome call_plugin(CallState& state, Body&& body) {
  state.message.clear();
  sheaf_status status = SHEAF_ERR_PLUGIN;
  try {
    status = std::forward<Body>(body)();
  } catch (const std::exception& error) {
    state.message = std::string("an exception crossed the C boundary: ") + error.what();
  } catch (...) {
    state.message = "an exception crossed the C boundary";
  }
  if (status < SHEAF_ERR_FATAL || status > SHEAF_CANCELLED) {
    state.message = "returned the unknown status " + std::to_string(status);
    status = SHEAF_ERR_PLUGIN;
  }
  return {status, std::exchange(state.message, {})};
}

// Runs `body`, which calls a function of the plugin that returns no status; returns what went
// wrong, or empty.
template <class Body>
std::string call_entry(Body&& body, const std::string& function = "entry") {
  try {
    std::forward<Body>(body)();
    return {};
  } catch (const std::exception& error) {
    return "its " + function + " threw an exception: " + error.what();
  } catch (...) {
    return "its " + function + " threw an exception";
  }
}

// Runs the body of a callback, which returns a status; `refused` is the status when it throws.
template <class Body>
sheaf_status call_host(CallState& state, Body&& body,
                       sheaf_status refused = SHEAF_ERR_PLUGIN) noexcept {
  try {
    return std::forward<Body>(body)();
  } catch (const std::exception& error) {
    return state.fail(refused, error.what());
  } catch (...) {
    return refused;
  }
}

[[nodiscard]] std::optional<Dtype> to_dtype(sheaf_dtype dtype) noexcept;
[[nodiscard]] sheaf_dtype to_abi(Dtype dtype) noexcept;
// Copies. Throws Error (Invalid) for a dtype or shape that makes no sense.
[[nodiscard]] Value to_value(const sheaf_array& array);

// A Value as the ABI's array: views into the value, which must stay.
class AbiArray {
 public:
  explicit AbiArray(const Value& value);
  [[nodiscard]] const sheaf_array& array() const noexcept { return array_; }

 private:
  std::vector<sheaf_string> texts_;
  sheaf_array array_{};
};

}  // namespace sheaf::host::plugin
