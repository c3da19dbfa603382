// SPDX-License-Identifier: MIT
#include <functional>
#include <new>

#include <catch2/catch.hpp>

#include "tests/sdk/fake_call.hpp"
#include <sheaf/sdk/error.hpp>

using namespace sheaf;

TEST_CASE("the class of an exception says how far the damage goes", "[sdk][error]") {
  using Throw = std::function<void()>;
  const auto [body, status, message] = GENERATE(table<Throw, sheaf_status, std::string>({
      {[] { throw sdk::Error("bad"); }, SHEAF_ERR_SOURCE, "bad"},
      {[] { throw sdk::PluginError("broken"); }, SHEAF_ERR_PLUGIN, "broken"},
      {[] { throw sdk::FatalError("the end"); }, SHEAF_ERR_FATAL, "the end"},
      {[] { throw sdk::Cancelled(); }, SHEAF_CANCELLED, "cancelled"},
      {[] { throw std::runtime_error("other"); }, -77, "other"},
      {[] { throw std::bad_alloc(); }, -77, "out of memory"},
      {[] { throw 3; }, -77, "threw something that is no std::exception"},
      {[] {}, SHEAF_OK, ""},
  }));
  test::FakeCall call;
  CHECK(sdk::detail::guard(call.get(), -77, [&, run = body] {
          run();
          return SHEAF_OK;
        }) == status);
  CHECK(call.message == message);
}

TEST_CASE("what the host refused is passed on with the host's own message", "[sdk][error]") {
  test::FakeCall call;
  call.message = "the host's";
  CHECK(sdk::detail::guard(call.get(), SHEAF_ERR_SOURCE, []() -> sheaf_status {
          sdk::detail::check_host(SHEAF_ERR_PLUGIN);
          return SHEAF_OK;
        }) == SHEAF_ERR_PLUGIN);
  CHECK(call.message == "the host's");
}

TEST_CASE("a call offers the host's services", "[sdk][call]") {
  test::FakeCall fake;
  const sdk::Call call(fake.get());
  call.log(sdk::Severity::Warning, "look out");
  CHECK(fake.log == std::vector<std::string>{"2 look out"});
  call.progress(0.5);
  CHECK(fake.fraction == 0.5);
  CHECK(call.thread_budget() == 3);
  CHECK_NOTHROW(call.check_cancelled());
  fake.stopped = true;
  CHECK(call.cancelled());
  CHECK_THROWS_AS(call.check_cancelled(), sdk::Cancelled);
}
