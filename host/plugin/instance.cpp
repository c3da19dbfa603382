// SPDX-License-Identifier: MIT
#include "host/plugin/instance.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "core/error.hpp"
#include "host/plugin/describe.hpp"

namespace sheaf::host::plugin {
namespace {

struct SurveyState {
  CallState* call;
  std::string agreed;
};

sheaf_status on_agree(const sheaf_survey* survey, sheaf_bytes bytes) {
  auto& state = *static_cast<SurveyState*>(survey->host_data);
  return call_host(*state.call, [&] {
    if (survey->is_first == 0) {
      return state.call->fail(SHEAF_ERR_PLUGIN, "only the first instance may agree");
    }
    state.agreed.assign(reinterpret_cast<const char*>(bytes.data), bytes.size);
    return SHEAF_OK;
  });
}

}  // namespace

void throw_if_error(const Feature& feature, const char* stage, const Outcome& outcome) {
  if (outcome.status == SHEAF_OK) return;
  const std::string who = fmt::format("feature '{}'", feature.name());
  if (outcome.status == SHEAF_CANCELLED) throw Error(ErrorCode::Cancelled, who, "cancelled");
  throw Error(ErrorCode::Invalid, who,
              outcome.message.empty() ? fmt::format("failed in {} without saying why", stage)
                                      : outcome.message);
}

void Instance::Closer::operator()(void* instance) const { feature->close(instance); }

Instance::Instance(std::unique_ptr<CallState> state, void* instance)
    : state_(std::move(state)), instance_(instance, Closer{state_->feature->descriptor}) {}

Instance Instance::open(const Feature& feature, const std::vector<ParamValue>& params,
                        const Services& services) {
  auto state = std::make_unique<CallState>(feature, services);
  const AbiParams values(params);
  const sheaf_config config = values.config();
  void* instance = nullptr;
  const Outcome outcome = call_plugin(*state, [&] {
    return feature.descriptor->open(feature.descriptor, &state->call, &config, &instance);
  });
  throw_if_error(feature, "open", outcome);
  // A unique_ptr doesn't call its deleter on null, and an instance without state may be null.
  if (instance == nullptr) {
    throw Error(ErrorCode::Invalid, fmt::format("feature '{}'", feature.name()),
                "open returned no instance");
  }
  return {std::move(state), instance};
}

void Instance::survey(const SurveyView& view, sheaf_survey& survey) {
  const AbiAttrs stored(view.stored_attrs);
  std::optional<AbiInput> input;
  if (view.input != nullptr) input.emplace(*view.input);
  std::vector<sheaf_string> ids;
  ids.reserve(view.stored_ids.size());
  for (const std::string& id : view.stored_ids) ids.push_back({id.data(), id.size()});
  survey.struct_size = sizeof(sheaf_survey);
  survey.sources = view.sources.data();
  survey.source_count = view.sources.size();
  survey.stored_names = stored.names();
  survey.stored_values = stored.values();
  survey.stored_count = stored.count();
  survey.stored_ids = ids.data();
  survey.stored_id_count = ids.size();
  survey.input = input ? &input->input() : nullptr;
  survey.agree = &on_agree;
  const sheaf_feature& functions = *feature().descriptor;
  throw_if_error(feature(), "survey", call_plugin(*state_, [&] {
                   return functions.survey(instance_.get(), &state_->call, &survey);
                 }));
}

std::string Instance::survey_first(const SurveyView& view) {
  if (feature().descriptor->survey == nullptr) return {};
  SurveyState state{state_.get(), {}};
  sheaf_survey survey{};
  survey.is_first = 1;
  survey.host_data = &state;
  this->survey(view, survey);
  return std::move(state.agreed);
}

void Instance::survey(const SurveyView& view, const std::string& agreed) {
  if (feature().descriptor->survey == nullptr) return;
  SurveyState state{state_.get(), {}};
  sheaf_survey survey{};
  survey.host_data = &state;
  survey.agreed = {reinterpret_cast<const std::uint8_t*>(agreed.data()), agreed.size()};
  this->survey(view, survey);
}

Description Instance::describe() {
  DescriptionState state{state_.get(), {}};
  const sheaf_description description = abi_description(state);
  throw_if_error(feature(), "describe", call_plugin(*state_, [&] {
                   return feature().descriptor->describe(instance_.get(), &state_->call,
                                                         &description);
                 }));
  if (state.description.outputs.empty()) {
    throw Error(ErrorCode::Invalid, fmt::format("feature '{}'", feature().name()),
                "describes no output");
  }
  return std::move(state.description);
}

Outcome Instance::load(const sheaf_source& source, const sheaf_sink& sink) {
  return call_plugin(*state_, [&] {
    return feature().descriptor->load(instance_.get(), &state_->call, &source, &sink);
  });
}

Outcome Instance::finish(const sheaf_rows& rows) {
  return call_plugin(
      *state_, [&] { return feature().descriptor->finish(instance_.get(), &state_->call, &rows); });
}

bool Instance::wants_finish() const { return state_->feature->descriptor->finish != nullptr; }

}  // namespace sheaf::host::plugin
