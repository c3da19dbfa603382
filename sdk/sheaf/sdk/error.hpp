// SPDX-License-Identifier: MIT
#pragma once
// How a plugin fails, and the one place where its exceptions become statuses.
//
// Model: the class of the exception says how far the damage goes: one source (Error, and any other
// std::exception thrown by load), the plugin (PluginError), the whole ingest (FatalError).
// Say what is wrong and the remedy; the host adds source, feature and plugin.

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <sheaf/plugin.h>

namespace sheaf::sdk {

class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message) : Error(SHEAF_ERR_SOURCE, message) {}
  [[nodiscard]] sheaf_status status() const noexcept { return status_; }

 protected:
  Error(sheaf_status status, const std::string& message)
      : std::runtime_error(message), status_(status) {}

 private:
  sheaf_status status_;
};

class PluginError : public Error {
 public:
  explicit PluginError(const std::string& message) : Error(SHEAF_ERR_PLUGIN, message) {}
};

class FatalError : public Error {
 public:
  explicit FatalError(const std::string& message) : Error(SHEAF_ERR_FATAL, message) {}
};

// The user asked to stop: thrown by Call::check_cancelled().
class Cancelled : public Error {
 public:
  Cancelled() : Error(SHEAF_CANCELLED, "cancelled") {}
};

namespace detail {

// The host refused a call and has recorded why: only the status is carried on.
struct HostRefused {
  sheaf_status status;
};

inline void check_host(sheaf_status status) {
  if (status != SHEAF_OK) throw HostRefused{status};
}

inline sheaf_string view(std::string_view text) noexcept { return {text.data(), text.size()}; }
inline std::string_view view(sheaf_string text) noexcept {
  return {text.data, static_cast<std::size_t>(text.size)};
}

// Runs `body`, which returns a status, and turns whatever it throws into one.
template <class Body>
sheaf_status guard(const sheaf_call* call, sheaf_status unexpected, Body&& body) noexcept {
  try {
    return std::forward<Body>(body)();
  } catch (const HostRefused& refused) {
    return refused.status;
  } catch (const Error& error) {
    return call->fail(call, error.status(), view(error.what()));
  } catch (const std::bad_alloc&) {
    return call->fail(call, unexpected, SHEAF_STR("out of memory"));
  } catch (const std::exception& error) {
    return call->fail(call, unexpected, view(error.what()));
  } catch (...) {
    return call->fail(call, unexpected, SHEAF_STR("threw something that is no std::exception"));
  }
}

}  // namespace detail
}  // namespace sheaf::sdk
