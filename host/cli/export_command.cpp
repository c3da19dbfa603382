// SPDX-License-Identifier: MIT
// `sheaf export`
#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <re2/re2.h>

#include "core/error.hpp"
#include "host/cli/command.hpp"
#include "host/cli/format.hpp"
#include "host/cli/interrupt.hpp"
#include "host/cli/open_file.hpp"
#include "host/cli/progress_bar.hpp"
#include "host/cli/row_range.hpp"
#include "host/cli/transform_option.hpp"
#include "host/export/export.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::cli {
namespace {

constexpr const char* export_footer = R"(
OUT says what is written:
  OUT.npy   one array of fixed shape, for numpy.load
  OUT.npz   several arrays; __id__ has the ids, PATH/__span__ the rows of each source in PATH.
            Ragged ones are PATH/arr (flat) and PATH/shape_
  OUT       a folder: one .npy a source, with its id as the path (several arrays: a folder each);
            texts as .txt, numbers such as labels in the table labels.csv
Without PATH it is all arrays, without a choice of sources all of them, in order of the ids. OUT gets
its name when it is complete.

Examples:
  sheaf export photos.h5 image -o image.npy
  sheaf export photos.h5 -o photos.npz
  sheaf export photos.h5 -o photos/ --ids '^cats/'         files that any program can read
  sheaf export photos.h5 -o valid.npz --ids-from valid.txt an id a line
  sheaf export digits.h5 audio -o a.npy --rows 0:8000      rows of the concatenated array
  sheaf export photos.h5 image -o x.npy --transform to_float  what `sheaf plugins` lists

Exit status: 0 exported, 1 nothing written, 2 usage, 130 interrupted.)";

struct ExportArguments {
  std::string file;
  std::vector<std::string> paths;
  std::string output;
  std::string pattern;
  std::vector<std::string> ids;
  std::string ids_from;
  std::string rows;
  std::string format = "auto";
  bool overwrite = false;
  bool json = false;
  bool quiet = false;
  TransformOption transform;
};

// Names that somebody gives who means something else than a folder.
void refuse_other_formats(const std::string& output) {
  constexpr std::array others{".h5",  ".hdf5", ".csv", ".txt", ".png", ".jpg",     ".wav",
                              ".zip", ".json", ".mat", ".pt",  ".tar", ".parquet", ".flac"};
  const std::string extension = std::filesystem::path(output).extension().string();
  if (std::ranges::find(others, extension) == others.end()) return;
  throw CLI::ValidationError(
      "--output", fmt::format("'{0}': there is no export to {1}; OUT ends in .npy or .npz, or is a "
                              "folder ('{0}/' if that is its name)",
                              output, extension));
}

std::vector<std::string> read_ids(const std::string& name) {
  std::ifstream file;
  if (name != "-") file.open(name);
  if (name != "-" && !file) throw system_error(errno, name, "read it");
  std::istream& in = name == "-" ? std::cin : file;
  std::vector<std::string> ids;
  for (std::string line; std::getline(in, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) ids.push_back(line);
  }
  return ids;
}

std::vector<std::size_t> matching(const read::File& file, const std::string& text) {
  const RE2 pattern(text, RE2::Quiet);
  if (!pattern.ok()) {
    throw CLI::ValidationError("--ids", fmt::format("'{}': {}", text, pattern.error()));
  }
  std::vector<std::size_t> sources;
  for (std::size_t i = 0; i < file.ids().size(); ++i) {
    const std::string& id = file.ids()[i];
    if (RE2::PartialMatch(id, pattern) && file.find(id) == i) sources.push_back(i);
  }
  return sources;
}

// The numbers of the sources that were named, in order of the file; none: all of them.
std::optional<std::vector<std::size_t>> chosen(const read::File& file,
                                               const ExportArguments& options) {
  if (options.pattern.empty() && options.ids.empty() && options.ids_from.empty()) return {};
  if (file.ids().empty()) {
    throw Error(ErrorCode::NotFound, file.name(),
                "has no sources to choose from; take rows with --rows A:B");
  }
  std::vector<std::size_t> sources;
  if (!options.pattern.empty()) sources = matching(file, options.pattern);
  std::vector<std::string> ids = options.ids;
  if (!options.ids_from.empty()) {
    const std::vector<std::string> more = read_ids(options.ids_from);
    ids.insert(ids.end(), more.begin(), more.end());
  }
  for (const std::string& id : ids) sources.push_back(find_source(file, id));
  std::ranges::sort(sources);
  sources.erase(std::ranges::unique(sources).begin(), sources.end());
  if (sources.empty()) {
    throw Error(ErrorCode::NotFound, file.name(),
                fmt::format("no source matches; `sheaf ls {}` lists them", file.name()));
  }
  return sources;
}

