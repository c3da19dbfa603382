// SPDX-License-Identifier: MIT
// `sheaf plugins` and `sheaf explain`
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "host/cli/command.hpp"
#include "host/cli/format.hpp"
#include "host/cli/parameter_table.hpp"
#include "host/config/config.hpp"
#include "host/conformance/record.hpp"
#include "host/dispatch/matcher.hpp"
#include "host/dispatch/selection.hpp"
#include "host/extend/transform.hpp"
#include "host/plugin/catalog.hpp"
#include "host/plugin/digest.hpp"
#include "host/plugin/params.hpp"
#include "host/source/walk.hpp"
#include "host/worker/confine.hpp"
#include "host/worker/scan.hpp"

namespace sheaf::host::cli {
namespace {

using Json = nlohmann::ordered_json;
using plugin::Catalog;
using plugin::Feature;
using plugin::Place;
using plugin::Plugin;
using plugin::view;

constexpr const char* plugins_footer = R"(
Examples:
  sheaf plugins                  all plugins and their features
  sheaf plugins info image       parameters, patterns and origin of a feature or plugin
  sheaf plugins paths            every place looked at, and why a file there was refused
  sheaf plugins new acme.tones   a project for a plugin of your own: C++, C, Python
  sheaf plugins check tones.so --with samples/   what it does that it mustn't)";

constexpr const char* explain_footer = R"(
SOURCE needn't exist: a name is enough. Folders, archives and addresses are taken as by
`sheaf ingest`; nothing is downloaded.

Examples:
  sheaf explain photos/cats/1.jpg
  sheaf explain photos -c sheaf.toml
  sheaf explain clip.mp4 -f audio)";

constexpr std::size_t max_pattern = 48;

std::string flags_text(const Feature& feature) {
  std::string text;
  const auto add = [&](std::uint32_t flag, const char* name) {
    if (feature.has_flag(flag)) text += fmt::format("{}{}", text.empty() ? "" : ", ", name);
  };
  add(SHEAF_FEATURE_OPT_IN, "opt-in");
  add(SHEAF_FEATURE_COMPANION, "companion");
  add(SHEAF_FEATURE_EXCLUSIVE, "exclusive");
  return text;
}

Json patterns_json(const Feature& feature) {
  Json json = Json::array();
  for (std::uint64_t i = 0; i < feature.descriptor->pattern_count; ++i) {
    json.push_back(view(feature.descriptor->patterns[i]));
  }
  return json;
}

Json feature_json(const Feature& feature) {
  const sheaf_feature& declared = *feature.descriptor;
  const sheaf_preview* const preview = plugin::preview_of(declared);
  const sheaf_methods* const all = plugin::methods_of(declared);
  return {{"name", feature.name()},
          {"summary", view(declared.summary)},
          {"patterns", patterns_json(feature)},
          {"priority", declared.priority},
          {"opt_in", feature.has_flag(SHEAF_FEATURE_OPT_IN)},
          {"companion", feature.has_flag(SHEAF_FEATURE_COMPANION)},
          {"derives_from", view(declared.input)},
          {"params", params_json(declared.params, declared.param_count)},
          {"previews", kinds_json(preview == nullptr ? 0 : preview->kinds)},
          {"methods", all == nullptr ? Json::array() : methods_json(*all)}};
}

// "passed on 2031-05-06T07:08:09Z with sheaf 0.1.0, 2 tests not run", or "not checked".
std::string checked_text(const Plugin& plugin) {
  const auto report = conformance::find_report(plugin::sha256_of_file(plugin.file));
  if (!report) return "not checked: `sheaf plugins check` does";
  const conformance::Grade grade = report->grade();
  return fmt::format("{} on {} with sheaf {}{}",
                     grade == conformance::Grade::Failed ? "failed" : "passed", report->date,
                     report->sheaf,
                     grade == conformance::Grade::Basic ? "; some tests weren't run" : "");
}

Json checked_json(const Plugin& plugin) {
  const auto report = conformance::find_report(plugin::sha256_of_file(plugin.file));
  if (!report) return Json();
  return {{"grade", name_of(report->grade())}, {"date", report->date}, {"sheaf", report->sheaf}};
}

Json plugin_json(const Catalog& catalog, const Plugin& plugin) {
  Json features = Json::array();
  for (const Feature& feature : catalog.features()) {
    if (feature.plugin == &plugin) features.push_back(feature_json(feature));
  }
  const sheaf_transforms* const all = plugin::transforms_of(*plugin.descriptor);
  return {{"id", plugin.id},
          {"version", plugin.version},
          {"summary", view(plugin.descriptor->summary)},
          {"license", view(plugin.descriptor->license)},
          {"file", plugin.file.string()},
          {"checked", checked_json(plugin)},
          {"confined", worker::describe(worker::available_confinement(), 0)},
          {"features", std::move(features)},
          {"transforms", all == nullptr ? Json::array() : transforms_json(*all)}};
}

void print_transforms(const Catalog& catalog) {
  TextTable table;
  table.row({"transform", "plugin", "version", "what it does to rows"});
  const auto all = extend::transforms(catalog);
  for (const extend::Transform& each : all) {
    table.row({std::string(each.short_name()), each.plugin->id, each.plugin->version,
               std::string(view(each.descriptor->summary))});
  }
  if (!all.empty()) fmt::print("\n{}", table.text());
}

int list_command(bool json) {
  const Catalog catalog = worker::scan_in_workers();
  if (json) {
    Json list = Json::array();
    for (const Plugin& plugin : catalog.plugins()) list.push_back(plugin_json(catalog, plugin));
    fmt::print("{}\n", dump(list));
    return exit_ok;
  }
  TextTable table;
  table.row({"feature", "plugin", "version", "what it loads"});
  for (const Feature& feature : catalog.features()) {
    const std::string flags = flags_text(feature);
    table.row({std::string(feature.short_name()), feature.plugin->id, feature.plugin->version,
               fmt::format("{}{}", view(feature.descriptor->summary),
                           flags.empty() ? "" : fmt::format(" ({})", flags))});
  }
  fmt::print("{}", table.text());
  print_transforms(catalog);
  std::size_t refused = 0;
  for (const Place& place : catalog.places()) {
    refused +=
        place.refused.empty() || place.folder.empty() ? 0 : place.refused != "was searched already";
    for (const auto& candidate : place.candidates) refused += candidate.refused.empty() ? 0 : 1;
  }
  if (refused > 0) fmt::print("\n{} refused; `sheaf plugins paths` says why\n", refused);
  return exit_ok;
}

void print_feature(const Feature& feature) {
  const sheaf_feature& declared = *feature.descriptor;
  const std::string flags = flags_text(feature);
  fmt::print("\n{}  {}{}\n", feature.name(), view(declared.summary),
             flags.empty() ? "" : fmt::format(" ({})", flags));
  for (std::uint64_t i = 0; i < declared.pattern_count; ++i) {
    fmt::print("  pattern   {}{}\n", view(declared.patterns[i]),
               feature.has_flag(SHEAF_FEATURE_IGNORE_CASE) ? "  (case ignored)" : "");
  }
  if (declared.input.size > 0) fmt::print("  input     {}\n", view(declared.input));
  if (declared.priority != 0) fmt::print("  priority  {}\n", declared.priority);
  const std::string params = params_text(declared.params, declared.param_count, "    ");
  if (!params.empty()) fmt::print("  parameters\n{}", params);
  if (const sheaf_preview* preview = plugin::preview_of(declared)) {
    std::string kinds;
    for (const auto& kind : kinds_json(preview->kinds)) {
      kinds += fmt::format("{}{}", kinds.empty() ? "" : ", ", kind.get<std::string>());
    }
    fmt::print("  preview   {}\n{}", kinds,
               params_text(preview->params, preview->param_count, "    "));
  }
  if (const sheaf_methods* all = plugin::methods_of(declared)) {
    fmt::print("  methods\n{}", methods_text(*all, "    "));
  }
}

// The plugin of a feature or transform of that name; null when there is none.
const Plugin* find_plugin(const Catalog& catalog, const std::string& id) {
  if (const Plugin* found = catalog.find_plugin(id)) return found;
  const auto features = catalog.find_features(id);
  if (!features.empty()) return features.front()->plugin;
  for (const extend::Transform& each : extend::transforms(catalog)) {
    if (each.name() == id || each.short_name() == id) return each.plugin;
  }
  return nullptr;
}

int info_command(const std::string& id, bool json) {
  const Catalog catalog = worker::scan_in_workers();
  const Plugin* const found = find_plugin(catalog, id);
  if (found == nullptr) {
    throw Error(ErrorCode::NotFound, id,
                "no such plugin, feature or transform; `sheaf plugins` lists them, `sheaf plugins "
                "paths` shows "
                "where they are looked for");
  }
  if (json) {
    fmt::print("{}\n", dump(plugin_json(catalog, *found)));
    return exit_ok;
  }
  fmt::print("{} {}  {}\n", found->id, found->version, view(found->descriptor->summary));
  fmt::print("  file      {}\n  digest    sha256:{}\n  license   {}\n  ABI       {}.{}\n",
             found->file.string(), plugin::sha256_of_file(found->file),
             view(found->descriptor->license), SHEAF_ABI_MAJOR, found->descriptor->abi_minor);
  fmt::print("  checked   {}\n", checked_text(*found));
  const char* label = "confined";
  for (const std::string& line : worker::describe(worker::available_confinement(), 0)) {
    fmt::print("  {:<9} {}\n", std::exchange(label, ""), line);
  }
  for (const Feature& feature : catalog.features()) {
    const bool is_wanted = found->id == id || feature.name() == id || feature.short_name() == id;
    if (feature.plugin == found && is_wanted) print_feature(feature);
  }
  const sheaf_transforms* const all = plugin::transforms_of(*found->descriptor);
  if (all != nullptr && catalog.find_features(id).empty()) {
    fmt::print("\ntransforms\n{}", transforms_text(*all, "  "));
  }
  return exit_ok;
}

int paths_command(bool json) {
  Json list = Json::array();
  const Catalog catalog = worker::scan_in_workers();
  for (const Place& place : catalog.places()) {
    Json candidates = Json::array();
    for (const auto& candidate : place.candidates) {
      candidates.push_back({{"file", candidate.file.string()}, {"refused", candidate.refused}});
    }
    list.push_back({{"origin", place.origin},
                    {"folder", place.folder.string()},
                    {"exists", place.exists},
                    {"refused", place.refused},
                    {"candidates", std::move(candidates)}});
    if (json) continue;
    const std::string state = !place.refused.empty()     ? "refused: " + place.refused
                              : !place.exists            ? "isn't there"
                              : place.candidates.empty() ? "has no plugins"
                                                         : "";
    fmt::print("{:<17} {}{}{}\n", place.origin,
               place.folder.empty() ? "(empty)" : place.folder.string(), state.empty() ? "" : "  ",
               state);
    for (const auto& candidate : place.candidates) {
      fmt::print("  {}  {}\n", candidate.file.filename().string(),
                 candidate.refused.empty() ? "loaded" : "refused: " + candidate.refused);
    }
    for (const auto& helper : place.helpers) {
      fmt::print("  {}  no loader: doesn't import sheaf_plugin\n", helper.filename().string());
    }
  }
  if (json) fmt::print("{}\n", dump(list));
  return exit_ok;
}

struct ExplainOptions {
  std::vector<std::string> sources;
  std::string config;
  std::vector<std::string> features;
  std::string base;
  bool no_archives = false;
  bool json = false;
};

std::vector<std::string> ids_of(const ExplainOptions& options, const Config& config) {
  WalkOptions walk_options;
  walk_options.archives = !options.no_archives && config.archives.value_or(true);
  walk_options.base = config.base;
  if (!options.base.empty()) walk_options.base = options.base;
  std::vector<std::string> ids;
  for (const std::string& argument : options.sources) {
    try {
      for (const Source& source : walk({argument}, walk_options).sources) ids.push_back(source.id);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::NotFound) throw;
      ids.push_back(argument);  // a name will do
    }
  }
  return ids;
}

