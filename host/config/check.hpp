// SPDX-License-Identifier: MIT
#pragma once
// All that is wrong with a configuration, in one go, and what an ingest with it would do.
//
//   keys and values     read_keys(): unknown keys, types, ranges
//   names               features, parameters, plugins, places, patterns: against the plugins
//   sources, output     what isn't there, ties for one place: by a walk
//   the rest            when all that was right: plugins are opened (rehearse())
//
// Model: nothing is written. Threads: one. Failure: Error (NotFound, Io) where the file itself
// can't be read.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/config/keys.hpp"
#include "host/dispatch/plan.hpp"
#include "host/plugin/catalog.hpp"

namespace sheaf::host {

struct ConfigReport {
  std::string file;
  std::vector<ConfigProblem> problems;  // in the order of the lines
  std::vector<std::string> notes;       // no problems, but worth knowing
  Config config;
  std::vector<Selected> selection;  // what would take part; nothing where that can't be said
  Plan plan;                        // of it, and of the sources that are there
};

[[nodiscard]] ConfigReport check_config(const std::filesystem::path& file,
                                        const plugin::Catalog& catalog);

}  // namespace sheaf::host