ExportOptions merge(const read::File& file, const ExportArguments& options) {
  ExportOptions merged;
  merged.output = options.output;
  merged.paths = options.paths;
  merged.overwrite = options.overwrite;
  if (options.format == "npy") merged.format = FileFormat::Npy;
  merged.sources = chosen(file, options);
  if (!options.rows.empty()) {
    if (merged.sources) throw CLI::ValidationError("--rows", "choose sources or rows, not both");
    const RowRange range = parse_rows(options.rows);
    merged.rows = layout::Span{range.start, range.stop};
  }
  return merged;
}

void print_report(const ExportReport& report, const std::string& output) {
  fmt::print("{}: {}", output, human_bytes(report.bytes));
  if (report.sources > 0) fmt::print(", {}", counted(report.sources, "source"));
  fmt::print("\n");
  TextTable table;
  for (const Exported& array : report.arrays) {
    std::vector<std::string> row{printable(array.path), to_string(array.shape), array.dtype};
    if (array.files > 0) row.push_back(counted(array.files, "file"));
    if (!array.where.empty()) row.insert(row.begin() + 3, printable(array.where));
    table.row(std::move(row));
  }
  fmt::print("{}", table.text("  "));
}

void print_json(const ExportReport& report, const ExportArguments& options) {
  constexpr std::array forms{"npy", "npz", "folder"};
  nlohmann::ordered_json json{{"file", options.file},
                              {"output", options.output},
                              {"form", forms.at(static_cast<std::size_t>(report.form))},
                              {"sources", report.sources},
                              {"bytes", report.bytes},
                              {"arrays", nlohmann::ordered_json::array()}};
  for (const Exported& array : report.arrays) {
    json["arrays"].push_back({{"path", array.path},
                              {"dtype", array.dtype},
                              {"shape", array.shape},
                              {"files", array.files},
                              {"where", array.where}});
  }
  fmt::print("{}\n", dump(json));
}

int export_command(const ExportArguments& options) {
  refuse_other_formats(options.output);
  const std::atomic<bool>& stop = stop_on_signals();
  if (!options.transform.texts.empty() && options.paths.empty()) {
    throw CLI::ValidationError("--transform", "name the PATHs whose rows are transformed");
  }
  const auto file = transformed(open_to_read(options.file), options.paths, options.transform);
  const ExportOptions merged = merge(*file, options);
  ProgressBar bar(options.quiet);
  bar.stage("exporting");
  const ExportReport report = export_arrays(*file, merged, stop, bar);
  bar.clear();
  options.json ? print_json(report, options) : print_report(report, options.output);
  return exit_ok;
}

}  // namespace

void add_export(CLI::App& app, Run& run) {
  auto options = std::make_shared<ExportArguments>();
  CLI::App* command = app.add_subcommand("export", "Writes arrays as .npy, .npz or a folder");
  command->footer(export_footer);
  command->add_option("FILE", options->file, "The file")->required();
  command->add_option("PATH", options->paths, "Arrays, as `sheaf info` names them");
  command->add_option("-o,--output", options->output, "OUT.npy, OUT.npz or a folder")
      ->type_name("OUT")
      ->required();
  command->add_option("--ids", options->pattern, "Only sources whose id matches (RE2, as `ls`)")
      ->type_name("PATTERN");
  command->add_option("--id", options->ids, "This source; may be repeated")
      ->type_name("ID")
      ->take_all()
      ->expected(1)
      ->allow_extra_args(false);
  command->add_option("--ids-from", options->ids_from, "Sources listed in FILE, an id a line; or -")
      ->type_name("FILE");
  command->add_option("--rows", options->rows, "Rows of the concatenated arrays instead")
      ->type_name("A:B");
  command->add_option("--format", options->format, "In a folder: auto, or npy for everything")
      ->check(CLI::IsMember({"auto", "npy"}).description(""))
      ->type_name("FORMAT");
  add_transform_option(*command, options->transform);
  command->add_flag("--overwrite", options->overwrite, "Replace OUT where it exists");
  command->add_flag("--json", options->json, "Print what was written as JSON");
  command->add_flag("-q,--quiet", options->quiet, "No progress");
  command->callback([options, &run] { run = [options] { return export_command(*options); }; });
}

}  // namespace sheaf::host::cli
