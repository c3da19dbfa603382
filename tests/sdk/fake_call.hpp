// SPDX-License-Identifier: MIT
#pragma once
// The host's end of a call: what a plugin says to it is kept for a test to look at.

#include <string>
#include <vector>

#include <sheaf/sdk.hpp>

namespace sheaf::test {

class FakeCall {
 public:
  FakeCall() {
    call_.struct_size = sizeof call_;
    call_.host_data = this;
    call_.fail = [](const sheaf_call* call, sheaf_status status, sheaf_string text) {
      self(call).message = sdk::detail::view(text);
      return status;
    };
    call_.log = [](const sheaf_call* call, std::uint32_t severity, sheaf_string text) {
      self(call).log.push_back(std::to_string(severity) + " " +
                               std::string(sdk::detail::view(text)));
    };
    call_.cancelled = [](const sheaf_call* call) -> std::uint32_t {
      return self(call).stopped ? 1 : 0;
    };
    call_.progress = [](const sheaf_call* call, double done) { self(call).fraction = done; };
    call_.thread_budget = [](const sheaf_call*) -> std::uint32_t { return 3; };
  }
  FakeCall(const FakeCall&) = delete;
  FakeCall& operator=(const FakeCall&) = delete;
  [[nodiscard]] const sheaf_call* get() const { return &call_; }

  std::string message;  // the last one given to fail()
  std::vector<std::string> log;
  double fraction = -1;
  bool stopped = false;

 private:
  static FakeCall& self(const sheaf_call* call) { return *static_cast<FakeCall*>(call->host_data); }
  sheaf_call call_{};
};

}  // namespace sheaf::test
