// SPDX-License-Identifier: MIT
// `sheaf config`
#include <filesystem>
#include <fstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "host/cli/command.hpp"
#include "host/cli/format.hpp"
#include "host/config/check.hpp"
#include "host/config/draft.hpp"
#include "host/worker/scan.hpp"

namespace sheaf::host::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* config_footer = R"(
Examples:
  sheaf config init photos              sheaf.toml: what would be loaded of photos, and all settings
  sheaf config check sheaf.toml         everything that is wrong with it, and what it would do
  sheaf ingest -c sheaf.toml            does it)";

struct InitOptions {
  DraftOptions draft;
  std::string file = "sheaf.toml";
  std::string base;
  bool no_archives = false;
  bool force = false;
};

void write_file(const std::string& name, const std::string& text, bool force) {
  if (!force && std::filesystem::exists(std::filesystem::symlink_status(name))) {
    throw Error(ErrorCode::Exists, name, "is there already; name another with -o, or use --force");
  }
  std::ofstream file(name, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw system_error(errno, name, "write the configuration");
}

int init_command(InitOptions options) {
  if (!options.base.empty()) options.draft.base = options.base;
  options.draft.archives = !options.no_archives;
  options.draft.name = options.file == "-" ? "sheaf.toml" : options.file;
  const Draft draft = draft_config(options.draft, worker::scan_in_workers());
  if (options.file == "-") {
    fmt::print("{}", draft.text);
    return exit_ok;
  }
  write_file(options.file, draft.text, options.force);
  std::string names;
  for (const std::string& name : draft.features) names += (names.empty() ? "" : ", ") + name;
  fmt::print("{}: {}{}{}\n", options.file, counted(draft.sources, "source"),
             names.empty() ? "" : ", loaded by " + names,
             draft.skipped == 0 ? "" : fmt::format("; {} by nothing", draft.skipped));
  fmt::print("`sheaf ingest -c {}` loads them\n", options.file);
  return exit_ok;
}

std::string examples_of(const Share& share) {
  std::string text;
  for (const std::string& id : share.examples) text += (text.empty() ? "" : ", ") + printable(id);
  return share.sources > share.examples.size() ? text + ", …" : text;
}

void print_plan(const ConfigReport& report) {
  if (!report.config.sources.empty()) {
    fmt::print("{}{}\n", counted(report.plan.sources, "source"),
               report.config.output ? " → " + *report.config.output : "");
  }
  TextTable table;
  for (std::size_t i = 0; i < report.selection.size(); ++i) {
    const Share& share = report.plan.features[i];
    const Selected& selected = report.selection[i];
    table.row({std::string(selected.feature->name()), "at " + selected.path,
               std::to_string(share.sources), examples_of(share)});
  }
  fmt::print("{}", table.text("  "));
  if (report.selection.empty()) return;
  for (const auto& [ending, share] : report.plan.unclaimed) {
    fmt::print("  no feature loads {} {}: {}\n", share.sources,
               ending.empty() ? "without an ending" : printable(ending), examples_of(share));
  }
}

void print_report(const ConfigReport& report) {
  for (const ConfigProblem& problem : report.problems) {
    const std::string place =
        problem.line == 0 ? "" : fmt::format("{}:{}:", problem.line, problem.column);
    fmt::print("{}:{} {}\n", report.file, place, problem.message);
  }
  if (report.problems.empty()) {
    fmt::print("{}: no problems\n", report.file);
  } else {
    fmt::print("{}: {}\n", report.file, counted(report.problems.size(), "problem"));
  }
  print_plan(report);
  for (const WalkProblem& problem : report.plan.problems) {
    fmt::print("  {}: {}\n", printable(problem.id), printable(problem.message));
  }
  for (const std::string& note : report.notes) fmt::print("{}\n", note);
}

Json share_json(const Share& share) {
  return {{"sources", share.sources}, {"examples", share.examples}};
}

Json report_json(const ConfigReport& report) {
  Json problems = Json::array();
  for (const ConfigProblem& problem : report.problems) {
    Json place{{"line", problem.line}, {"column", problem.column}};
    if (problem.line == 0) place = {{"line", nullptr}, {"column", nullptr}};
    place["message"] = problem.message;
    problems.push_back(std::move(place));
  }
  Json features = Json::array();
  for (std::size_t i = 0; i < report.selection.size(); ++i) {
    const Selected& selected = report.selection[i];
    Json feature{{"feature", selected.feature->name()},
                 {"plugin", selected.feature->plugin->id},
                 {"path", selected.path}};
    feature.update(share_json(report.plan.features[i]));
    features.push_back(std::move(feature));
  }
  Json unclaimed = Json::object();
  for (const auto& [ending, share] : report.plan.unclaimed) unclaimed[ending] = share_json(share);
  Json walk = Json::array();
  for (const WalkProblem& one : report.plan.problems) {
    walk.push_back({{"id", one.id}, {"message", one.message}});
  }
  return {{"file", report.file},
          {"problems", std::move(problems)},
          {"notes", report.notes},
          {"sources", report.plan.sources},
          {"features", std::move(features)},
          {"unclaimed", std::move(unclaimed)},
          {"unreadable", std::move(walk)},
          {"output", report.config.output ? Json(*report.config.output) : Json()}};
}

int check_command(const std::string& file, bool json) {
  const ConfigReport report = check_config(file, worker::scan_in_workers());
  if (json) {
    fmt::print("{}\n", dump(report_json(report)));
  } else {
    print_report(report);
  }
  return report.problems.empty() ? exit_ok : exit_some_failed;
}

void add_init(CLI::App& config, Run& run) {
  auto options = std::make_shared<InitOptions>();
  CLI::App* command = config.add_subcommand("init", "Writes one for sources that are there");
  command->add_option("SOURCE", options->draft.sources, "As for `sheaf ingest`");
  command->add_option("-o,--output", options->file, "The file to write (sheaf.toml; - for stdout)")
      ->type_name("FILE");
  command->add_option("--to", options->draft.output, "The output it names")->type_name("FILE");
  command->add_option("--base", options->base, "As for `sheaf ingest`")->type_name("DIR");
  command->add_flag("--no-archives", options->no_archives, "As for `sheaf ingest`");
  command->add_flag("--force", options->force, "Replace a file that is there");
  command->callback([options, &run] { run = [options] { return init_command(*options); }; });
}

}  // namespace

void add_config(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("config", "Writes or checks a configuration");
  command->footer(config_footer);
  command->require_subcommand(1, 1);
  add_init(*command, run);
  auto file = std::make_shared<std::string>();
  auto json = std::make_shared<bool>(false);
  CLI::App* check =
      command->add_subcommand("check", "Says all that is wrong, and what it would do");
  check->add_option("FILE", *file, "A configuration (TOML)")->required();
  check->add_flag("--json", *json, "Print as JSON");
  check->callback([=, &run] { run = [=] { return check_command(*file, *json); }; });
}

}  // namespace sheaf::host::cli
