// SPDX-License-Identifier: MIT
#pragma once
// What the tests of sources share: archives made by Python, and fetching in a line.
//
// Needs SHEAF_TEST_PACK, the path of pack.py.

#include <chrono>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "host/source/fetch.hpp"
#include "host/source/walk.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace sheaf::test {

// `entries`: name and content in turn, as pack.py has it.
inline std::string pack(const std::filesystem::path& file,
                        const std::vector<std::string>& entries) {
  std::vector<std::string> arguments{file.string()};
  arguments.insert(arguments.end(), entries.begin(), entries.end());
  const ProcessResult done = run_python(SHEAF_TEST_PACK, arguments);
  INFO(done.err);
  REQUIRE(done.ok());
  return file.string();
}

// Not patient, so that tests are quick.
inline host::FetchLimits quick() {
  using std::chrono::milliseconds;
  host::FetchLimits limits;
  limits.first_delay = milliseconds(5);
  limits.connect_timeout = milliseconds(2000);
  limits.stall_timeout = milliseconds(5000);
  return limits;
}

inline std::string content_of(const host::Fetched& fetched) { return read_file(fetched.path()); }

inline host::Source remote(const std::string& url) {
  return {url, url, -1, -1, host::SourceKind::Remote};
}

// The bytes of one address, or "failed: " and why.
inline std::string fetch(const std::string& url, const host::FetchLimits& limits = quick()) {
  const std::vector<host::Source> sources{remote(url)};
  host::Fetcher fetcher(list_of(sources), limits);
  const host::Fetched got = fetcher.take(0);
  if (!got.error.empty()) return "failed: " + got.error;
  CHECK(got.size == static_cast<std::int64_t>(std::filesystem::file_size(got.path())));
  return content_of(got);
}

// Bytes without a pattern that a shift would hide.
inline std::string noise(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint32_t state = 1;
  for (char& byte : bytes) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<char>(state >> 24U);
  }
  return bytes;
}

}  // namespace sheaf::test
