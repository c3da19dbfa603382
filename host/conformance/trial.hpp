// SPDX-License-Identifier: MIT
#pragma once
// One test of the kit while it runs: what it was asked for, the plugin, and whom it tells.
//
// Model: the plugin is loaded at the first use of plugin() or feature(), so that a test can look at
// the process before. enter() names what is tried next, which is a sign of life and, where the
// process dies, the cause of death; it says whether to try it at all. Findings carry the test and
// feature by themselves. Threads: one, but findings may come from any.
// Failure: Error when the plugin can't be loaded or hasn't the feature.

#include <array>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "host/conformance/actor.hpp"
#include "host/conformance/finding.hpp"
#include "host/conformance/task.hpp"
#include "host/plugin/catalog.hpp"

namespace sheaf::host::conformance {

// Where a test's words go: the host's process, or a debugger's user.
class Voice {
 public:
  virtual ~Voice() = default;
  virtual void entered(const Entered& entered) = 0;
  virtual void found(const Finding& finding) = 0;
  virtual void described(const std::string& description) = 0;
  virtual void fed(const FedRows& rows) = 0;
};

class Trial {
 public:
  Trial(const Task& task, Voice& voice) : task_(task), voice_(voice) {}
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;
  ~Trial();

  [[nodiscard]] const Task& task() const { return task_; }
  [[nodiscard]] const std::vector<Sample>& samples() const { return task_.samples; }
  // As the entry returned it, not looked at; throws what is wrong with the library.
  [[nodiscard]] const sheaf_plugin& plugin();
  // Of a plugin whose descriptor is well-formed.
  [[nodiscard]] const plugin::Feature& feature();
  [[nodiscard]] const std::vector<plugin::ParamValue>& params();
  // What every instance surveys.
  [[nodiscard]] Setting setting();
  // An instance with the user's parameters that has surveyed it.
  [[nodiscard]] std::unique_ptr<Actor> actor(const std::optional<std::string>& agreed = {});
  [[nodiscard]] bool is_exclusive() { return feature().has_flag(SHEAF_FEATURE_EXCLUSIVE); }

  // The next case; false: leave it out.
  [[nodiscard]] bool enter(const std::string& what);
  void error(const std::string& message, const std::string& remedy = {}) {
    say(Level::Error, message, remedy);
  }
  void warning(const std::string& message, const std::string& remedy = {}) {
    say(Level::Warning, message, remedy);
  }
  void note(const std::string& message) { say(Level::Note, message, {}); }
  // A few of each level: a defect shows in every source.
  void say(Level level, const std::string& message, const std::string& remedy);
  void tell(const Finding& finding) { voice_.found(finding); }
  void feed(const plugin::Description& description) { voice_.described(put(description)); }
  void feed(const FedRows& rows) { voice_.fed(rows); }
  // A temporary folder, which goes with the trial.
  [[nodiscard]] const std::filesystem::path& folder();

 private:
  const Task& task_;
  Voice& voice_;
  std::mutex mutex_;
  std::uint64_t next_case_ = 0;
  std::array<std::size_t, 3> said_{};  // of each level
  std::filesystem::path folder_;
  const sheaf_plugin* descriptor_ = nullptr;
  std::optional<plugin::Plugin> plugin_;
  std::optional<plugin::Feature> feature_;
  std::optional<std::vector<plugin::ParamValue>> params_;
  std::optional<plugin::Description> input_;
};

// Runs the test that the task names. Whatever it throws becomes a finding.
void run_test(const Task& task, Voice& voice);

}  // namespace sheaf::host::conformance
