// SPDX-License-Identifier: MIT
#pragma once
// A worker process for requests on one plugin's extensions, from the host's side.
//
// Model: ask() sends a request, answers the worker's questions for rows meanwhile, and gives the
// bytes that came back. A worker that ends, hangs past the limit, takes too much memory or says
// what makes no sense is killed, and every request after that is refused. Threads: one at a time.
// Failure: Error: what the plugin said no to, or Invalid that names plugin and request, and how the
// worker ended.

#include <optional>
#include <string>
#include <vector>

#include "host/extend/extensions.hpp"
#include "host/worker/child.hpp"
#include "host/worker/extend_protocol.hpp"
#include "host/worker/printed_lines.hpp"

namespace sheaf::host::extend {

class Remote {
 public:
  Remote(const plugin::Plugin& plugin, const Options& options);

  // `doing` names the request: "method 'loudness' of feature 'sheaf.audio'". Plugin and confinement
  // are filled in.
  [[nodiscard]] std::string ask(worker::ExtendMessage message, const std::string& doing,
                                const std::vector<StoredSource*>& sources = {});

 private:
  [[nodiscard]] std::optional<std::string> take(const worker::Message& message,
                                                const std::vector<StoredSource*>& sources);
  void serve_rows(const worker::Message& message, const std::vector<StoredSource*>& sources);
  void check_limits(std::chrono::steady_clock::time_point limit, const std::string& doing);
  [[noreturn]] void give_up(const std::string& doing, const std::string& why);
  void listen();

  std::string plugin_;  // id and version
  worker::PluginFile file_;
  Options options_;
  worker::PrintedLines printed_;
  std::optional<worker::Child> child_;
};

}  // namespace sheaf::host::extend
