// SPDX-License-Identifier: MIT
// `sheaf set`
#include <iostream>
#include <iterator>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "core/error.hpp"
#include "core/objects/editing.hpp"
#include "host/cli/command.hpp"
#include "host/cli/item_path.hpp"
#include "host/cli/json_value.hpp"

namespace sheaf::host::cli {
namespace {

constexpr const char* set_footer = R"(
VALUE is JSON (0.5, true, null, "text", [1, 2], {"gain": 0.5}), and text where it isn't; with '-' it
comes from stdin, without the line break at its end. Lists of numbers, of text or of true and false
become arrays, other lists stay lists. Dictionaries on the way to PATH are made. NaN and infinities
take a --dtype: nan, or '[1, null, "inf"]'.
What is there keeps its attributes, and its dtype if that holds VALUE: 1 into a float32 is 1.0.
)";

constexpr const char* set_examples = R"(

Examples:
  sheaf set lab.h5 run/7/gain 0.5
  sheaf set lab.h5 run/7@operator Jo              an attribute
  sheaf set lab.h5 run/7/samples '[1, 2, 3]' --dtype float32
  sheaf set lab.h5 log/- '"started"'              after the last entry of a list
  sheaf set lab.h5 run/7 '{"notes": []}' --merge  into the dictionary that is there
  date | sheaf set lab.h5 when - --text --create  a new file

Exit status: 0 set, 1 nothing changed, 2 usage.)";

struct SetOptions {
  std::string file, path, value, dtype;
  bool text = false, json = false, list = false, create = false, merge = false, replace = false,
       force = false;
};

std::string given_value(const SetOptions& options) {
  if (options.value != "-") return options.value;
  std::string text(std::istreambuf_iterator<char>(std::cin), {});
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

ValueOptions value_options(const SetOptions& options, bool is_attribute) {
  ValueOptions how{.keeps_lists = options.list && !is_attribute, .is_attribute = is_attribute};
  if (options.text) how.as = ValueOptions::As::Text;
  if (options.json) how.as = ValueOptions::As::Json;
  if (!options.dtype.empty()) how.dtype = Dtype::parse(options.dtype);
  return how;
}

void check_replaced(const objects::Item& item, const SetOptions& options) {
  using objects::Kind;
  if (item.path() == "/") {
    throw Error(ErrorCode::Invalid, item.describe(), "is the root; --merge adds to it");
  }
  const Kind kind = item.kind();
  std::size_t size = 0;
  if (kind == Kind::Dict || kind == Kind::Object) size = item.dict().size();
  if (kind == Kind::List) size = item.list().size();
  if (options.replace || (size == 0 && kind != Kind::Unreadable)) return;
  throw Error(ErrorCode::Exists, item.describe(),
              kind == Kind::Unreadable
                  ? fmt::format("holds what can't be read ({}); --replace replaces it",
                                item.unreadable_because())
                  : fmt::format("holds {} {}; --replace replaces all of it{}", size,
                                size == 1 ? "entry" : "entries",
                                kind == Kind::List ? ", PATH/- adds one" : ", --merge adds to it"));
}

int set_command(const SetOptions& options) {
  const std::string given = given_value(options);  // before anybody waits for the file
  const objects::File file = open_to_change(options.file, options.create);
  const ItemPath place = place_for(file, options.path);
  if (!options.force) refuse_kept(file, place, "set");
  const std::string object =
      place.attribute ? place.item.attrs().describe(*place.attribute) : place.item.describe();
  const objects::Tree value =
      value_from(given, value_options(options, place.attribute.has_value()), object);
  const auto dtypes =
      options.dtype.empty() ? objects::Dtypes::OfWhatIsThere : objects::Dtypes::OfTheValue;
  if (place.attribute) {
    if (!options.replace && place.item.attrs().contains(*place.attribute)) {
      (void)attribute_at(place);  // refuses to replace what can't be read
    }
    objects::assign(place.item.attrs(), *place.attribute, value, dtypes);
  } else if (options.merge) {
    place.item.require_dict() |= value;
  } else {
    check_replaced(place.item, options);
    objects::assign(place.item, value, dtypes);
  }
  file.close();
  return exit_ok;
}

}  // namespace

void add_set(CLI::App& app, Run& run) {
  auto options = std::make_shared<SetOptions>();
  CLI::App* command = app.add_subcommand("set", "Sets a value or an attribute in any HDF5 file");
  command->group(any_file_group);
  command->footer(std::string(set_footer) + (path_help + 1) + set_examples);
  command->add_option("FILE", options->file, "The file")->required();
  command->add_option("PATH", options->path, "An entry or an attribute")->required();
  command->add_option("VALUE", options->value, "JSON or text; or - for stdin")->required();
  CLI::Option* text =
      command->add_flag("--text", options->text, "VALUE is text, also if it is JSON");
  command->add_flag("--json", options->json, "VALUE must be JSON")->excludes(text);
  command->add_option("--dtype", options->dtype, "Of the numbers in VALUE: float32, uint8, ...")
      ->type_name("DTYPE")
      ->excludes(text);
  command->add_flag("--list", options->list, "Make lists of all lists, no arrays");
  command->add_flag("--merge", options->merge, "VALUE's entries into the dictionary that is there");
  command->add_flag("--replace", options->replace, "Also a whole dictionary or list");
  command->add_flag("--create", options->create, "Make FILE if it isn't there");
  command->add_flag("--force", options->force, "Also what Sheaf keeps track of itself");
  command->callback([options, &run] { run = [options] { return set_command(*options); }; });
}

}  // namespace sheaf::host::cli
