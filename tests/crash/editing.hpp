// SPDX-License-Identifier: MIT
#pragma once
// Kills of processes that edit a file.
//
// Model: one file after another, each killed again and again: kill, recover, compare, and go on
// from the state that was found. Threads: one; children are forked. Failure: a loss is counted and
// printed, and its folder stays.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "tests/crash/child.hpp"
#include "tests/crash/counts.hpp"
#include "tests/crash/model.hpp"
#include "tests/crash/random.hpp"

namespace sheaf::crash {

class Editing {
 public:
  // Files lie in folders below `folder`; `seed` gives theirs.
  Editing(std::string kind, std::filesystem::path folder, std::uint64_t seed, Counts& counts);
  ~Editing();
  // One child, killed or not, and what it left.
  void round();

 private:
  void begin_file();
  [[nodiscard]] std::filesystem::path file() const { return folder_ / "data.h5"; }
  // Returns the last commit that was reported.
  std::uint64_t run_child();
  void recover();
  void kill_recovery();
  // Brings the model to what the file holds: its commit, or the one after.
  void compare(std::uint64_t reported, const char* when);
  void lose(const std::string& what, std::uint64_t reported);

  std::string kind_;
  std::filesystem::path root_;
  std::filesystem::path folder_;
  Random random_;
  Counts& counts_;
  std::uint64_t seed_ = 0;
  std::unique_ptr<Model> model_;  // none: a new file is to begin
  Seconds a_commit_{0.01};        // how long it takes, with what comes before it
  Seconds a_recovery_{0.002};
};

}  // namespace sheaf::crash
