// SPDX-License-Identifier: MIT
#pragma once
// The configuration file (TOML) of an ingest. docs/configuration.md has all keys.
//
// Model: every key may be absent; what the command line says wins. Unknown keys and wrong types are
// errors with line and column.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/dispatch/request.hpp"

namespace sheaf::host {

struct Config {
  std::vector<std::string> sources;
  std::optional<std::string> output;
  std::optional<std::string> base;
  std::optional<bool> archives;
  std::optional<bool> overwrite;
  std::optional<bool> update;
  std::optional<bool> prune;
  std::optional<bool> digests;              // check = "digest"
  std::optional<std::size_t> commit_every;  // sources
  std::optional<std::chrono::milliseconds> commit_after;
  std::optional<unsigned> workers;
  std::optional<bool> stop_on_error;
  std::vector<FeatureRequest> features;
  // What plugins may do in spite of confinement, by id (host/worker/confine.hpp).
  std::map<std::string, std::uint32_t, std::less<>> allowed;
};

// Throws Error (NotFound, Invalid) as "sheaf.toml:3:1: …". Paths stay as written.
[[nodiscard]] Config read_config(const std::filesystem::path& file);
[[nodiscard]] Config parse_config(std::string_view text, const std::string& name);

}  // namespace sheaf::host
