// SPDX-License-Identifier: MIT
#pragma once
// Checks a plugin: all tests of the kit over all of its features.
//
// Model: what the file says of itself first, then each feature: that it opens, that it loads good
// sources, and then everything else, each test in a process of its own (apart.hpp), a few at a
// time. What an earlier test makes pointless isn't run, and the report says so. Derived features
// get the rows that their input, found in the plugin itself or among those installed, makes of the
// sources. Threads: called by one. Failure: Error where sources or options make no sense, or
// nothing can be started; whatever the plugin does is in the report.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/conformance/report.hpp"

namespace sheaf::host::conformance {

struct Request {
  std::filesystem::path file;
  std::vector<std::string> sources;   // files, folders, globs: as `sheaf ingest` takes them
  std::vector<std::string> settings;  // features with parameters, as behind -f
  std::vector<std::string> only;      // names of tests; empty: all
  std::string feature;                // full or short name; empty: all
  std::uint64_t seed = 0;
  std::optional<std::uint64_t> only_case;
  std::chrono::milliseconds limit{20'000};  // for each case of a test
  std::uint32_t allowed = 0;                // by confinement (host/worker/confine.hpp)
  unsigned jobs = 2;                        // processes at a time
  bool in_process = false;                  // run tests here, for a debugger

  // Whether its report tells of the whole plugin.
  [[nodiscard]] bool is_whole() const { return only.empty() && feature.empty() && !only_case; }
};

// `told` hears of each test that has ended, in any order, from one thread at a time.
[[nodiscard]] Report check(const Request& request,
                           const std::function<void(const TestResult&)>& told = {});

}  // namespace sheaf::host::conformance
