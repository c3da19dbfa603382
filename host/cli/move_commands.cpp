// SPDX-License-Identifier: MIT
// `sheaf rm`, `sheaf mv` and `sheaf cp`
#include <algorithm>
#include <filesystem>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "core/error.hpp"
#include "core/objects/editing.hpp"
#include "host/cli/command.hpp"
#include "host/cli/help_format.hpp"
#include "host/cli/item_path.hpp"

namespace sheaf::host::cli {
namespace {

constexpr const char* rm_footer = R"(
All of them or, if one isn't there, none. What is below a dictionary goes with it. The file doesn't
get smaller: the room is used again by what comes.
)";

constexpr const char* rm_examples = R"(

Examples:
  sheaf rm lab.h5 run/7 log/-1
  sheaf rm lab.h5 run/8@operator
  sheaf rm -f lab.h5 cache               no error where there is none

Exit status: 0 removed, 1 nothing changed, 2 usage.)";

constexpr const char* mv_footer = R"(
NEW is the whole new path; with a / at the end it is what PATH goes into, under its old name.
)";

constexpr const char* mv_examples = R"(

Examples:
  sheaf mv lab.h5 run/7 run/first
  sheaf mv lab.h5 run/7 old/             to old/7
  sheaf mv lab.h5 run/7@gain run/7@gain_db
  sheaf mv lab.h5 log/0 log/-            to the end of a list

Exit status: 0 moved, 1 nothing changed, 2 usage.)";

constexpr const char* cp_footer = R"(
NEW is the whole path of the copy; with a / at the end it is what the copy goes into, under its old
name. With FILE2 it is in that file. Values, attributes and links are copied as they are, references
to other objects become null.
)";

constexpr const char* cp_examples = R"(

Examples:
  sheaf cp lab.h5 run/7 run/8
  sheaf cp lab.h5 run/7 other.h5 run/    to run/7 there
  sheaf cp lab.h5 / all.h5 lab --create  a whole file, into a new one
  sheaf cp lab.h5 run/7@gain run/8@gain

Exit status: 0 copied, 1 nothing changed, 2 usage.)";

struct RmOptions {
  std::string file;
  std::vector<std::string> paths;
  bool missing_ok = false, force = false;
};

// Numbers by their size, so that those of a list go last one first.
bool comes_before(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const std::string_view one = a.substr(0, a.find('/')), other = b.substr(0, b.find('/'));
    if (one != other) {
      const bool are_numbers = one.find_first_not_of("0123456789") == std::string_view::npos &&
                               other.find_first_not_of("0123456789") == std::string_view::npos;
      return are_numbers && one.size() != other.size() ? one.size() < other.size() : one < other;
    }
    a.remove_prefix(std::min(a.size(), one.size() + 1));
    b.remove_prefix(std::min(b.size(), other.size() + 1));
  }
  return a.empty() && !b.empty();
}

std::optional<ItemPath> find_to_remove(const objects::File& file, const std::string& path,
                                       bool missing_ok) {
  try {
    return find_item(file, path);
  } catch (const Error& error) {
    if (!missing_ok || error.code() != ErrorCode::NotFound) throw;
    return std::nullopt;
  }
}

int rm_command(const RmOptions& options) {
  const objects::File file = open_to_change(options.file, false);
  std::vector<std::string> entries;
  std::vector<ItemPath> attributes;
  for (const std::string& path : options.paths) {
    const auto place = find_to_remove(file, path, options.missing_ok);
    if (!place) continue;
    if (!options.force) refuse_kept(file, *place, "removed");
    place->attribute ? attributes.push_back(*place) : entries.push_back(place->item.path());
  }
  for (const ItemPath& place : attributes) (void)place.item.attrs().erase(*place.attribute);
  std::ranges::sort(entries, [](const auto& a, const auto& b) { return comes_before(b, a); });
  entries.erase(std::ranges::unique(entries).begin(), entries.end());
  for (const std::string& path : entries) (void)file[path].erase();
  file.close();
  return exit_ok;
}

// CLI11 would write "[FILE2] NEW(1x)".
class CpUsage : public HelpFormat {
 public:
  [[nodiscard]] std::string make_usage(const CLI::App* /*app*/, std::string name) const override {
    return "Usage: " + name + " [OPTIONS] FILE PATH [FILE2] NEW\n";
  }
};

struct TransferOptions {
  std::string file, path;
  std::vector<std::string> to;  // [FILE2] NEW
  bool replace = false, create = false, force = false;
};

// Nothing to replace, or it may be.
void check_free(const ItemPath& to, const TransferOptions& options) {
  const bool is_there = to.attribute ? to.item.attrs().contains(*to.attribute) : to.item.exists();
  if (!is_there || options.replace) return;
  const auto kind = to.item.kind();
  const bool is_group =
      !to.attribute && (kind == objects::Kind::Dict || kind == objects::Kind::List);
  throw Error(ErrorCode::Exists,
              to.attribute ? to.item.attrs().describe(*to.attribute) : to.item.describe(),
              fmt::format("is there already; -f replaces it{}",
                          is_group ? ", and a '/' after its path means into it" : ""));
}

