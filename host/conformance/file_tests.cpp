// SPDX-License-Identifier: MIT
// What a plugin says of itself, before anything is opened.
#include <fmt/format.h>

#include "host/conformance/elf_doctor.hpp"
#include "host/conformance/names.hpp"
#include "host/conformance/tests.hpp"
#include "host/conformance/trial.hpp"
#include "host/plugin/extension.hpp"
#include "host/plugin/library.hpp"

namespace sheaf::host::conformance {
namespace {

using plugin::view;

constexpr const char* nobodys_file = "a/name.no-plugin-should-claim";

bool is_there(sheaf_string text) { return text.data != nullptr || text.size == 0; }

// The note's id and version as the descriptor has them: whether they agree is another test.
plugin::Note note_of(const sheaf_plugin& plugin, const Task& task) {
  plugin::Note note{SHEAF_ABI_MAJOR, SHEAF_ABI_MINOR, task.id, task.version};
  if (!SHEAF_HAS(&plugin, get_extension)) return note;
  if (is_there(plugin.id)) note.id = view(plugin.id);
  if (is_there(plugin.version)) note.version = view(plugin.version);
  return note;
}

// The features that are long enough to look at.
std::vector<const sheaf_feature*> features_of(const sheaf_plugin& plugin) {
  std::vector<const sheaf_feature*> features;
  if (!SHEAF_HAS(&plugin, get_extension) || plugin.features == nullptr) return features;
  for (std::uint64_t i = 0; i < plugin.feature_count; ++i) {
    const sheaf_feature* const feature = plugin.features[i];
    const bool is_whole = feature != nullptr && SHEAF_HAS(feature, get_extension) &&
                          is_there(feature->name) && is_there(feature->input);
    if (is_whole) features.push_back(feature);
  }
  return features;
}

// Whether what is wrong is wrong with patterns, which have a test of their own.
bool is_of_patterns(const std::string& problem, const sheaf_plugin& plugin) {
  for (const sheaf_feature* feature : features_of(plugin)) {
    const std::string with_it = plugin::check_patterns(*feature);
    if (!with_it.empty() && problem.ends_with(": " + with_it)) return true;
  }
  return false;
}

void look_at_texts(Trial& trial, const sheaf_plugin& plugin) {
  const auto want = [&](sheaf_string text, const std::string& what) {
    if (text.size == 0)
      trial.warning(what + " is empty", "write one line; `sheaf plugins` shows it");
    if (view(text).find('\n') != std::string_view::npos) trial.warning(what + " has several lines");
  };
  want(plugin.summary, "the plugin's summary");
  if (plugin.license.size == 0) trial.note("names no license");
  const bool is_idle = plugin.feature_count == 0 && plugin::transforms_of(plugin) == nullptr;
  if (is_idle) trial.warning("has neither a feature nor a transform");
  for (const sheaf_feature* feature : features_of(plugin)) {
    want(feature->summary, fmt::format("the summary of '{}'", view(feature->name)));
    for (std::uint64_t i = 0; i < feature->param_count; ++i) {
      want(feature->params[i]->doc,
           fmt::format("what parameter '{}' of '{}' does", view(feature->params[i]->name),
                       view(feature->name)));
    }
  }
}

}  // namespace

void test_elf(Trial& trial) {
  for (const Finding& finding : examine_elf(trial.task().file)) trial.tell(finding);
}

void test_note(Trial& trial) {
  const sheaf_plugin& plugin = trial.plugin();
  if (!SHEAF_HAS(&plugin, version)) return;  // the descriptor's test says so
  if (!is_there(plugin.id) || !is_there(plugin.version)) return;
  if (view(plugin.id) == trial.task().id && view(plugin.version) == trial.task().version) return;
  trial.error(fmt::format("the entry says '{}' {}, but the note says '{}' {}", view(plugin.id),
                          view(plugin.version), trial.task().id, trial.task().version),
              "write id and version once, in a macro, and use it for both");
}

void test_descriptor(Trial& trial) {
  const sheaf_plugin& plugin = trial.plugin();
  const std::string problem = plugin::check_descriptor(plugin, note_of(plugin, trial.task()));
  if (problem.empty()) return look_at_texts(trial, plugin);
  if (is_of_patterns(problem, plugin)) return;
  trial.error("the descriptor is malformed: " + problem,
              "plugin.h says at each field what it may hold; fields that aren't used are 0");
}

void test_patterns(Trial& trial) {
  for (const sheaf_feature* feature : features_of(trial.plugin())) {
    const std::string name(view(feature->name));
    if (const std::string problem = plugin::check_patterns(*feature); !problem.empty()) {
      trial.error(fmt::format("feature '{}': {}", name, problem),
                  "patterns are RE2: no look-around, no back-references");
      continue;
    }
    constexpr std::uint32_t modest = SHEAF_FEATURE_OPT_IN | SHEAF_FEATURE_COMPANION;
    if ((feature->flags & modest) != 0 || feature->input.size > 0) continue;
    if (!claims(*feature, nobodys_file)) continue;
    trial.warning(fmt::format("feature '{}' claims any source there is", name),
                  "end the pattern with the formats' endings, or flag the feature "
                  "SHEAF_FEATURE_OPT_IN");
  }
}

}  // namespace sheaf::host::conformance
