// SPDX-License-Identifier: MIT
#pragma once
// A configuration to begin with, made for sources that are there.
//
// Model: an ingest with it does what one without any would do with the same sources. All else that
// could be set stands beside it as "#key = value", at its default, so that taking the '#' away is
// all there is to do; "# …" with a blank is prose. Threads: one. Failure: Error, as of a walk.

#include <optional>
#include <string>
#include <vector>

#include "host/plugin/catalog.hpp"

namespace sheaf::host {

struct DraftOptions {
  std::vector<std::string> sources;  // none: then nothing is known to match
  std::optional<std::string> base;
  bool archives = true;
  std::string output;  // the file that would be made; empty: named after the first source
  std::string name;    // of the configuration
};

struct Draft {
  std::string text;
  std::size_t sources = 0;
  std::size_t skipped = 0;
  std::vector<std::string> features;  // that load something
};

[[nodiscard]] Draft draft_config(const DraftOptions& options, const plugin::Catalog& catalog);

}  // namespace sheaf::host