void check_pair(const ItemPath& from, const ItemPath& to) {
  if (from.item.store() == to.item.store() && from.item.path() == to.item.path() &&
      from.attribute == to.attribute) {
    throw Error(ErrorCode::Invalid, from.item.describe(), "PATH and NEW are the same");
  }
  if (from.attribute.has_value() == to.attribute.has_value()) return;
  throw Error(ErrorCode::Invalid, from.item.describe(),
              "an attribute goes to an attribute (PATH@NAME), an entry to an entry");
}

int mv_command(const TransferOptions& options) {
  const objects::File file = open_to_change(options.file, false);
  const ItemPath from = find_item(file, options.path);
  const ItemPath to = place_for(file, options.to.front(), from);
  check_pair(from, to);
  for (const ItemPath* place : {&from, &to}) {
    if (!options.force) refuse_kept(file, *place, "moved");
  }
  check_free(to, options);
  if (!from.attribute) {
    objects::move(from.item, to.item, options.replace);
  } else {
    objects::move_attribute({from.item, *from.attribute}, {to.item, *to.attribute},
                            options.replace);
  }
  file.close();
  return exit_ok;
}

int cp_command(const TransferOptions& options) {
  const bool has_other = options.to.size() == 2;
  std::error_code error;
  const bool is_one_file =
      !has_other || std::filesystem::equivalent(options.file, options.to.front(), error);
  const objects::File source = objects::File::open(options.file, is_one_file ? "r+" : "r");
  const objects::File target =
      is_one_file ? source : open_to_change(options.to.front(), options.create);
  const ItemPath from = find_item(source, options.path);
  const ItemPath to = place_for(target, options.to.back(), from);
  check_pair(from, to);
  if (!options.force) refuse_kept(target, to, "replaced or added to");
  check_free(to, options);
  if (from.attribute) {
    objects::copy_attribute({from.item, *from.attribute}, {to.item, *to.attribute},
                            options.replace);
  } else {
    objects::copy(from.item, to.item, options.replace);
  }
  target.close();
  return exit_ok;
}

}  // namespace

void add_rm(CLI::App& app, Run& run) {
  auto options = std::make_shared<RmOptions>();
  CLI::App* command = app.add_subcommand("rm", "Removes entries and attributes");
  command->group(any_file_group);
  command->footer(std::string(rm_footer) + (path_help + 1) + rm_examples);
  command->add_option("FILE", options->file, "The file")->required();
  command->add_option("PATH", options->paths, "Entries and attributes")->required();
  command->add_flag("-f,--missing-ok", options->missing_ok, "What isn't there is no error");
  command->add_flag("--force", options->force, "Also what Sheaf keeps track of itself");
  command->callback([options, &run] { run = [options] { return rm_command(*options); }; });
}

void add_mv(CLI::App& app, Run& run) {
  auto options = std::make_shared<TransferOptions>();
  CLI::App* command = app.add_subcommand("mv", "Moves or renames an entry or an attribute");
  command->group(any_file_group);
  command->footer(std::string(mv_footer) + (path_help + 1) + mv_examples);
  command->add_option("FILE", options->file, "The file")->required();
  command->add_option("PATH", options->path, "What is moved")->required();
  command->add_option("NEW", options->to.emplace_back(), "Where to")->required();
  command->add_flag("-f,--replace", options->replace, "Replace what is there");
  command->add_flag("--force", options->force, "Also what Sheaf keeps track of itself");
  command->callback([options, &run] { run = [options] { return mv_command(*options); }; });
}

void add_cp(CLI::App& app, Run& run) {
  auto options = std::make_shared<TransferOptions>();
  CLI::App* command =
      app.add_subcommand("cp", "Copies an entry or an attribute, also across files");
  command->group(any_file_group);
  auto usage = std::make_shared<CpUsage>();
  usage->column_width(34);
  command->formatter(usage);
  command->footer(std::string(cp_footer) + (path_help + 1) + cp_examples);
  command->add_option("FILE", options->file, "The file")->required();
  command->add_option("PATH", options->path, "What is copied")->required();
  command->add_option("[FILE2] NEW", options->to, "Where to")->required()->expected(1, 2);
  command->add_flag("-f,--replace", options->replace, "Replace what is there");
  command->add_flag("--create", options->create, "Make FILE2 if it isn't there");
  command->add_flag("--force", options->force, "Also what Sheaf keeps track of itself");
  command->callback([options, &run] { run = [options] { return cp_command(*options); }; });
}

}  // namespace sheaf::host::cli
