// SPDX-License-Identifier: MIT
#pragma once
// One instance of the feature that is checked, and what its loads gave.
//
// Model: an Actor is opened, has surveyed the samples and described itself; load() gives it a
// source, with texts that no zero follows, and keeps what it committed. difference() says how two
// loads of one source differ. Threads: an Actor is used by one at a time.
// Failure: Error from open, survey and describe, as the host has it; loads return what happened.

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "host/conformance/probe_sink.hpp"
#include "host/conformance/task.hpp"
#include "host/plugin/instance.hpp"

namespace sheaf::host::conformance {

// What load is given: a sample, or something made of one.
struct Given {
  std::string id;
  std::string path;
  std::vector<Value> inputs;
};
[[nodiscard]] inline Given given(const Sample& sample) {
  return {sample.id, sample.path, sample.inputs};
}

struct Loaded {
  plugin::Outcome outcome;
  std::vector<Value> rows;  // an output each
  std::vector<Breach> breaches;
  std::size_t reserves = 0, commits = 0, calls_after_no = 0;

  [[nodiscard]] bool stored() const {
    return outcome.status == SHEAF_OK || outcome.status == SHEAF_EMPTY;
  }
};

// What an instance is shown before the first load.
struct Setting {
  const std::vector<Sample>& samples;
  const plugin::Description* input = nullptr;  // of the feature it derives from
};

class Actor {
 public:
  // `agreed`: what the first instance said; without it this one is the first.
  Actor(const plugin::Feature& feature, const std::vector<plugin::ParamValue>& params,
        const Setting& setting, const std::optional<std::string>& agreed = {});

  [[nodiscard]] Loaded load(const Given& source, const SinkPlan& plan = {});
  [[nodiscard]] Loaded load(const Sample& sample, const SinkPlan& plan = {}) {
    return load(given(sample), plan);
  }
  [[nodiscard]] const plugin::Description& description() const { return description_; }
  [[nodiscard]] const std::string& agreed() const { return agreed_; }
  [[nodiscard]] plugin::Instance& instance() { return instance_; }

 private:
  plugin::Instance instance_;
  std::string agreed_;
  plugin::Description description_;
};

// The sources of a survey, which have no bytes and no rows.
class SurveySources {
 public:
  explicit SurveySources(const Setting& setting);
  [[nodiscard]] plugin::SurveyView view() const { return {pointers_, input_}; }

 private:
  std::vector<std::string> texts_;
  std::vector<sheaf_source> sources_;
  std::vector<const sheaf_source*> pointers_;
  const plugin::Description* input_;
};

// Empty where both loads gave the same; messages of errors don't count.
[[nodiscard]] std::string difference(const Loaded& one, const Loaded& other,
                                     const plugin::Description& description);
// How many bytes of `one` and `other`, whose slots had these poisons, were never written; the text
// says where the first ones are.
[[nodiscard]] std::string never_written(const Loaded& one, std::byte first_poison,
                                        const Loaded& other, std::byte second_poison,
                                        const plugin::Description& description);
// "'ok'", "'source' (no header)"
[[nodiscard]] std::string shown(const plugin::Outcome& outcome);

}  // namespace sheaf::host::conformance
