// SPDX-License-Identifier: MIT
#include "host/config/check.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/layout/check_spec.hpp"
#include "host/ingest/ingest.hpp"
#include "host/nearest.hpp"

namespace sheaf::host {
namespace {

class Check {
 public:
  Check(const std::filesystem::path& file, const plugin::Catalog& catalog)
      : catalog_(catalog), report_{file.string(), {}, {}, {}, {}, {}} {}

  ConfigReport run() {
    if (!read()) return std::move(report_);
    check_plugins();
    for (std::size_t i = 0; i < features_.size(); ++i) check_feature(i);
    select_features();
    check_sources();
    check_output();
    if (report_.problems.empty()) rehearse_run();
    std::ranges::stable_sort(report_.problems, {}, [](const ConfigProblem& problem) {
      return std::pair(problem.line, problem.column);
    });
    return std::move(report_);
  }

 private:
  void add(const toml::node* at, std::string message) {
    const toml::source_position place =
        at == nullptr ? toml::source_position{} : at->source().begin;
    report_.problems.push_back({place.line, place.column, std::move(message)});
  }
  bool read();
  void check_plugins();
  void check_feature(std::size_t number);
  void check_params(const plugin::Feature& feature, const FeatureRequest& request,
                    const toml::table& table);
  void check_patterns(FeatureRequest& request, const toml::table& table);
  void select_features();
  [[nodiscard]] const toml::node* table_of(std::string_view feature) const;
  void check_sources();
  void check_output();
  void rehearse_run();

