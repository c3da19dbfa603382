// SPDX-License-Identifier: MIT
// `sheaf show`
#include <algorithm>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "core/error.hpp"
#include "host/cli/command.hpp"
#include "host/cli/format.hpp"
#include "host/cli/item_path.hpp"
#include "host/cli/outline_json.hpp"
#include "host/cli/outline_text.hpp"
#include "host/cli/shown_value.hpp"
#include "host/cli/terminal.hpp"
#include "host/preview/terminal.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::cli {
namespace {

constexpr const char* show_footer = R"(
Of any HDF5 file: dictionaries, lists, arrays by their first and last values, attributes (@), links
(→), and what can't be read with its reason. Only what is printed is read, and a large file is shown
in part: as deep as fits into some 200 lines, groups of more than 100 entries by the first and last
ten. PATH of a value prints that value alone.
)";

constexpr const char* show_examples = R"(

--json prints values alone: {"run": {"gain": 0.5, "samples": [0, 1]}}, all of them unless a limit is
given; --json --attrs each with its kind, dtype, shape and attributes. NaN and infinities are null.
What JSON has no word for is an object: {"@bytes": BASE64}, {"@link": PATH}, {"@unreadable": REASON}.

Examples:
  sheaf show lab.h5                      what is in it
  sheaf show lab.h5 run/7                below there
  sheaf show lab.h5 run/7@operator       one attribute
  sheaf show lab.h5 log/-1               the last entry of a list
  sheaf show lab.h5 --depth 1            one level
  sheaf show lab.h5 run --json | jq .gain

Exit status: 0 shown, 1 not shown, 2 usage, 3 some values couldn't be read.)";

constexpr std::size_t most_lines = 200;
constexpr std::size_t deepest = 12;  // indented lines that one can still read
constexpr std::int64_t most_entries = 100, entries_an_end = 10;

struct ShowOptions {
  std::string file, path;
  bool json = false, all = false, with_attributes = false, without_attributes = false;
  std::int64_t depth = -1, entries = -1;
};

objects::Outline::Limits limits_of(const ShowOptions& options) {
  if (options.entries >= 0) {
    return {options.entries, (options.entries + 1) / 2, options.entries / 2};
  }
  if (options.all || options.json) return {};
  return {most_entries, entries_an_end, entries_an_end};
}

std::string title_of(const ShowOptions& options, const ItemPath& place) {
  const std::string file = printable(options.file);
  return place.item.path() == "/" ? file : file + ":" + printable(place.item.path());
}

bool show_json(const ShowOptions& options, const ItemPath& place) {
  objects::Outline outline(place.item, limits_of(options));
  JsonOptions limits{.most_elements = options.entries, .is_described = options.with_attributes};
  if (options.depth >= 0) limits.depth = static_cast<std::size_t>(options.depth);
  return print_json(outline, limits);
}

bool show_tree(const ShowOptions& options, const ItemPath& place) {
  const auto limits = limits_of(options);
  TextOptions text{.has_attributes = !options.without_attributes,
                   .has_colors = has_colors(),
                   .title = title_of(options, place)};
  if (const preview::Terminal screen = preview::terminal(); screen.is_one) {
    text.columns = screen.columns;
  }
  if (options.depth >= 0) {
    text.depth = static_cast<std::size_t>(options.depth);
  } else if (!options.all) {
    text.depth = std::min(
        depth_for(objects::Outline(place.item, limits), most_lines, !options.without_attributes),
        deepest);
  }
  objects::Outline outline(place.item, limits);
  return print_tree(outline, text);
}

// False for what is no single value.
bool show_value(const ItemPath& place) {
  objects::Outline outline(place.item);
  const objects::Outline::Entry& entry = *outline.next();
  if (entry.kind == objects::Kind::Unreadable) {
    throw Error(ErrorCode::Unsupported, place.item.describe(), "can't be read: " + entry.reason);
  }
  const bool is_array = entry.kind == objects::Kind::Array;
  if (is_array) print_array(outline, entry);
  const bool is_value = entry.kind == objects::Kind::Scalar || entry.kind == objects::Kind::Bytes;
  if (is_value) print_value(outline.tree());
  return is_array || is_value;
}

int show_command(const ShowOptions& options) {
  const objects::File file = objects::File::open(options.file);
  const ItemPath place = find_item(file, options.path);
  if (place.attribute) {
    const objects::Tree value = attribute_at(place);
    options.json ? print_json(value) : print_value(value);
    return exit_ok;
  }
  if (options.json) return show_json(options, place) ? exit_ok : exit_some_failed;
  if (!options.with_attributes && show_value(place)) return exit_ok;
  return show_tree(options, place) ? exit_ok : exit_some_failed;
}

}  // namespace

void add_show(CLI::App& app, Run& run) {
  auto options = std::make_shared<ShowOptions>();
  CLI::App* command = app.add_subcommand("show", "Shows any HDF5 file as a tree of values");
  command->group(any_file_group);
  command->footer(std::string(show_footer) + (path_help + 1) + show_examples);
  command->add_option("FILE", options->file, "The file")->required();
  command->add_option("PATH", options->path, "An entry or an attribute in it (default: all)");
  command->add_option("--depth", options->depth, "So many levels below PATH, however long it gets")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber.description(""));
  command->add_option("--max-entries", options->entries, "Of larger groups, so many entries")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber.description(""));
  command->add_flag("--all", options->all, "All levels and entries");
  CLI::Option* without =
      command->add_flag("--no-attrs", options->without_attributes, "Without attributes");
  command
      ->add_flag("--attrs", options->with_attributes,
                 "With attributes: for --json, and for one value")
      ->excludes(without);
  command->add_flag("--json", options->json, "Print as JSON");
  command->callback([options, &run] { run = [options] { return show_command(*options); }; });
}

}  // namespace sheaf::host::cli
