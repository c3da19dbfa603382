// SPDX-License-Identifier: MIT
#pragma once
// What a check came to, tied to the digest of the plugin's file.
//
// Model: a result for each test and feature, and the findings. It has passed when no finding is an
// error; its grade says how much was looked at: "basic" when tests that need sources weren't run
// for some feature, "full" when all were. The JSON form is what is stored and what --json prints.
// Failure: Error (Invalid) for JSON that is no report.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "host/conformance/finding.hpp"

namespace sheaf::host::conformance {

enum class Grade : std::uint8_t { Failed, Basic, Full };
[[nodiscard]] const char* name_of(Grade grade);
[[nodiscard]] const char* name_of(Level level);

// The test that made it: what the ELF doctor says is divided further, "elf.needed".
[[nodiscard]] inline std::string_view test_of(const Finding& finding) {
  return std::string_view(finding.test).substr(0, finding.test.find('.'));
}

struct TestResult {
  std::string test;
  std::string feature;  // empty: of the file
  std::string not_run;  // the reason, or empty
  bool has_errors = false;
};

struct Report {
  std::string file;
  std::string digest;  // SHA-256 of the file, in hex
  std::string id;      // of the plugin, as its note has it
  std::string version;
  std::string abi;    // "1.0", as its note has it
  std::string sheaf;  // the version of Sheaf that checked
  std::string date;   // UTC, ISO 8601
  std::uint64_t seed = 0;
  std::size_t sources = 0;
  std::vector<TestResult> results;
  std::vector<Finding> findings;

  [[nodiscard]] Grade grade() const;
  [[nodiscard]] std::size_t count(Level level) const;
};

[[nodiscard]] std::string to_json(const Report& report);
[[nodiscard]] Report from_json(std::string_view text);

}  // namespace sheaf::host::conformance
