// SPDX-License-Identifier: MIT
#include "host/cli/item_path.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/layout/names.hpp"
#include "core/objects/outline.hpp"

namespace sheaf::host::cli {
namespace {

using objects::Item;
using objects::Kind;

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// "-1" counts from the end, "-" is one after it.
Item entry_of_list(const Item& list, std::string_view name) {
  const auto size = static_cast<std::int64_t>(list.list().size());
  if (name == "-") return list[std::to_string(size)];
  const auto number = number_in(name);
  const std::int64_t index = number.value_or(size) + (number.value_or(0) < 0 ? size : 0);
  if (number && index >= 0 && index < size) return list[std::to_string(index)];
  throw Error(ErrorCode::NotFound, list.describe(),
              fmt::format("is a list of {}: it has no entry '{}'; '-' adds one", size, name));
}

// Where a path leads; what isn't there, and all below, is taken as it is written.
Item walk(const objects::File& file, std::string_view path) {
  Item at = file["/"];
  bool is_there = true;
  while (!path.empty()) {
    const std::string_view name = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), name.size() + 1));
    if (name.empty()) continue;
    const Kind kind = is_there ? at.kind() : Kind::Absent;
    if (kind == Kind::List) {
      at = entry_of_list(at, name);
    } else if (kind == Kind::Absent || kind == Kind::Dict || kind == Kind::Object) {
      is_there = kind != Kind::Absent;
      at = at[name];
    } else {
      throw Error(ErrorCode::NotFound, at.describe(),
                  fmt::format("has no entry '{}': it is no dictionary and no list", name));
    }
  }
  return at;
}

// Names the first part of the path that isn't there, and what is there instead.
void require(const objects::File& file, const Item& item) {
  if (item.exists()) return;
  Item at = file["/"];
  for (std::string_view rest = std::string_view(item.path()).substr(1); !rest.empty();) {
    const std::string_view name = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(rest.size(), name.size() + 1));
    if (at.kind() == Kind::List) (void)entry_of_list(at, name);
    if (at.kind() == Kind::Dict || at.kind() == Kind::Object) (void)at.dict().at(name);
    at = at[name];
  }
}

struct Parts {
  std::string path;
  std::optional<std::string> attribute;
};

std::string without_doubles(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    result += text[at];
    if (text.substr(at, 2) == "@@") ++at;
  }
  return result;
}

Parts parts_of(std::string_view text) {
  std::size_t begin = std::string_view::npos;
  for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at)) {
    const bool is_double = text.substr(at, 2) == "@@";
    if (!is_double) begin = at;
    at += is_double ? 2 : 1;
  }
  if (begin == std::string_view::npos) return {without_doubles(text), std::nullopt};
  return {without_doubles(text.substr(0, begin)), without_doubles(text.substr(begin + 1))};
}

// Not by walk(), which refuses.
bool is_entry(const objects::File& file, const std::string& text) {
  try {
    return walk(file, text).exists();
  } catch (const Error&) {
    return false;
  }
}

bool is_within(const std::string& path, const std::string& group) {
  return path == group || path.starts_with(group + '/');
}

bool names_array(std::string_view name) {
  namespace names = layout::names;
  constexpr std::array kept{names::array, names::references, names::spans, names::sources,
                            names::failures};
  return std::ranges::find(kept, name) != kept.end();
}

// The part of the path, or what lies below it, that Sheaf keeps; "" where there is none.
std::string kept_at(const std::string& path, const std::vector<std::string>& keys) {
  for (std::size_t begin = 1; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    if (names_array(std::string_view(path).substr(begin, end - begin))) return path.substr(0, end);
    begin = end + 1;
  }
  for (const std::string& key : keys) {
    const std::string group = '/' + key;
    if (is_within(path, group) || is_within(group, path)) return group;
  }
  return {};
}

std::vector<std::string> keys_of(const objects::File& file) {
  const Item keys = file[layout::names::sources][layout::names::keys];
  return keys.kind() == Kind::Array ? keys.as<std::vector<std::string>>()
                                    : std::vector<std::string>();
}

}  // namespace

objects::File open_to_change(const std::string& file, bool may_create) {
  if (!may_create && !std::filesystem::exists(std::filesystem::symlink_status(file))) {
    throw Error(ErrorCode::NotFound, file,
                "isn't there; `sheaf set` and `cp` make it with --create");
  }
  return objects::File::open(file, may_create ? "a" : "r+");
}

ItemPath place_for(const objects::File& file, const std::string& text) {
  if (text.find('@') == std::string::npos || is_entry(file, text)) return {walk(file, text)};
  const Parts parts = parts_of(text);
  ItemPath found{walk(file, parts.path), parts.attribute};
  if (parts.attribute) require(file, found.item);
  return found;
}

ItemPath find_item(const objects::File& file, const std::string& text) {
  ItemPath found = place_for(file, text);
  require(file, found.item);
  if (found.attribute) (void)found.item.attrs().at(*found.attribute);
  return found;
}

objects::Tree attribute_at(const ItemPath& place) {
  objects::Outline outline(place.item);
  (void)outline.next();
  for (auto& [name, value] : outline.attributes()) {
    if (name != *place.attribute) continue;
    if (value.unreadable() == nullptr) return std::move(value);
    throw Error(ErrorCode::Unsupported, place.item.attrs().describe(name),
                "can't be read: " + value.unreadable()->reason);
  }
  return place.item.attrs().at(*place.attribute);  // one of the format itself
}

ItemPath place_for(const objects::File& file, const std::string& text, const ItemPath& from) {
  if (!text.ends_with('/') || from.attribute) return place_for(file, text);
  if (from.item.path() == "/") {
    throw Error(ErrorCode::Invalid, from.item.describe(),
                "is the root, which has no name; say which one it gets");
  }
  Item group = walk(file, text);
  return {group.kind() == Kind::List ? entry_of_list(group, "-") : group[from.item.name()]};
}

void refuse_kept(const objects::File& file, const ItemPath& place, const char* doing) {
  namespace names = layout::names;
  const bool is_own = place.attribute && place.attribute->starts_with("sheaf_");
  if (!file[names::sources].exists() && !file.attrs().contains(names::format_attr)) return;
  const std::string kept = kept_at(place.item.path(), keys_of(file));
  // Notes on a feature's group are anybody's.
  const bool is_new = place.attribute && !names_array(place.item.name()) &&
                      !place.item.attrs().contains(*place.attribute);
  if (!is_own && (is_new || kept.empty() || (place.attribute && place.item.path() == "/"))) return;
  throw Error(ErrorCode::Permission, place.item.describe(),
              fmt::format("can't be {}: by '{}' Sheaf knows which rows are whose; `sheaf ingest` "
                          "changes them (--update, --prune), --force does as told",
                          doing, is_own ? *place.attribute : kept.substr(1)));
}

}  // namespace sheaf::host::cli