  const plugin::Catalog& catalog_;
  ConfigReport report_;
  toml::table root_;
  std::vector<const toml::table*> features_;  // of report_.config.features
  std::vector<FeatureRequest> usable_;        // what is right of them
  bool lacks_features_ = false;
};

std::vector<const toml::table*> tables(const toml::table& root, const char* key) {
  std::vector<const toml::table*> found;
  if (const toml::array* array = root[key].as_array()) {
    for (const toml::node& element : *array) {
      if (element.is_table()) found.push_back(element.as_table());
    }
  }
  return found;
}

// False where it is no TOML: then there is nothing more to say.
bool Check::read() {
  Gatherer gather;
  bool is_toml = false;
  gather([&] {
    root_ = read_toml(report_.file);
    is_toml = true;
  });
  report_.problems = std::move(gather.problems);
  if (!is_toml) return false;
  ReadConfig read = read_keys(root_, report_.file);
  std::ranges::move(read.problems, std::back_inserter(report_.problems));
  report_.config = std::move(read.config);
  features_ = tables(root_, "feature");
  features_.resize(report_.config.features.size());
  return true;
}

void Check::check_plugins() {
  std::vector<std::string> known;
  for (const plugin::Plugin& one : catalog_.plugins()) known.push_back(one.id);
  const auto look_up = [&](const toml::table& table, const char* key) {
    const auto id = table[key].value<std::string>();
    if (!id || id->empty() || catalog_.find_plugin(*id) != nullptr) return;
    add(table.get(key), fmt::format("no plugin '{}' is installed; `sheaf plugins` lists those that "
                                    "are{}",
                                    *id, did_you_mean(*id, known)));
  };
  for (const toml::table* table : tables(root_, "plugin")) look_up(*table, "id");
  for (const toml::table* table : features_) look_up(*table, "plugin");
}

void Check::check_feature(std::size_t number) {
  const toml::table& table = *features_[number];
  FeatureRequest request = report_.config.features[number];
  if (request.name.empty()) return;  // said already
  const auto found = catalog_.find_features(request.name, request.plugin);
  const bool has_plugin = request.plugin.empty() || catalog_.find_plugin(request.plugin) != nullptr;
  lacks_features_ = lacks_features_ || found.empty();
  if (found.empty() && has_plugin) {
    add(table.get("name"),
        fmt::format("'{}': {}", request.name, unknown_feature(catalog_, request)));
  }
  check_patterns(request, table);
  if (!request.path.empty()) {
    try {
      layout::check_spec({request.path, {{"", uint8, {}, layout::Ragged::Never, {}}}, {}},
                         fmt::format("path '{}'", request.path));
    } catch (const Error& error) {
      add(table.get("path"), error.what());
    }
  }
  if (found.empty()) return;
  for (const plugin::Feature* feature : found) check_params(*feature, request, table);
  const auto is_refused = [&](const auto& param) {
    return std::ranges::any_of(found, [&](const plugin::Feature* feature) {
      return std::ranges::count(plugin::param_problems(*feature, request.params), param.first,
                                &plugin::ParamProblem::name) > 0;
    });
  };
  std::erase_if(request.params, is_refused);
  const bool lacks_one = std::ranges::any_of(found, [&](const plugin::Feature* feature) {
    return !plugin::param_problems(*feature, request.params).empty();
  });
  if (!lacks_one) usable_.push_back(std::move(request));
}

void Check::check_params(const plugin::Feature& feature, const FeatureRequest& request,
                         const toml::table& table) {
  const toml::table* params = table["params"].as_table();
  for (const plugin::ParamProblem& problem : plugin::param_problems(feature, request.params)) {
    const toml::node* at = params == nullptr ? nullptr : params->get(problem.name);
    add(at == nullptr ? &table : at, problem.message);
  }
}

void Check::check_patterns(FeatureRequest& request, const toml::table& table) {
  const toml::node* node = table.get("pattern");
  const toml::array* list = node == nullptr ? nullptr : node->as_array();
  std::vector<std::string> right;
  for (std::size_t i = 0; i < request.patterns.size(); ++i) {
    const std::string reason = refuse_pattern(request.patterns[i]);
    if (reason.empty()) right.push_back(request.patterns[i]);
    if (!reason.empty()) add(list == nullptr ? node : list->get(i), reason);
  }
  request.patterns = std::move(right);
}

// Where a feature is asked for.
const toml::node* Check::table_of(std::string_view feature) const {
  for (std::size_t i = 0; i < features_.size(); ++i) {
    const FeatureRequest& request = report_.config.features[i];
    for (const plugin::Feature* found : catalog_.find_features(request.name, request.plugin)) {
      if (found->name() == feature) return features_[i];
    }
  }
  return nullptr;
}

// Also finds derived features whose input takes no part, and cycles of them.
void Check::select_features() {
  if (usable_.empty() && !report_.config.features.empty()) return;
  try {
    report_.selection = select(catalog_, usable_);
  } catch (const Error& error) {
    const toml::node* at = nullptr;
    for (const plugin::Feature& feature : catalog_.features()) {
      if (error.object() == fmt::format("feature '{}'", feature.name())) {
        at = table_of(feature.name());
      }
    }
    if (!lacks_features_) add(at, error.what());  // it may be the input of this one
  }
}

void Check::check_sources() {
  Planner planner(report_.selection);
  const WalkOptions options{report_.config.base, report_.config.output.value_or(""),
                            report_.config.archives.value_or(true)};
  const toml::node* node = root_.get("sources");
  const toml::array* list = node == nullptr ? nullptr : node->as_array();
  for (std::size_t i = 0; i < report_.config.sources.size(); ++i) {
    const std::string& source = report_.config.sources[i];
    if (source == "-") {
      report_.notes.emplace_back("sources from standard input aren't looked at");
      continue;
    }
    try {
      planner.walk(source, options);
    } catch (const Error& error) {
      add(list == nullptr ? node : list->get(i), error.what());
    }
  }
  report_.plan = planner.plan();
  if (report_.config.sources.empty()) {
    report_.notes.emplace_back("no sources: they have to be given to `sheaf ingest`");
  }
  for (const auto& [tie, share] : report_.plan.ties) {
    add(table_of(report_.selection[tie.other].feature->name()),
        fmt::format("{}{}: {}", printable(share.examples.front()),
                    share.sources > 1 ? fmt::format(" and {} more sources", share.sources - 1) : "",
                    planner.describe(tie)));
  }
}

void Check::check_output() {
  const std::string output = report_.config.output.value_or("");
  if (output.empty()) {
    report_.notes.emplace_back("no output: -o FILE has to be given to `sheaf ingest`");
    return;
  }
  std::error_code error;
  const toml::node* node = root_.get("output");
  const std::filesystem::path folder = std::filesystem::path(output).parent_path();
  if (std::filesystem::is_directory(output, error)) {
    add(node, fmt::format("'{}' is a folder; name a file", output));
  } else if (!folder.empty() && !std::filesystem::is_directory(folder, error)) {
    add(node, fmt::format("the folder '{}' isn't there", folder.string()));
  } else if (std::filesystem::exists(output, error)) {
    const bool anew = report_.config.overwrite.value_or(false);
    report_.notes.push_back(
        fmt::format("{} is there and will be {}", output, anew ? "built anew" : "gone on with"));
  }
  if (report_.config.prune.value_or(false) && !report_.config.update.value_or(false)) {
    add(root_.get("prune"), "'prune' needs update = true");
  }
}

// What only the plugins know: parameters that don't go together, dtypes that would lose values.
void Check::rehearse_run() {
  const Config& config = report_.config;
  const bool can = !config.sources.empty() && std::ranges::count(config.sources, "-") == 0;
  if (!can || report_.plan.sources == report_.plan.skipped()) return;
  IngestOptions options;
  options.sources = config.sources;
  options.output = config.output.value_or("");
  options.features = config.features;
  options.base = config.base;
  options.archives = config.archives.value_or(true);
  options.overwrite = config.overwrite.value_or(false) || options.output.empty();
  options.go_on.update = config.update.value_or(false);
  options.go_on.digests = config.digests.value_or(false);
  options.allowed = config.allowed;
  try {
    rehearse(options, catalog_);
  } catch (const Error& error) {
    add(nullptr, error.what());
  }
}

}  // namespace

ConfigReport check_config(const std::filesystem::path& file, const plugin::Catalog& catalog) {
  return Check(file, catalog).run();
}

}  // namespace sheaf::host
