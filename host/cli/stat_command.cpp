// SPDX-License-Identifier: MIT
// `sheaf stat`
#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "host/cli/array_source.hpp"
#include "host/cli/array_summary.hpp"
#include "host/cli/bars.hpp"
#include "host/cli/command.hpp"
#include "host/cli/format.hpp"
#include "host/cli/summary_text.hpp"
#include "host/preview/terminal.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* stat_footer = R"(
Of any HDF5 file, whatever its size: count, NaNs and infinities; mean, standard deviation, extremes
and quantiles of the finite elements, in float64 and exact; and how many lie where. Of texts their
lengths and which are frequent, of complex numbers the absolute values.

With --axis what lies along an axis is one row: `--axis 0` of a table (rows, columns) tells of each
column. Several at once are written 0,1; -1 is the last. Of many rows the first and last are shown.

PATH is as in h5py, or an array as `sheaf info` names it.

Examples:
  sheaf stat lab.h5 run/7/samples
  sheaf stat lab.h5 run/7/samples --axis 0        a row for each column
  sheaf stat photos.h5 image --axis 0,1,2         each colour's mean and std
  sheaf stat lab.h5 run/7/samples run/8/samples --bins 50
  sheaf stat lab.h5 run/7/samples --json | jq .quantiles

Exit status: 0 shown, 1 not shown, 2 usage.)";

constexpr std::size_t most_frequent = 10;
constexpr std::int64_t most_rows = 24;  // fit on a screen

struct StatOptions {
  std::string file;
  std::vector<std::string> paths;
  std::string axis;
  std::int64_t rows = -1;
  std::int64_t bins = 20;
  bool json = false, ascii = false;
  ArrayLimits limits;
};

// "0,1", "-1"
Shape axes_in(const std::string& text) {
  Shape axes;
  for (const std::string& one : CLI::detail::split(text, ',')) {
    if (!CLI::detail::lexical_cast(one, axes.emplace_back())) {
      throw CLI::ValidationError("--axis", fmt::format("'{}' is no axis; write 0 or 0,1", text));
    }
  }
  return axes;
}

// What NetCDF's conventions say of the numbers, which are taken as they are.
std::string note_on(const objects::Item& item) {
  std::string text;
  for (const char* name : {"scale_factor", "add_offset", "_FillValue", "missing_value"}) {
    const objects::Attributes attrs = item.attrs();
    if (!attrs.contains(name)) continue;
    const objects::Tree tree = attrs.at(name);
    const Value* const value = tree.value();
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", name,
                        value == nullptr ? "?" : show_inline(*value));
  }
  return text.empty() ? "" : fmt::format("  as stored: {} not applied\n", text);
}

std::string title_of(const StatOptions& options, const objects::Item& item, const np::Array& a) {
  return printable(fmt::format("{}:{}  {} {}", options.file, item.path(), a.dtype().name(),
                               to_string(a.shape())));
}

void print_stat(const StatOptions& options, const objects::Item& item, const SummaryStyle& style) {
  const np::Array array(item);
  std::string text;
  if (!options.axis.empty()) {
    text = text_of(
        axis_summary_of(array, axes_in(options.axis), options.rows < 0 ? most_rows : options.rows),
        style);
  } else if (array.dtype().is_string()) {
    text = text_of(text_summary_of(array, most_frequent), style);
  } else {
    text = text_of(summary_of(array, options.bins), style);
  }
  fmt::print("{}\n{}{}", title_of(options, item, array), note_on(item), text);
}

Json stat_json(const StatOptions& options, const objects::Item& item) {
  const np::Array array(item);
  Json json{{"file", options.file}, {"path", item.path()}};
  if (!options.axis.empty()) {
    json["dtype"] = array.dtype().name();
    json["shape"] = array.shape();
    json.update(to_json(axis_summary_of(array, axes_in(options.axis), options.rows)));
  } else if (array.dtype().is_string()) {
    json.update(to_json(text_summary_of(array, most_frequent)));
  } else {
    json.update(to_json(summary_of(array, options.bins)));
  }
  return json;
}

void refuse_text(const objects::Item& item) {
  if (np::Array(item).dtype().is_string()) {
    throw Error(ErrorCode::Invalid, item.describe(),
                "holds texts, which have no mean along an axis; leave out --axis");
  }
}

int stat_command(const StatOptions& options) {
  const np::OptionsScope scope(array_options(options.limits));
  const objects::File file = objects::File::open(options.file);
  std::vector<objects::Item> items;
  if (options.paths.empty()) items.push_back(require_dataset(file, "/"));  // says which there are
  for (const std::string& path : options.paths) items.push_back(require_dataset(file, path));
  if (!options.axis.empty()) std::ranges::for_each(items, refuse_text);
  const SummaryStyle style{preview::terminal().columns, !options.ascii && has_utf8()};
  Json all = Json::array();
  for (std::size_t at = 0; at < items.size(); ++at) {
    if (options.json) {
      all.push_back(stat_json(options, items[at]));
    } else {
      if (at > 0) fmt::print("\n");
      print_stat(options, items[at], style);
    }
  }
  if (options.json) fmt::print("{}\n", dump(all.size() == 1 ? all[0] : all));
  return exit_ok;
}

}  // namespace

void add_stat(CLI::App& app, Run& run) {
  auto options = std::make_shared<StatOptions>();
  CLI::App* command = app.add_subcommand("stat", "Mean, quantiles, histogram of any array");
  command->group(any_file_group);
  command->footer(stat_footer);
  command->add_option("FILE", options->file, "The file")->required();
  command->add_option("PATH", options->paths, "Arrays in it");
  command->add_option("--axis", options->axis, "A row for what lies along it, or along N,M,…")
      ->type_name("N");
  command->add_option("--rows", options->rows, "With --axis: so many rows (default: 24; JSON: all)")
      ->check(CLI::NonNegativeNumber.description(""))
      ->type_name("N");
  command->add_option("--bins", options->bins, "Of the histogram (default: 20)")
      ->check(CLI::Range(1, 100'000).description(""))
      ->type_name("N");
  command->add_flag("--ascii", options->ascii, "Draw with '#', as where the locale has no UTF-8");
  add_array_limits(*command, options->limits);
  command->add_flag("--json", options->json, "Print as JSON, with all digits");
  command->callback([options, &run] { run = [options] { return stat_command(*options); }; });
}

}  // namespace sheaf::host::cli
