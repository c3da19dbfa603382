// SPDX-License-Identifier: MIT
#include "host/cli/eval_output.hpp"

#include <algorithm>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "core/array/printing.hpp"
#include "core/error.hpp"
#include "core/objects/editing.hpp"
#include "core/objects/python_text.hpp"
#include "host/cli/format.hpp"
#include "host/cli/item_path.hpp"
#include "host/cli/shown_value.hpp"
#include "host/source/source.hpp"

namespace sheaf::host::cli {
namespace {

using np::Array;
using np::script::Argument;
using np::script::List;
using Json = nlohmann::ordered_json;

constexpr std::int64_t most_in_json = 1 << 20;  // elements

[[noreturn]] void refuse(const std::string& why) {
  throw Error(ErrorCode::Invalid, "the result", why);
}

// As Python writes it within a tuple.
std::string repr(const Argument& argument) {
  if (const auto* array = std::get_if<Array>(&argument.held)) {
    if (array->ndim() > 0) return np::array_repr(*array);
    return array->dtype().is_string() ? objects::in_quotes(array->load().strings.front())
                                      : np::array_str(*array);
  }
  if (const auto* text = std::get_if<std::string>(&argument.held)) return objects::in_quotes(*text);
  if (const auto* list = std::get_if<List>(&argument.held)) {
    std::string all;
    std::vector<std::string> parts;
    for (const Argument& one : *list) parts.push_back(repr(one));
    const bool is_short = std::ranges::none_of(
        parts, [](const std::string& part) { return part.starts_with("array("); });
    all = fmt::format("{}", fmt::join(parts, is_short ? ", " : ",\n "));
    if (argument.is_tuple && list->size() == 1) all += ",";
    return argument.is_tuple ? "(" + all + ")" : "[" + all + "]";
  }
  if (argument.is_none()) return "None";
  refuse("is no value; it is a part of a selection");
}

Json json_of(const Argument& argument) {
  if (const auto* array = std::get_if<Array>(&argument.held)) {
    if (array->size() > most_in_json) {
      refuse(fmt::format("has {} elements, too many for JSON; store it with -o, or select a part",
                         array->size()));
    }
    const Value value = array->load();
    return {{"shape", value.shape}, {"dtype", value.dtype.name()}, {"values", to_json(value)}};
  }
  if (const auto* text = std::get_if<std::string>(&argument.held)) return *text;
  if (argument.is_none()) return nullptr;
  const auto* list = std::get_if<List>(&argument.held);
  if (list == nullptr) refuse("is no value; it is a part of a selection");
  Json all = Json::array();
  for (const Argument& one : *list) all.push_back(json_of(one));
  return all;
}

}  // namespace

void print_result(const Argument& result) {
  const auto* array = std::get_if<Array>(&result.held);
  if (const auto* text = std::get_if<std::string>(&result.held)) {
    print_value(Value::of(std::string_view(*text)));
  } else if (array == nullptr) {
    fmt::print("{}\n", repr(result));
  } else if (array->ndim() > 0) {
    fmt::print("{}\n{} {}\n", np::array_str(*array), to_string(array->shape()),
               array->dtype().name());
  } else if (array->dtype().is_string()) {
    print_value(array->load());
  } else {
    fmt::print("{}\n", np::array_str(*array));
  }
}

void print_json(const Argument& result) { fmt::print("{}\n", dump(json_of(result))); }

EvalTarget EvalTarget::parse(const std::string& text) {
  const std::size_t colon = text.rfind(":/");
  if (colon == std::string::npos || colon == 0 || colon + 2 == text.size()) {
    throw CLI::ValidationError(
        "--output", fmt::format("'{}' names no dataset in a file; write OUT.h5:/PATH", text));
  }
  return {text.substr(0, colon), text.substr(colon + 1)};
}

bool EvalTarget::is(const std::string& other) const {
  std::error_code error;
  return std::filesystem::equivalent(file, other, error);
}

objects::Item EvalTarget::place_in(const objects::File& output, bool replaces, bool forces) const {
  const ItemPath place = place_for(output, path);
  if (place.attribute) {
    throw Error(ErrorCode::Invalid, place.item.attrs().describe(*place.attribute),
                "is an attribute; results become datasets. `sheaf set` sets attributes, and @@ is "
                "an @ in a name");
  }
  if (!forces) refuse_kept(output, place, "replaced or added to");
  if (!replaces && place.item.exists()) {
    throw Error(ErrorCode::Exists, place.item.describe(), "is there already; -f replaces it");
  }
  return place.item;
}

Array array_to_store(const Argument& result) {
  if (const auto* text = std::get_if<std::string>(&result.held)) {
    return Array(Value::of(std::string_view(*text)));
  }
  if (const auto* list = std::get_if<List>(&result.held); list != nullptr && result.is_tuple) {
    refuse(fmt::format("is {} arrays; choose one, as in (…)[0]", list->size()));
  }
  const bool is_list = std::holds_alternative<List>(result.held);
  if (is_list || std::holds_alternative<Array>(result.held)) return np::script::array_of(result);
  refuse("is no array that can be stored");
}

}  // namespace sheaf::host::cli
