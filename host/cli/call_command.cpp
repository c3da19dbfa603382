// SPDX-License-Identifier: MIT
// `sheaf call`
#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <re2/re2.h>

#include "core/error.hpp"
#include "host/cli/command.hpp"
#include "host/cli/format.hpp"
#include "host/cli/interrupt.hpp"
#include "host/cli/open_file.hpp"
#include "host/cli/parameter_table.hpp"
#include "host/extend/extensions.hpp"
#include "host/source/source.hpp"
#include "host/worker/scan.hpp"

namespace sheaf::host::cli {
namespace {

using extend::StoredFeature;
using plugin::view;

constexpr const char* call_footer = R"(
Methods are functions that the plugin of an array's feature has for its rows. They are called in a
process of their own. Without METHOD it lists them. name=value is a parameter, unless a source has
that name.

Examples:
  sheaf call calls.h5 audio                              the methods of recordings
  sheaf call calls.h5 audio loudness a.wav b.wav
  sheaf call calls.h5 audio slice a.wav start=0.5 stop=2
  sheaf call photos.h5 image histogram cats/1.jpg bins=8 --json)";

struct Options {
  std::string file, path, method;
  std::vector<std::string> arguments;  // ids and parameters
  bool json = false;
  bool in_process = false;
};

struct Arguments {
  std::vector<std::string> ids;
  plugin::ParamInputs params;
};

Arguments parse(const read::File& file, const std::vector<std::string>& arguments) {
  static const RE2 parameter(R"(^[a-z][a-z0-9_]*=)");
  Arguments parsed;
  for (const std::string& argument : arguments) {
    if (file.find(argument) || !RE2::PartialMatch(argument, parameter)) {
      parsed.ids.push_back(argument);
      continue;
    }
    const std::size_t sign = argument.find('=');
    if (!parsed.params.emplace(argument.substr(0, sign), argument.substr(sign + 1)).second) {
      throw CLI::ValidationError("ID",
                                 fmt::format("'{}' is given twice", argument.substr(0, sign)));
    }
  }
  return parsed;
}

int list_methods(const plugin::Feature& feature, bool json) {
  const sheaf_methods& all = *plugin::methods_of(*feature.descriptor);
  if (json) {
    fmt::print("{}\n", dump(methods_json(all)));
  } else {
    fmt::print("{}", methods_text(all, ""));
  }
  return exit_ok;
}

int call_command(const Options& options) {
  const std::shared_ptr<const read::File> file = open_to_read(options.file);
  const StoredFeature stored(file, options.path);
  const plugin::Catalog catalog =
      options.in_process ? plugin::Catalog::load() : worker::scan_in_workers();
  const plugin::Feature& feature = stored.feature(catalog, plugin::methods_of, "methods");
  if (options.method.empty()) return list_methods(feature, options.json);
  const Arguments arguments = parse(*file, options.arguments);
  std::vector<std::unique_ptr<extend::StoredSource>> sources;
  std::vector<extend::StoredSource*> list;
  for (const std::string& id : arguments.ids) {
    static_cast<void>(find_source(*file, id));  // says more of an id that isn't there
    sources.push_back(stored.source(id));
    list.push_back(sources.back().get());
  }
  extend::Options how;
  how.in_process = options.in_process;
  how.stop = &stop_on_signals();
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const auto& [name, value] :
       extend::call(feature, options.method, arguments.params, list, how)) {
    if (options.json) {
      json[name] = {
          {"shape", value.shape}, {"dtype", value.dtype.name()}, {"values", to_json(value)}};
    } else {
      fmt::print("{}:\n{}\n{} {}\n", printable(name), show(value), to_string(value.shape),
                 value.dtype.name());
    }
  }
  if (options.json) fmt::print("{}\n", dump(json));
  return exit_ok;
}

}  // namespace

void add_call(CLI::App& app, Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("call", "Calls a method of a feature on sources' rows");
  command->footer(call_footer);
  command->add_option("FILE", options->file, "The file")->required();
  command->add_option("PATH", options->path, "The array, as `sheaf info` names it")->required();
  command->add_option("METHOD", options->method, "The method; without it they are listed");
  command->add_option("ID", options->arguments, "Sources, and parameters as name=value");
  command->add_flag("--json", options->json, "Print as JSON");
  command->add_flag("--in-process", options->in_process,
                    "Run the plugin in this process, for a debugger");
  command->callback([options, &run] { run = [options] { return call_command(*options); }; });
}

}  // namespace sheaf::host::cli
