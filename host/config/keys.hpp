// SPDX-License-Identifier: MIT
#pragma once
// All that a configuration says, and all that is wrong with its keys and values, at once.
//
// Model: a key that can't be read is as if it weren't there. What needs plugins, sources or the
// output to be judged is check.hpp's. Threads: any.

#include <string>
#include <vector>

#include "host/config/config.hpp"
#include "host/config/table.hpp"

namespace sheaf::host {

struct ReadConfig {
  Config config;  // a feature for every [[feature]], also one that has no name
  std::vector<ConfigProblem> problems;
};

[[nodiscard]] ReadConfig read_keys(const toml::table& root, const std::string& name);

}  // namespace sheaf::host
