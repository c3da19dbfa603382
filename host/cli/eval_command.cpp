// SPDX-License-Identifier: MIT
// `sheaf eval`
#include <algorithm>
#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "core/array/script/evaluate.hpp"
#include "core/array/script/lexer.hpp"
#include "core/error.hpp"
#include "core/objects/nearest.hpp"
#include "host/cli/array_source.hpp"
#include "host/cli/command.hpp"
#include "host/cli/eval_output.hpp"
#include "host/cli/format.hpp"
#include "host/cli/interrupt.hpp"
#include "host/cli/terminal.hpp"
#include "host/preview/terminal.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::cli {
namespace {

namespace script = np::script;

constexpr const char* eval_footer = R"(
EXPRESSION is Python with NumPy's functions (without `np.`) over the datasets of any HDF5 file, which
may be larger than memory. Put it in single quotes. One that begins with '-' goes into brackets.

A dataset's path is a name: data/x, run/7/gain, /7 from the root, an array of Sheaf's as `sheaf info`
names it. Without spaces the longest path that is there counts, data-old/x, too; between spaces the
signs compute: data/x / 2. A path with other letters stands between backquotes: `two words/x`.

What is printed is computed as far as it is shown. With -o the result becomes a dataset: whole or,
whatever happens, not at all; in a new file, one that is there, or FILE itself.

Examples:
  sheaf eval 'mean(data/x, axis=0)' lab.h5
  sheaf eval 'data/x[data/x > 0.5].sum()' lab.h5
  sheaf eval '(data/x - mean(data/x)) / std(data/x)' lab.h5 -o out.h5:/scaled
  sheaf eval 'image[:100] / 255' photos.h5 -o photos.h5:/small --memory 2G
  sheaf eval --functions                 which there are
  sheaf eval --functions quantile        its arguments

Exit status: 0 printed or stored, 1 neither, 2 usage or an expression that can't be read,
130 interrupted.)";

struct EvalOptions {
  std::string expression, file, output, function;
  bool lists_functions = false, replace = false, force = false, json = false;
  ArrayLimits limits;
};

// In columns.
void print_functions() {
  std::size_t width = 0;
  for (const auto& [name, function] : script::functions()) width = std::max(width, name.size() + 2);
  const std::size_t across = std::max<std::size_t>(1, preview::terminal().columns / width);
  const std::size_t down = (script::functions().size() + across - 1) / across;
  std::vector<std::string> lines(down);
  std::size_t at = 0;
  for (const auto& [name, function] : script::functions()) {
    std::string& line = lines[at % down];
    line.resize(at / down * width, ' ');
    line += name;
    ++at;
  }
  fmt::print(
      "{}\n\nAlso + - * / // % ** == != < <= > >= & | ^ ~ << >> and selections in brackets; "
      "docs/arrays.md\nhas a line on each.\n",
      fmt::join(lines, "\n"));
}

int list_functions(const std::string& name) {
  if (name.empty()) {
    print_functions();
    return exit_ok;
  }
  const auto found = script::functions().find(name);
  if (found == script::functions().end()) {
    std::vector<std::string> names;
    for (const auto& [known, function] : script::functions()) names.push_back(known);
    throw Error(ErrorCode::NotFound, printable(name),
                "is no function; " + objects::nearest(names, name));
  }
  const std::vector<std::string> arguments = script::Arguments::names_of(found->second);
  fmt::print("{}({})\n", name, fmt::join(arguments, ", "));
  return exit_ok;
}

script::Argument evaluate(const EvalOptions& options, const objects::File& file) {
  std::map<std::string, np::Array> known;  // however it is spelled, it is read once
  return script::evaluate(
      options.expression,
      [&](const std::string& path) -> std::optional<np::Array> {
        const std::optional<objects::Item> item = find_dataset(file, path);
        if (!item) return std::nullopt;
        const auto found = known.find(item->path());
        if (found != known.end()) return found->second;
        return known.emplace(item->path(), np::Array(*item)).first->second;
      },
      [&](const std::string& path) { return why_no_dataset(file, path); });
}

