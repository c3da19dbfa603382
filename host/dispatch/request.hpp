// SPDX-License-Identifier: MIT
#pragma once
// A feature as the user asks for it, on the command line or in the configuration file.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/layout/spec.hpp"
#include "host/plugin/params.hpp"

namespace sheaf::host {

// Dataset creation; what is set here wins over what the plugin says.
struct DatasetOverrides {
  std::optional<std::int64_t> chunks;  // rows a chunk
  std::optional<layout::Compression> compression;
  std::optional<int> compression_opts;  // its level
  std::optional<bool> shuffle;
  std::optional<bool> fletcher32;
  std::optional<Value> fillvalue;
  std::optional<Dtype> dtype;

  bool operator==(const DatasetOverrides&) const = default;
};

struct FeatureRequest {
  std::string name;                   // full or short
  std::string plugin;                 // pins the plugin that must provide it; may be empty
  std::string path;                   // place in the file; the short name when empty
  std::vector<std::string> patterns;  // instead of the plugin's, when not empty
  plugin::ParamInputs params;
  DatasetOverrides dataset;
};

struct NamedParams {
  std::string name;
  plugin::ParamInputs params;
};
// "NAME[:param=value,…]"; `option` says in errors where that was. Throws Error (Invalid).
[[nodiscard]] NamedParams parse_named_params(const std::string& text, const std::string& option);

// "FEATURE[=PATH][:param=value,…]". A comma begins a new parameter only before `name=`, so that
// values (regexes above all) may hold commas. Throws Error (Invalid).
[[nodiscard]] FeatureRequest parse_request(const std::string& text);

}  // namespace sheaf::host
