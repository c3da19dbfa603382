// SPDX-License-Identifier: MIT
#pragma once
// The whole way from sources to a file: walk, dispatch, decode, order, write.
//
// Model: one call runs one ingest. It makes a new file, or goes on with one that is there
// (continuation.hpp). What was committed stays, whatever happens; a run that is stopped commits the
// sources that are complete, with sheaf_complete = 0, and never in the place of an older file.
// Sources that failed are in the summary and in the file's __fail__. Threads: blocks; call it from
// any thread. Failure: Error (Cancelled when `stop` was set).

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/dispatch/request.hpp"
#include "host/ingest/continuation.hpp"
#include "host/ingest/summary.hpp"
#include "host/ingest/work.hpp"
#include "host/plugin/catalog.hpp"

namespace sheaf::host {

struct IngestOptions {
  std::vector<std::string> sources;  // as on the command line
  std::filesystem::path output;
  std::vector<FeatureRequest> features;  // empty: all that take part by themselves
  std::optional<std::string> base;
  bool archives = true;    // open those met on the walk
  bool overwrite = false;  // build the file anew
  ContinueOptions go_on;   // when it is there, and isn't to be built anew
  bool stop_on_error = false;
  Limits limits;
  CommitPoints commits;
  // What plugins may do in spite of confinement, by id (worker/confine.hpp).
  std::map<std::string, std::uint32_t, std::less<>> allowed;
};

// Plugins run in worker processes, or in threads of this one when the catalog has them loaded.
// Set `stop` from anywhere (a signal handler) to end the run; a run that fails sets it too.
[[nodiscard]] Summary ingest(const IngestOptions& options, const plugin::Catalog& catalog,
                             std::atomic<bool>& stop, Observer& observer);

// All that comes before the first source is loaded: plugins are opened, surveys made, outputs
// described and compared with dataset options and with the file that is gone on with. Writes
// nothing. Throws what ingest() would.
void rehearse(const IngestOptions& options, const plugin::Catalog& catalog);

}  // namespace sheaf::host
