// SPDX-License-Identifier: MIT
#pragma once
// What the process that checks a plugin is asked for, and what it answers.
//
//   check (host)                        sheaf-worker … check
//   Task ──────────────────────────────► loads the plugin, runs one test
//                                ◄────── Entered: what it tries next (a sign of life)
//                                ◄────── Found: a finding
//                                ◄────── Described, Rows: what the input of a derived feature
//                                        says and gives (only the test "feed")
//                                ◄────── Done
//
// Model: put() and take_…() are each other's inverse; a process that dies says by its last Entered
// what it died of. Failure: Error for bytes that make no sense.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/value.hpp"
#include "host/conformance/finding.hpp"
#include "host/plugin/instance.hpp"

namespace sheaf::host::conformance {

enum class Kind : std::uint32_t { Task, Entered, Found, Described, Rows, Done };

// A good source. A derived feature gets the rows that its input made of it.
struct Sample {
  std::string id;
  std::string path;  // absolute
  std::vector<Value> inputs;
};

struct Task {
  std::string test;
  std::string file;
  std::string id;  // of the plugin, as its note has it
  std::string version;
  std::string feature;
  std::string request;  // the feature with parameters, as behind -f
  std::vector<Sample> samples;
  std::string input;  // of a derived feature: what its input describes, as put() below writes it
  std::uint64_t seed = 0;
  std::uint64_t first_case = 0;  // those before it are left out
  bool only_case = false;        // and those behind it
  std::uint32_t allowed = 0;     // what confinement leaves (host/worker/confine.hpp)
};

struct Entered {
  std::uint64_t number = 0;  // of the case, counted from 0 in each test
  std::string what;          // "loading 'a.scan' (empty)"
};

// What a sample gave, for the features that derive from it.
struct FedRows {
  std::uint64_t sample = 0;
  std::vector<Value> rows;
};

[[nodiscard]] std::string put(const Task& task);
[[nodiscard]] std::string put(const Entered& entered);
[[nodiscard]] std::string put(const Finding& finding);
[[nodiscard]] std::string put(const FedRows& rows);
[[nodiscard]] std::string put(const plugin::Description& description);
[[nodiscard]] Task take_task(std::string_view bytes);
[[nodiscard]] Entered take_entered(std::string_view bytes);
[[nodiscard]] Finding take_finding(std::string_view bytes);
[[nodiscard]] FedRows take_rows(std::string_view bytes);
[[nodiscard]] plugin::Description take_description(std::string_view bytes);

}  // namespace sheaf::host::conformance
