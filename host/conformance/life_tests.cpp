// SPDX-License-Identifier: MIT
// What an instance does before the first load and after the last one.
#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "core/error.hpp"
#include "host/conformance/tests.hpp"
#include "host/conformance/trial.hpp"
#include "host/dispatch/request.hpp"
#include "host/ingest/finish_call.hpp"
#include "host/plugin/describe.hpp"
#include "host/plugin/params.hpp"

namespace sheaf::host::conformance {
namespace {

using plugin::Description;
using plugin::view;

// Where two descriptions differ; empty: nowhere.
std::string difference(const Description& one, const Description& other) {
  if (one == other) return {};
  if (one.outputs.size() != other.outputs.size()) return "the number of outputs";
  for (std::size_t i = 0; i < one.outputs.size(); ++i) {
    if (!(one.outputs[i] == other.outputs[i]))
      return fmt::format("output '{}'", one.outputs[i].name);
  }
  for (const layout::Attribute& attr : one.attrs) {
    if (std::ranges::find(other.attrs, attr) == other.attrs.end()) {
      return fmt::format("attribute '{}'", attr.first);
    }
  }
  return "the order or number of attributes";
}

// ---- defaults and parameters

std::vector<const sheaf_param*> params_of(const plugin::Feature& feature) {
  return {feature.descriptor->params, feature.descriptor->params + feature.descriptor->param_count};
}

plugin::ParamInputs asked_for(const Task& task) {
  return task.request.empty() ? plugin::ParamInputs{} : parse_request(task.request).params;
}

// Values worth a try: the ends of a range, every choice, both truths.
std::vector<plugin::ParamValue> extremes(const sheaf_param& param) {
  std::vector<plugin::ParamValue> values;
  if (param.type == SHEAF_PARAM_BOOL) values = {false, true};
  if ((param.flags & SHEAF_PARAM_RANGE) != 0) {
    for (const double end : {param.minimum, param.maximum}) {
      if (param.type == SHEAF_PARAM_FLOAT) values.emplace_back(end);
      const bool fits = end >= -9.2e18 && end <= 9.2e18;
      if (param.type == SHEAF_PARAM_INT && fits)
        values.emplace_back(static_cast<std::int64_t>(end));
    }
  }
  for (std::uint64_t i = 0; i < param.choice_count; ++i) {
    values.emplace_back(std::string(view(param.choices[i])));
  }
  if (param.type == SHEAF_PARAM_STRING && param.choice_count == 0) {
    values = {std::string(), std::string("\xC3\xA4,;=()[]*\\ %s%n"), std::string(5000, 'x')};
  }
  return values;
}

std::string shown(const plugin::ParamValue& value) {
  const std::string text = plugin::show(value);
  return text.size() > 60 ? fmt::format("a text of {} bytes", text.size()) : text;
}

void try_parameter(Trial& trial, const sheaf_param& param, const plugin::ParamValue& value) {
  const std::string what = fmt::format("{} = {}", view(param.name), shown(value));
  if (!trial.enter("with " + what)) return;
  plugin::ParamInputs inputs = asked_for(trial.task());
  inputs[std::string(view(param.name))] = value;
  try {
    const auto params = plugin::resolve_params(trial.feature(), inputs);
    Actor actor(trial.feature(), params, trial.setting());
    if (trial.samples().empty()) return;
    const Loaded loaded = actor.load(trial.samples().front());
    for (const Breach& breach : loaded.breaches) {
      if (!breach.is_excusable) trial.error(fmt::format("with {} it {}", what, breach.message));
    }
    if (loaded.outcome.status > SHEAF_ERR_PLUGIN) return;
    trial.error(fmt::format("with {} loading '{}' comes to {}", what, trial.samples().front().id,
                            conformance::shown(loaded.outcome)),
                "refuse parameters in open, where the user is told before anything is loaded");
  } catch (const Error& error) {
    const std::string why = error.message();
    if (why.find("without saying why") == std::string::npos) return;  // refused well
    trial.warning(fmt::format("with {} it {}", what, why), "say why with call->fail");
  }
}

// ---- finish

// The rows of a file that has all samples.
class AllRows final : public RowAccess {
 public:
  explicit AllRows(const Description& description) : attrs(description.attrs) {
    for (const layout::OutputSpec& spec : description.outputs) {
      is_ragged_.push_back(spec.ragged == layout::Ragged::Always);
      rows_.push_back({spec.dtype, {0}, {}, {}});
    }
  }
  void add(const std::vector<Value>& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      Value& all = rows_[i];
      const Shape item(rows[i].shape.begin() + 1, rows[i].shape.end());
      if (all.shape[0] == 0) {
        all.shape.resize(1);
        if (!is_ragged_[i]) all.shape.insert(all.shape.end(), item.begin(), item.end());
      }
      const bool fits = std::ranges::equal(item, std::span(all.shape).subspan(1));
      if (!is_ragged_[i] && !fits) continue;
      all.shape[0] += is_ragged_[i] ? element_count(rows[i].shape) : rows[i].shape[0];
      all.bytes.insert(all.bytes.end(), rows[i].bytes.begin(), rows[i].bytes.end());
      all.strings.insert(all.strings.end(), rows[i].strings.begin(), rows[i].strings.end());
    }
  }

