// SPDX-License-Identifier: MIT
// `sheaf get` and `sheaf ls`
#include <charconv>
#include <filesystem>
#include <limits>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <re2/re2.h>

#include "core/error.hpp"
#include "core/layout/reader.hpp"
#include "host/cli/command.hpp"
#include "host/cli/format.hpp"
#include "host/cli/npy.hpp"
#include "host/cli/terminal.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::cli {
namespace {

constexpr const char* get_footer = R"(
Without ID and --rows it is the whole array. A:B are rows as in Python: 0:10, -5:, :3.

Examples:
  sheaf get photos.h5 image cats/1.jpg               one source's rows
  sheaf get photos.h5 image cats/1.jpg -o 1.npy      as a NumPy file
  sheaf get digits.h5 audio --rows 0:8000 -o a.npy   rows of the concatenated array)";

constexpr const char* ls_footer = R"(
PATTERN is a regular expression (RE2), found anywhere in the id.

Examples:
  sheaf ls photos.h5
  sheaf ls photos.h5 '^cats/'
  sheaf ls photos.h5 --feature image     those that have an image)";

struct GetOptions {
  std::string file, path, id, rows, output;
  bool json = false;
};

struct LsOptions {
  std::string file, pattern, feature;
  bool json = false;
};

std::int64_t parse_index(const std::string& text, std::int64_t if_empty) {
  std::int64_t value = if_empty;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (!text.empty() && (error != std::errc() || end != text.data() + text.size())) {
    throw CLI::ValidationError("--rows", fmt::format("'{}' is no row number", text));
  }
  return value;
}

Value read_rows(const layout::Reader& reader, const GetOptions& options) {
  const std::string text = options.rows.empty() ? ":" : options.rows;
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) {
    throw CLI::ValidationError("--rows", fmt::format("'{}' is no range; write A:B", text));
  }
  return reader.rows(options.path, parse_index(text.substr(0, colon), 0),
                     parse_index(text.substr(colon + 1), std::numeric_limits<std::int64_t>::max()));
}

Value read_source(const layout::Reader& reader, const GetOptions& options) {
  const std::optional<std::size_t> source = reader.find(options.id);
  if (!source) {
    for (const layout::Failure& failure : reader.failures()) {
      if (failure.id != options.id) continue;
      throw Error(ErrorCode::NotFound, printable(options.id),
                  "isn't stored, it failed: " + failure.message);
    }
    throw Error(
        ErrorCode::NotFound, printable(options.id),
        fmt::format("no such source in {}; `sheaf ls {}` lists them", options.file, options.file));
  }
  auto value = reader.get(options.path, *source);
  if (!value) {
    throw Error(ErrorCode::NotFound, printable(options.id),
                fmt::format("has no '{}'", options.path));
  }
  return *std::move(value);
}

void warn_if_incomplete(const layout::Reader& reader, const std::string& file) {
  if (reader.complete()) return;
  print_error(fmt::format("{}: is incomplete: its ingest didn't end", file));
}

int get_command(const GetOptions& options) {
  if (!options.id.empty() && !options.rows.empty()) {
    throw CLI::ValidationError("--rows", "give an ID or --rows, not both");
  }
  const layout::Reader reader = layout::Reader::open(options.file);
  warn_if_incomplete(reader, options.file);
  const Value value =
      options.id.empty() ? read_rows(reader, options) : read_source(reader, options);
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

int ls_command(const LsOptions& options) {
  const RE2 pattern(options.pattern, RE2::Quiet);
  if (!pattern.ok()) {
    throw CLI::ValidationError("PATTERN",
                               fmt::format("'{}': {}", options.pattern, pattern.error()));
  }
  const layout::Reader reader = layout::Reader::open(options.file);
  warn_if_incomplete(reader, options.file);
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < reader.ids().size(); ++i) {
    const std::string& id = reader.ids()[i];
    if (!RE2::PartialMatch(id, pattern)) continue;
    if (!options.feature.empty() && !reader.span(options.feature, i)) continue;
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
