// SPDX-License-Identifier: MIT
#pragma once
// A plugin's descriptor without its code: what a scan sends to a host that never loads the plugin.
//
// Model: to_bytes() writes all that a descriptor declares; Manifest reads it back into a descriptor
// of the same shape whose functions are only there or not there (calling one ends the process).
// What it points to lives as long as the Manifest. Failure: Error for bytes that make no sense.

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "host/wire.hpp"
#include <sheaf/plugin.h>

namespace sheaf::host::plugin {

[[nodiscard]] std::string to_bytes(const sheaf_plugin& plugin);

class Manifest {
 public:
  explicit Manifest(std::string_view bytes);
  Manifest(const Manifest&) = delete;
  Manifest& operator=(const Manifest&) = delete;
  [[nodiscard]] const sheaf_plugin& descriptor() const { return plugin_; }

 private:
  sheaf_string text(wire::In& in);
  const sheaf_string* texts(wire::In& in, std::uint64_t& count);
  sheaf_param_value param_value(wire::In& in);
  const sheaf_param* param(wire::In& in);
  const sheaf_feature* feature(wire::In& in);

  std::deque<std::string> strings_;
  std::deque<std::vector<sheaf_string>> lists_;
  std::deque<std::vector<sheaf_param_value>> value_lists_;
  std::deque<sheaf_param> params_;
  std::deque<std::vector<const sheaf_param*>> param_lists_;
  std::deque<sheaf_feature> features_;
  std::vector<const sheaf_feature*> feature_list_;
  sheaf_plugin plugin_{};
};

}  // namespace sheaf::host::plugin
