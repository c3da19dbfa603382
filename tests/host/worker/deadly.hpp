// SPDX-License-Identifier: MIT
#pragma once
// A folder of sources for deadly_plugin.cpp, some of them spoiled, and what must have come of them.
//
//   Ward ward(100);                       // 000.deadly to 099.deadly, each with two rows
//   ward.spoil(50, "segv");
//   const Summary summary = ward.ingest();
//   ward.check_others(summary);           // every other source has its rows, and no failure
//
// Failure: as the host's. Threads: one.

#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "tests/host/world.hpp"

namespace sheaf::test {

inline std::int32_t number_of(std::string_view id) {
  std::uint32_t hash = 2166136261U;
  for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return static_cast<std::int32_t>(hash);
}

// Lines of the host's log while it lives.
class CapturedLog {
 public:
  CapturedLog() {
    host::log::set_sink([this](host::log::Level, std::string_view origin, std::string_view text) {
      const std::lock_guard lock(mutex_);
      lines_ += fmt::format("{}: {}\n", origin, text);
    });
  }
  ~CapturedLog() { host::log::set_sink({}); }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;
  [[nodiscard]] const std::string& text() const { return lines_; }

 private:
  std::mutex mutex_;
  std::string lines_;
};

class Ward {
 public:
  explicit Ward(int count, const std::string& act = "ok 2") : count_(count) {
    for (int i = 0; i < count; ++i) world.source(id(i), act);
    options = world.options({"deadly", "bystander", "heir"}, 2);
    options.limits.source_time = std::chrono::milliseconds(400);
  }
  static std::string id(int number) { return fmt::format("{:03}.deadly", number); }

  void spoil(int number, const std::string& act) {
    world.source(id(number), act);
    spoilt.insert(number);
  }
  void features(const std::vector<std::string>& names) {
    options.features.clear();
    for (const std::string& name : names) options.features.push_back(host::parse_request(name));
  }
  host::Summary ingest() { return world.ingest(options); }

  // Rows of test.deadly on this source.
  static std::vector<std::int32_t> rows(const std::string& name, int count = 2) {
    std::vector<std::int32_t> numbers;
    for (int i = 0; i < count; ++i) {
      numbers.push_back(number_of(name));
      numbers.push_back(i);
    }
    return numbers;
  }
  // Exactly the spoilt sources failed, each on test.deadly alone; all rows are what they should be.
  void check(const host::Summary& summary, const std::string& status,
             const std::string& message) const {
    CHECK(summary.written);
    CHECK(summary.failed == spoilt.size());
    CHECK(summary.failures.size() == spoilt.size());
    for (const int number : spoilt) {
      CAPTURE(number);
      const layout::Failure* const failure = find_failure(summary, id(number), "deadly");
      REQUIRE(failure != nullptr);
      CHECK(failure->status == status);
      CHECK_THAT(failure->message, Catch::Contains(message));
      CHECK(failure->plugin == "test.deadly 6.6.6");
    }
    check_stored();
  }
  // Every source was stored by all features, the spoilt ones (if `with_spoilt` isn't set) only by
  // the bystander.
  void check_stored(bool with_spoilt = false) const {
    const layout::Reader reader = world.reader();
    CHECK(static_cast<int>(reader.ids().size()) == count_);
    int wrong = 0;
    for (int i = 0; i < count_; ++i) {
      const std::string name = id(i);
      const bool has_rows = with_spoilt || !spoilt.contains(i);
      bool right = rows_of<std::int32_t>(reader, "deadly", name) ==
                   (has_rows ? rows(name) : std::vector<std::int32_t>{});
      right = right && rows_of<std::int32_t>(reader, "bystander", name) ==
                           std::vector<std::int32_t>{number_of(name)};
      right = right && rows_of<std::int32_t>(reader, "heir", name) ==
                           (has_rows ? std::vector<std::int32_t>{2} : std::vector<std::int32_t>{});
      if (!right) UNSCOPED_INFO("wrong: " << name);
      wrong += right ? 0 : 1;
    }
    CHECK(wrong == 0);
  }

  // Where sanitizers are built in, they leave deaths to the system.
  ScopedVariable sanitizer{"ASAN_OPTIONS", "handle_segv=0:handle_sigill=0:detect_leaks=0"};
  World world{{"deadly"}, Run::Workers};
  host::IngestOptions options;
  std::set<int> spoilt;

 private:
  int count_;
};

// Counts how many workers are started, through a script in between.
class WorkerCount {
 public:
  WorkerCount()
      : script_(
            folder_.write("worker", fmt::format("#!/bin/sh\necho x >> '{}'\nexec '{}' \"$@\"\n",
                                                (folder_ / "count").string(), SHEAF_TEST_WORKER))),
        variable_("SHEAF_WORKER", script_.string()) {
    std::filesystem::permissions(script_, std::filesystem::perms::owner_all);
  }
  [[nodiscard]] std::size_t get() const {
    std::error_code error;
    const auto size = std::filesystem::file_size(folder_ / "count", error);
    return error ? 0 : size / 2;
  }

 private:
  TempDir folder_;
  std::filesystem::path script_;
  ScopedVariable variable_;
};

}  // namespace sheaf::test
