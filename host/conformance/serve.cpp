// SPDX-License-Identifier: MIT
#include "host/conformance/serve.hpp"

#include <cstdlib>
#include <unistd.h>

#include "core/error.hpp"
#include "host/conformance/task.hpp"
#include "host/conformance/trial.hpp"
#include "host/log.hpp"
#include "host/python/loader.hpp"
#include "host/worker/confine.hpp"

namespace sheaf::host::conformance {
namespace {

constexpr std::uint64_t memory = std::uint64_t{4} << 30U;

class ChannelVoice final : public Voice {
 public:
  explicit ChannelVoice(worker::Channel& host) : host_(host) {}
  void entered(const Entered& entered) override { send(Kind::Entered, put(entered)); }
  void found(const Finding& finding) override { send(Kind::Found, put(finding)); }
  void described(const std::string& bytes) override { send(Kind::Described, bytes); }
  void fed(const FedRows& rows) override { send(Kind::Rows, put(rows)); }

 private:
  void send(Kind kind, const std::string& bytes) {
    if (!host_.send(static_cast<std::uint32_t>(kind), bytes)) _exit(1);  // nobody left to tell
  }
  worker::Channel& host_;
};

}  // namespace

void serve(worker::Channel& host) {
  const auto message = host.receive(true);
  if (!message) return;
  const Task task = take_task(message->bytes);
  // What plugins log is none of the kit's business.
  log::set_sink([](log::Level, std::string_view, std::string_view) {});
  ChannelVoice voice(host);
  // Its Python must run before programs are forbidden here.
  python::start_ahead({task.file}, {{true, task.allowed, memory}, -1, {}});
  worker::limit_resources(memory);
  const char* const folder = std::getenv("TMPDIR");
  static_cast<void>(worker::confine(folder == nullptr ? "" : folder, task.allowed));
  run_test(task, voice);
  host.send(static_cast<std::uint32_t>(Kind::Done));
  // The host has what it needs; how the plugin's libraries end is seen by nobody.
  host.receive(true);
}

}  // namespace sheaf::host::conformance