  [[nodiscard]] std::int64_t count(std::uint32_t output) override {
    return output < rows_.size() ? rows_[output].shape[0] : -1;
  }
  [[nodiscard]] Value read(std::uint32_t output, std::int64_t start, std::int64_t stop) override {
    if (output >= rows_.size() || start < 0 || start > stop || stop > rows_[output].shape[0]) {
      throw Error(
          ErrorCode::Invalid, "finish",
          fmt::format("reads rows {} to {} of output {}, which aren't there", start, stop, output));
    }
    const Value& all = rows_[output];
    Value part{all.dtype, all.shape, {}, {}};
    part.shape[0] = stop - start;
    if (all.dtype.is_string()) return part;
    const auto row = all.shape[0] == 0 ? std::size_t{0}
                                       : all.bytes.size() / static_cast<std::size_t>(all.shape[0]);
    part.bytes.assign(all.bytes.begin() + static_cast<std::ptrdiff_t>(row) * start,
                      all.bytes.begin() + static_cast<std::ptrdiff_t>(row) * stop);
    return part;
  }
  void set_attr(const std::string& name, const Value& value) override {
    plugin::set_attr(attrs, name, value);
  }

  std::vector<layout::Attribute> attrs;

 private:
  std::vector<Value> rows_;
  std::vector<bool> is_ragged_;
};

std::vector<layout::Attribute> finish(Trial& trial, Actor& actor, AllRows rows, const char* when) {
  const plugin::Outcome outcome = call_finish(actor.instance(), rows);
  if (outcome.status != SHEAF_OK) {
    trial.error(fmt::format("finish comes to {} {}", conformance::shown(outcome), when));
  }
  return rows.attrs;
}

// ---- survey

void survey_unreadable(Trial& trial) {
  if (!trial.enter("surveying sources that can't be read")) return;
  std::vector<Sample> samples = trial.samples();
  std::string ending = samples.empty() ? std::string() : samples.front().id;
  ending = ending.substr(std::min(ending.rfind('.'), ending.size()));
  samples.push_back({"not/there" + ending, "/nonexistent/not/there" + ending, {}});
  samples.push_back({"null" + ending, "/dev/null", {}});
  try {
    const Actor actor(trial.feature(), trial.params(), Setting{samples, trial.setting().input});
  } catch (const Error& error) {
    trial.error(fmt::format("survey and describe fail over sources that can't be read: {}",
                            error.message()),
                "leave such sources out; load will report them");
  }
}

// As when a file is resumed: attributes and ids are stored.
void survey_again(Trial& trial, const Description& stored) {
  if (!trial.enter("surveying for a file that has the sources already")) return;
  std::vector<std::string> ids;
  for (const Sample& sample : trial.samples()) ids.push_back(sample.id);
  auto instance = plugin::Instance::open(trial.feature(), trial.params(), {});
  const SurveySources sources(trial.setting());
  plugin::SurveyView view = sources.view();
  view.stored_attrs = stored.attrs;
  view.stored_ids = ids;
  instance.survey_first(view);
  const std::string how = difference(stored, instance.describe());
  if (how.empty()) return;
  trial.error(fmt::format("after a survey that brings what is stored, describe differs in {}", how),
              "take over stored_values: what is in the file keeps its meaning");
}

}  // namespace