void print_matches(const std::string& id, const std::vector<Match>& matches,
                   const std::vector<Selected>& selection) {
  fmt::print("{}\n", printable(id));
  if (matches.empty()) fmt::print("  no feature loads it: it would be skipped\n");
  TextTable table;
  for (const Match& match : matches) {
    const Selected& selected = selection[match.feature];
    const bool has_pattern = match.pattern < selected.patterns.size();
    table.row({fmt::format("→ {}", selected.path),
               fmt::format("{} {} {}", selected.feature->name(), selected.feature->plugin->id,
                           selected.feature->plugin->version),
               has_pattern ? shorten(selected.patterns[match.pattern], max_pattern) : "derived",
               match.wins ? "" : "outranked by another feature's priority"});
  }
  fmt::print("{}", table.text("  "));
}

int explain_command(const ExplainOptions& options) {
  const Config config = options.config.empty() ? Config() : read_config(options.config);
  std::vector<FeatureRequest> requests = config.features;
  if (!options.features.empty()) requests.clear();
  for (const std::string& text : options.features) requests.push_back(parse_request(text));
  const Catalog catalog = worker::scan_in_workers();
  const std::vector<Selected> selection = select(catalog, requests);
  const Matcher matcher(selection);
  Json list = Json::array();
  for (const std::string& id : ids_of(options, config)) {
    const std::vector<Match> matches = matcher.match(id);
    if (!options.json) {
      print_matches(id, matches, selection);
      continue;
    }
    Json rows = Json::array();
    for (const Match& match : matches) {
      const Selected& selected = selection[match.feature];
      rows.push_back({{"feature", selected.feature->name()},
                      {"plugin", selected.feature->plugin->id},
                      {"path", selected.path},
                      {"pattern", match.pattern < selected.patterns.size()
                                      ? Json(selected.patterns[match.pattern])
                                      : Json()},
                      {"wins", match.wins}});
    }
    list.push_back({{"id", id}, {"matches", std::move(rows)}});
  }
  if (options.json) fmt::print("{}\n", dump(list));
  return exit_ok;
}

}  // namespace

