// SPDX-License-Identifier: MIT
#pragma once
// The worker's end of a request on an extension.
//
// Model: one plugin is loaded, each request is done with it; rows of sources are asked of the host.
// Threads: one. Failure: what the plugin or the host says no to is thrown as Error.

#include <memory>
#include <optional>
#include <string>

#include "host/extend/run_here.hpp"
#include "host/plugin/catalog.hpp"
#include "host/worker/extend_protocol.hpp"

namespace sheaf::host::worker {

class Extender {
 public:
  explicit Extender(Channel& host) : host_(host) {}
  // The answer's bytes.
  [[nodiscard]] std::string answer(const ExtendMessage& message);

 private:
  void load(const PluginFile& file);
  [[nodiscard]] plugin::Feature find_feature(const std::string& name) const;
  [[nodiscard]] std::string on_rows(const ExtendMessage& message);
  [[nodiscard]] std::string open_transform(const ExtendMessage& message);

  Channel& host_;
  plugin::Plugin plugin_;
  std::optional<extend::TransformHere> transform_;
};

}  // namespace sheaf::host::worker