void test_open(Trial& trial) {
  if (!trial.enter("opening the first instance")) return;
  const auto first = trial.actor();
  if (!trial.enter("opening a second instance")) return;
  if (trial.is_exclusive()) return;
  const auto second = trial.actor(first->agreed());
  const std::string how = difference(first->description(), second->description());
  if (how.empty()) return;
  trial.error(fmt::format("two instances describe themselves differently, in {}", how),
              "describe may depend on parameters and survey alone");
}

void test_defaults(Trial& trial) {
  plugin::ParamInputs inputs = asked_for(trial.task());
  for (const sheaf_param* param : params_of(trial.feature())) {
    const bool is_set = param->default_value.type != SHEAF_PARAM_UNSET;
    if (is_set) inputs.emplace(std::string(view(param->name)), plugin::default_of(*param));
  }
  if (!trial.enter("opening with nothing given")) return;
  auto plain = trial.actor();
  const Description description = plain->description();
  std::vector<Loaded> before;
  for (const Sample& sample : trial.samples()) before.push_back(plain->load(sample));
  plain.reset();
  if (!trial.enter("opening with all defaults given explicitly")) return;
  Actor given(trial.feature(), plugin::resolve_params(trial.feature(), inputs), trial.setting());
  const char* const remedy = "an instance opened with the same values is the same";
  const std::string how = difference(description, given.description());
  if (!how.empty()) return trial.error("defaults given explicitly change " + how, remedy);
  for (std::size_t i = 0; i < before.size(); ++i) {
    const std::string rows =
        difference(before[i], given.load(trial.samples()[i]), given.description());
    if (rows.empty()) continue;
    trial.error(fmt::format("with defaults given explicitly '{}': {}", trial.samples()[i].id, rows),
                remedy);
  }
}

void test_parameters(Trial& trial) {
  for (const sheaf_param* param : params_of(trial.feature())) {
    for (const plugin::ParamValue& value : extremes(*param)) try_parameter(trial, *param, value);
  }
}

void test_survey(Trial& trial) {
  if (trial.feature().descriptor->survey == nullptr) return;
  if (!trial.enter("surveying the same sources twice")) return;
  const char* const remedy = "what survey finds depends on the sources and parameters alone";
  const auto first = trial.actor();
  const Description description = first->description();
  if (!trial.is_exclusive()) {
    const auto second = trial.actor();
    if (second->agreed() != first->agreed()) {
      trial.error("two first instances agree on other bytes over the same sources", remedy);
    }
    const std::string how = difference(description, second->description());
    if (!how.empty()) trial.error("two surveys of the same sources differ in " + how, remedy);
    survey_unreadable(trial);
    if (!trial.samples().empty()) survey_again(trial, description);
  }
}

void test_finish(Trial& trial) {
  if (trial.feature().descriptor->finish == nullptr) return;
  if (!trial.enter("loading all sources")) return;
  auto loader = trial.actor();
  AllRows rows(loader->description());
  for (const Sample& sample : trial.samples()) {
    const Loaded loaded = loader->load(sample);
    if (loaded.stored()) rows.add(loaded.rows);
  }
  if (!trial.enter("finishing on the instance that loaded")) return;
  const auto on_loader = finish(trial, *loader, rows, "on the instance that loaded");
  const std::string agreed = loader->agreed();
  loader.reset();
  if (!trial.enter("finishing on another instance")) return;
  auto fresh = trial.actor(agreed);
  if (finish(trial, *fresh, rows, "on an instance that loaded nothing") != on_loader) {
    trial.error("finish sets other attributes on an instance that loaded nothing",
                "read the rows that finish is given: others loaded them");
  }
  fresh.reset();
  if (!trial.enter("finishing a file without rows")) return;
  const auto idle = trial.actor(agreed);
  finish(trial, *idle, AllRows(idle->description()), "over no rows");
}

}  // namespace sheaf::host::conformance
