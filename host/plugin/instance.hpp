// SPDX-License-Identifier: MIT
#pragma once
// One open instance of a feature, with the ABI's calls as C++ functions.
//
// Model: open → survey → describe → load… → finish → destruction closes it. What fails before the
// first load throws, since nothing can be stored then; load and finish return an Outcome.
// Threads: one at a time.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/layout/spec.hpp"
#include "host/plugin/bridge.hpp"
#include "host/plugin/params.hpp"
#include <sheaf/plugin.h>

namespace sheaf::host::plugin {

// What an instance says it writes.
struct Description {
  std::vector<layout::OutputSpec> outputs;
  std::vector<layout::Attribute> attrs;

  bool operator==(const Description&) const = default;
};

// What an instance is shown before the first load.
struct SurveyView {
  std::span<const sheaf_source* const> sources;
  // Of the feature it derives from, or null.
  const Description* input = nullptr;
  // Of a file that is added to.
  std::span<const layout::Attribute> stored_attrs{};
  std::span<const std::string> stored_ids{};
};

class Instance {
 public:
  [[nodiscard]] static Instance open(const Feature& feature, const std::vector<ParamValue>& params,
                                     const Services& services);

  // The first instance decides and its word is returned; the others are told it.
  std::string survey_first(const SurveyView& view);
  void survey(const SurveyView& view, const std::string& agreed);
  [[nodiscard]] Description describe();
  [[nodiscard]] Outcome load(const sheaf_source& source, const sheaf_sink& sink);
  [[nodiscard]] Outcome finish(const sheaf_rows& rows);
  [[nodiscard]] bool wants_finish() const;

  [[nodiscard]] const Feature& feature() const { return *state_->feature; }
  // For callbacks of the structs passed to load and finish.
  [[nodiscard]] CallState& state() { return *state_; }

 private:
  struct Closer {
    const sheaf_feature* feature;
    void operator()(void* instance) const;
  };
  Instance(std::unique_ptr<CallState> state, void* instance);
  void survey(const SurveyView& view, sheaf_survey& survey);

  std::unique_ptr<CallState> state_;
  std::unique_ptr<void, Closer> instance_;
};

// Runs `body(outcome)`, throwing an Error that names the feature if the outcome is an error.
void throw_if_error(const Feature& feature, const char* stage, const Outcome& outcome);

}  // namespace sheaf::host::plugin
