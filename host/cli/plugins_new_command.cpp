// SPDX-License-Identifier: MIT
// `sheaf plugins new`
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "host/cli/command.hpp"
#include "host/scaffold/scaffold.hpp"

namespace sheaf::host::cli {
namespace {

constexpr const char* new_footer = R"(
Kinds, each with a format of its own to replace by yours:
  fixed    rows of one shape, any number a source: points, events, tables
  ragged   each source in a shape of its own: pictures, scans
  audio    a stream of unknown length: recordings, traces
  derived  made from what another feature has loaded: statistics, thumbnails

Examples:
  sheaf plugins new acme.tones --kind audio
  sheaf plugins new lab.scan --lang c -o plugins/
  sheaf plugins new lab.scan --lang python)";

int new_command(const scaffold::Request& request) {
  const std::filesystem::path project = scaffold::make(request);
  const bool is_python = request.language == "python";
  fmt::print("{} is a plugin that works. Next:\n\n  cd {}\n{}", project.string(), project.string(),
             is_python ? "  tests/run.sh \"$PWD\" sheaf\n"
                       : "  cmake -B build && cmake --build build\n"
                         "  ctest --test-dir build\n");
  return exit_ok;
}

}  // namespace

void add_plugins_new(CLI::App& plugins, Run& run) {
  auto request = std::make_shared<scaffold::Request>();
  request->language = "c++";
  request->kind = "fixed";
  request->folder = ".";
  CLI::App* command = plugins.add_subcommand("new", "Writes the project of a new plugin");
  command->footer(new_footer);
  command->add_option("ID", request->id, "The plugin's id: acme.tones makes a folder tones")
      ->required();
  command->add_option("--lang", request->language, "Its language")
      ->check(CLI::IsMember(scaffold::languages()))
      ->capture_default_str();
  command->add_option("--kind", request->kind, "What it loads")
      ->check(CLI::IsMember(scaffold::kinds()))
      ->capture_default_str();
  command->add_option("-o,--output", request->folder, "Where the folder goes")->type_name("FOLDER");
  command->callback([request, &run] { run = [request] { return new_command(*request); }; });
}

}  // namespace sheaf::host::cli
