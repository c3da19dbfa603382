// SPDX-License-Identifier: MIT
// `sheaf get` and `sheaf ls`
#include <algorithm>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <re2/re2.h>

#include "core/error.hpp"
#include "core/read/file.hpp"
#include "host/cli/command.hpp"
#include "host/cli/format.hpp"
#include "host/cli/open_file.hpp"
#include "host/cli/row_range.hpp"
#include "host/cli/terminal.hpp"
#include "host/cli/transform_option.hpp"
#include "host/export/npy.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::cli {
namespace {

constexpr const char* get_footer = R"(
Without ID and --rows it is the whole array. A:B are rows as in Python: 0:10, -5:, :3. Files that
neither Sheaf nor h5mapper wrote have no sources; the rows of their datasets can be read.

Examples:
  sheaf get photos.h5 image cats/1.jpg               one source's rows
  sheaf get photos.h5 image cats/1.jpg -o 1.npy      as a NumPy file
  sheaf get digits.h5 audio --rows 0:8000 -o a.npy   rows of the concatenated array
  sheaf get photos.h5 image cats/1.jpg --transform to_float --transform normalise:mean=[0.5],std=[0.2])";

constexpr const char* ls_footer = R"(
PATTERN is a regular expression (RE2), found anywhere in the id.

Examples:
  sheaf ls photos.h5
  sheaf ls photos.h5 '^cats/'
  sheaf ls photos.h5 --feature image     those that have an image)";

struct GetOptions {
  std::string file, path, id, rows, output;
  bool json = false;
  TransformOption transform;
};

struct LsOptions {
  std::string file, pattern, feature;
  bool json = false;
};

Value read_rows(const read::File& file, const GetOptions& options) {
  const RowRange range = options.rows.empty() ? RowRange() : parse_rows(options.rows);
  return file.output(options.path).array().rows(range.start, range.stop);
}

Value read_source(const read::File& file, const GetOptions& options) {
  const read::Output& output = file.output(options.path);
  auto value = output.get(find_source(file, options.id));
  if (value) return *std::move(value);
  throw Error(ErrorCode::NotFound, printable(options.id), fmt::format("has no '{}'", options.path));
}

int get_command(const GetOptions& options) {
  if (!options.id.empty() && !options.rows.empty()) {
    throw CLI::ValidationError("--rows", "give an ID or --rows, not both");
  }
  const auto file = transformed(open_to_read(options.file), {options.path}, options.transform);
  const Value value = options.id.empty() ? read_rows(*file, options) : read_source(*file, options);
  if (!options.output.empty()) {
    std::error_code error;
    if (std::filesystem::equivalent(options.output, options.file, error)) {
      throw Error(ErrorCode::Invalid, options.output, "is the file that is read; name another one");
    }
    write_npy(options.output, value);
    if (!options.json) {
      fmt::print("{}: {} {}\n", options.output, to_string(value.shape), value.dtype.name());
    }
    return exit_ok;
  }
  if (options.json) {
    const nlohmann::ordered_json json{
        {"shape", value.shape}, {"dtype", value.dtype.name()}, {"values", to_json(value)}};
    fmt::print("{}\n", dump(json));
  } else {
    fmt::print("{}\n{} {}\n", show(value), to_string(value.shape), value.dtype.name());
  }
  return exit_ok;
}

// To stderr: a list of no ids is empty for programs, too.
void say_why_empty(const read::File& file) {
  std::string text = file.name() + ": has no sources";
  if (!file.paths().empty()) {
    constexpr std::size_t most_shown = 5;
    const std::size_t shown = std::min(file.paths().size(), most_shown);
    const std::vector<std::string> some(file.paths().begin(),
                                        file.paths().begin() + static_cast<std::ptrdiff_t>(shown));
    text += fmt::format("; its arrays are {}{}; `sheaf get {} {} --rows 0:3` reads rows of one",
                        fmt::join(some, ", "), shown < file.paths().size() ? ", …" : "",
                        file.name(), some.front());
  }
  print_error(printable(text));
}

int ls_command(const LsOptions& options) {
  const RE2 pattern(options.pattern, RE2::Quiet);
  if (!pattern.ok()) {
    throw CLI::ValidationError("PATTERN",
                               fmt::format("'{}': {}", options.pattern, pattern.error()));
  }
  const auto file = open_to_read(options.file);
  const read::Output* output = options.feature.empty() ? nullptr : &file->output(options.feature);
  if (file->ids().empty()) say_why_empty(*file);
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < file->ids().size(); ++i) {
    const std::string& id = file->ids()[i];
    if (!RE2::PartialMatch(id, pattern)) continue;
    if (output != nullptr && !output->span(i)) continue;
    if (options.json) {
      json.push_back(id);
    } else {
      fmt::print("{}\n", printable(id));
    }
  }
  if (options.json) fmt::print("{}\n", dump(json));
  return exit_ok;
}

}  // namespace

void add_get(CLI::App& app, Run& run) {
  auto options = std::make_shared<GetOptions>();
  CLI::App* command = app.add_subcommand("get", "Reads rows, to the screen or a .npy file");
  command->footer(get_footer);
  command->add_option("FILE", options->file, "The file")->required();
  command->add_option("PATH", options->path, "The array, as `sheaf info` names it")->required();
  command->add_option("ID", options->id, "A source");
  command->add_option("--rows", options->rows, "Rows of the concatenated array")->type_name("A:B");
  command->add_option("-o,--output", options->output, "Write a NumPy file")->type_name("OUT.npy");
  command->add_flag("--json", options->json, "Print as JSON");
  add_transform_option(*command, options->transform);
  command->callback([options, &run] { run = [options] { return get_command(*options); }; });
}

void add_ls(CLI::App& app, Run& run) {
  auto options = std::make_shared<LsOptions>();
  CLI::App* command = app.add_subcommand("ls", "Lists the ids of the sources in a file");
  command->footer(ls_footer);
  command->add_option("FILE", options->file, "The file")->required();
  command->add_option("PATTERN", options->pattern, "Only ids that match");
  command->add_option("--feature", options->feature, "Only sources that have this array")
      ->type_name("PATH");
  command->add_flag("--json", options->json, "Print as JSON");
  command->callback([options, &run] { run = [options] { return ls_command(*options); }; });
}

}  // namespace sheaf::host::cli