void add_plugins(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand(
      "plugins", "Lists plugins; `info` and `paths` say more, `new` begins one, `check` tests one");
  command->footer(plugins_footer);
  command->require_subcommand(0, 1);
  auto json = std::make_shared<bool>(false);
  auto id = std::make_shared<std::string>();
  command->add_flag("--json", *json, "Print as JSON");
  CLI::App* info = command->add_subcommand("info", "One plugin or feature in full");
  info->add_option("ID", *id, "A plugin's id, or the name of a feature or transform")->required();
  info->add_flag("--json", *json, "Print as JSON");
  CLI::App* paths = command->add_subcommand("paths", "Every place looked at, with all refusals");
  paths->add_flag("--json", *json, "Print as JSON");
  add_plugins_check(*command, run);
  add_plugins_new(*command, run);
  add_plugins_trust(*command, run);
  command->callback([=, &run] {
    if (run) return;  // a subcommand of another file
    if (info->parsed()) {
      run = [=] { return info_command(*id, *json); };
    } else if (paths->parsed()) {
      run = [=] { return paths_command(*json); };
    } else {
      run = [=] { return list_command(*json); };
    }
  });
}

void add_explain(CLI::App& app, Run& run) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* command =
      app.add_subcommand("explain", "Says which features would load a source, and why");
  command->footer(explain_footer);
  command->add_option("SOURCE", options->sources, "Names, files or folders")->required();
  command->add_option("-c,--config", options->config, "Configuration (TOML)")->type_name("FILE");
  command->add_option("-f,--feature", options->features, "As for `sheaf ingest`")
      ->type_name("FEATURE")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
  command->add_option("--base", options->base, "Ids are paths from this folder")->type_name("DIR");
  command->add_flag("--no-archives", options->no_archives, "As for `sheaf ingest`");
  command->add_flag("--json", options->json, "Print as JSON");
  command->callback([options, &run] { run = [options] { return explain_command(*options); }; });
}

}  // namespace sheaf::host::cli