int eval_to_screen(const EvalOptions& options) {
  const objects::File file = objects::File::open(options.file);
  const script::Argument result = evaluate(options, file);
  options.json ? print_json(result) : print_result(result);
  return exit_ok;
}

int eval_to_file(const EvalOptions& options) {
  const EvalTarget target = EvalTarget::parse(options.output);
  const objects::File input =
      objects::File::open(options.file, target.is(options.file) ? "r+" : "r");
  const objects::File output =
      target.is(options.file) ? input : objects::File::open(target.file, "a");
  const objects::Item place = target.place_in(output, options.replace, options.force);
  const np::Array result = array_to_store(evaluate(options, input));
  (void)np::store(place, result);
  output.close();
  if (options.json) {
    fmt::print("{}\n", dump({{"output", target.file},
                             {"path", place.path()},
                             {"shape", result.shape()},
                             {"dtype", result.dtype().name()}}));
  } else {
    fmt::print("{}: {} {}\n", printable(options.output), to_string(result.shape()),
               result.dtype().name());
  }
  return exit_ok;
}

// The sentence, the line of the expression, and a mark below the place.
int tell(const script::PlacedError& error) {
  print_error(error.sentence());
  std::string lines = error.what() + error.sentence().size() + 2;
  std::ranges::replace(lines, '\t', ' ');
  std::string line = lines.substr(0, lines.find('\n')), mark = lines.substr(line.size() + 1);
  const std::size_t columns = std::max(20U, preview::terminal().columns);
  const std::size_t cut = mark.size() > columns / 2 ? mark.size() - columns / 2 : 0;
  if (columns_of(line) > columns && cut > 0 && columns_of(line) == line.size()) {
    line = "  …" + line.substr(cut + 3);
    mark = "  " + mark.substr(cut + 2);
  }
  to_stderr(printable(line) + '\n' + mark + '\n');
  const bool is_unreadable = error.code() == ErrorCode::Invalid && error.object() == "expression";
  return is_unreadable ? exit_usage : exit_nothing_done;
}

int eval_command(const EvalOptions& options) {
  if (options.lists_functions) return list_functions(options.function);
  if (options.expression.empty()) throw CLI::RequiredError("EXPRESSION");
  if (options.file.empty()) throw CLI::RequiredError("FILE");
  const std::atomic<bool>* stop = options.output.empty() ? nullptr : &stop_on_signals();
  const np::OptionsScope scope(array_options(options.limits, stop));
  try {
    return options.output.empty() ? eval_to_screen(options) : eval_to_file(options);
  } catch (const script::PlacedError& error) {
    return tell(error);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::Cancelled) throw;
    throw Error(ErrorCode::Cancelled, printable(options.output), "wasn't stored: interrupted");
  }
}

}  // namespace

void add_eval(CLI::App& app, Run& run) {
  auto options = std::make_shared<EvalOptions>();
  CLI::App* command = app.add_subcommand("eval", "Computes with arrays, as NumPy does");
  command->group(any_file_group);
  command->footer(eval_footer);
  command->add_option("EXPRESSION", options->expression, "What is computed");
  command->add_option("FILE", options->file, "The file whose datasets are meant");
  command->add_option("-o,--output", options->output, "Store the result there: OUT.h5:/PATH")
      ->type_name("OUT");
  command->add_flag("-f,--replace", options->replace, "Replace what is at PATH");
  command->add_flag("--force", options->force, "Also what Sheaf keeps track of itself");
  CLI::Option* functions =
      command->add_option("--functions", options->function, "List the functions, or tell of NAME")
          ->expected(0, 1)
          ->type_name("NAME");
  add_array_limits(*command, options->limits);
  command->add_flag("--json", options->json, "Print as JSON");
  command->callback([options, functions, &run] {
    options->lists_functions = functions->count() > 0;
    run = [options] { return eval_command(*options); };
  });
}

}  // namespace sheaf::host::cli
