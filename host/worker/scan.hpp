// SPDX-License-Identifier: MIT
#pragma once
// Learns what plugins declare without loading one into this process.
//
// Model: a worker loads the file and sends its manifest; a plugin that kills the worker is refused
// with that as the reason, and the next one gets another worker. What was learnt is remembered in
// $XDG_CACHE_HOME/sheaf/plugins (by path, inode, size, times and this build), so that a second run
// starts no worker for it. Refusals aren't remembered: what was missing may be there next time.
// Threads: one.

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "host/plugin/catalog.hpp"
#include "host/plugin/manifest.hpp"
#include "host/worker/child.hpp"

namespace sheaf::host::worker {

class WorkerScanner final : public plugin::Scanner {
 public:
  // `longest`: how long a plugin may take to load.
  explicit WorkerScanner(std::chrono::milliseconds longest = std::chrono::seconds(20));
  // Writes what is new to the cache.
  ~WorkerScanner() override;

  [[nodiscard]] plugin::Scanned scan(const std::filesystem::path& file,
                                     const plugin::Note& note) override;
  [[nodiscard]] bool loads_here() const override { return false; }

 private:
  // The manifest's bytes, or why there are none.
  [[nodiscard]] std::variant<std::string, std::string> ask(const std::filesystem::path& file,
                                                           const plugin::Note& note);
  void read_cache();
  void write_cache() const;

  const std::chrono::milliseconds longest_;
  std::filesystem::path cache_file_;
  std::map<std::string, std::string> cache_;  // manifests by fingerprint
  std::map<std::string, std::string> used_;   // of those: the plugins that are there
  std::optional<Child> child_;
};

// All plugins, none of them loaded here.
[[nodiscard]] plugin::Catalog scan_in_workers();

}  // namespace sheaf::host::worker
