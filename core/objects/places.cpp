// SPDX-License-Identifier: MIT
#include "core/objects/places.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "core/error.hpp"
#include "core/hdf5/attribute.hpp"
#include "core/hdf5/group.hpp"
#include "core/objects/names.hpp"
#include "core/objects/nearest.hpp"
#include "core/objects/paths.hpp"
#include "core/utf8.hpp"

namespace sheaf::objects {
namespace {

constexpr std::size_t most_kept = 128;  // groups

Kind kind_of_group(hid_t group) {
  if (!hdf5::has_attribute(group, names::type_attr)) return Kind::Dict;
  const Value type = hdf5::read_attribute(group, names::type_attr);
  if (type.strings.size() != 1) return Kind::Dict;
  if (type.strings[0] == names::list) return Kind::List;
  return type.strings[0] == names::object ? Kind::Object : Kind::Dict;
}

std::optional<std::int64_t> index_in(std::string_view name) {
  std::int64_t index = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (error != std::errc() || end != name.data() + name.size() || index < 0) return std::nullopt;
  return std::to_string(index) == name ? std::optional(index) : std::nullopt;
}

std::string why_closed(hid_t group, const std::string& name, const Error& error) {
  const hdf5::Link link = hdf5::link_at(group, name);
  switch (link.kind) {
    case hdf5::LinkKind::Soft:
      return "a soft link to '" + link.path + "', which can't be opened";
    case hdf5::LinkKind::External:
      return "an external link to '" + link.file + ":" + link.path + "', which can't be opened";
    case hdf5::LinkKind::Other:
      return "a link of an unknown kind";
    default:
      return error.message();
  }
}

}  // namespace

std::string join(const std::string& base, std::string_view path) {
  std::string joined = path.starts_with('/') ? "/" : base;
  while (!path.empty()) {
    const std::string_view name = path.substr(0, path.find('/'));
    if (!name.empty()) joined = join_name(joined, name);
    path.remove_prefix(std::min(path.size(), name.size() + 1));
  }
  return joined;
}

std::string join_name(const std::string& base, std::string_view name) {
  check_name(name, base);
  std::string joined = base;
  if (!joined.ends_with('/')) joined += '/';
  return joined += name;
}

void check_name(std::string_view name, const std::string& object) {
  const char* trouble = nullptr;
  if (name.empty()) trouble = "an empty name can't be stored";
  if (name == ".") trouble = "'.' is no name in HDF5";
  if (name.find('/') != std::string_view::npos) {
    trouble = "a name with '/' can't be stored; nest dictionaries instead";
  }
  if (name.find('\0') != std::string_view::npos) trouble = "a name with a NUL byte can't be stored";
  if (!is_utf8(name)) trouble = "a name isn't UTF-8 text";
  if (trouble != nullptr) throw Error(ErrorCode::Invalid, object, trouble);
}

std::int64_t OpenGroup::size() const { return order ? order->size() : hdf5::link_count(id.get()); }

std::string OpenGroup::link(std::string_view name) const {
  if (kind != Kind::List) return std::string(name);
  const auto index = index_in(name);
  if (!index) return {};
  if (!order) return std::string(name);
  return *index < order->size() ? order->name(*index) : std::string();
}

std::vector<std::string> OpenGroup::names() const {
  if (kind != Kind::List) return hdf5::link_names(id.get(), keeps_order());
  std::vector<std::string> all;
  for (std::int64_t index = 0; index < size(); ++index) all.push_back(std::to_string(index));
  return all;
}

std::vector<std::string> OpenGroup::names_at_ends(std::int64_t first, std::int64_t last) const {
  const bool is_list = kind == Kind::List;
  const bool by_order = !is_list && keeps_order();
  std::vector<std::string> all, shown;
  if (!is_list && !by_order) all = names();
  const auto add = [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t at = begin; at < end; ++at) {
      shown.push_back(is_list    ? std::to_string(at)
                      : by_order ? hdf5::link_name(id.get(), true, at)
                                 : std::move(all.at(static_cast<std::size_t>(at))));
    }
  };
  const std::int64_t count = size();
  add(0, first);
  add(count - last, count);
  return shown;
}

Places::Places(hid_t file, std::string name) : file_(file), name_(std::move(name)) {}

std::string Places::place_of(std::string_view path) const {
  std::string place(path);
  while (place.starts_with("//")) {
    const std::size_t end = std::min(place.find('/', 2), place.size());
    const auto stage = stages_.find(std::string_view(place).substr(0, end));
    if (stage == stages_.end()) break;
    std::string_view rest = std::string_view(place).substr(end);
    if (rest.starts_with(stage->second.entry)) rest.remove_prefix(stage->second.entry.size());
    place = stage->second.destination + std::string(rest);
  }
  return place;
}

std::string Places::describe(std::string_view path) const {
  constexpr std::size_t longest = 400;
  std::string place = place_of(path);
  if (place.size() <= longest) return name_ + ":" + place;
  const auto is_inside_letter = [&](std::size_t at) { return (place[at] & 0xc0) == 0x80; };
  std::size_t first = longest / 2;
  std::size_t last = place.size() - longest / 2;
  while (is_inside_letter(first)) --first;
  while (is_inside_letter(last)) ++last;
  return name_ + ":" + place.substr(0, first) + "..." + place.substr(last);
}

GroupPtr Places::kept(std::string_view path) {
  const auto found = by_path_.find(path);
  if (found == by_path_.end()) return nullptr;
  groups_.splice(groups_.begin(), groups_, found->second);
  return groups_.front().second;
}

void Places::keep(std::string_view path, const GroupPtr& group) {
  if (groups_.size() >= most_kept) {
    by_path_.erase(groups_.back().first);
    groups_.pop_back();
  }
  groups_.emplace_front(path, group);
  by_path_.emplace(groups_.front().first, groups_.begin());
}

void Places::forget_groups(std::string_view within) noexcept {
  for (auto group = groups_.begin(); group != groups_.end();) {
    const auto next = std::next(group);
    if (is_within(group->first, within)) {
      by_path_.erase(group->first);
      groups_.erase(group);
    }
    group = next;
  }
}

GroupPtr Places::open_top(std::string_view path) {
  if (const auto stage = stages_.find(path); stage != stages_.end()) return stage->second.group;
  if (path != "/") return nullptr;
  GroupPtr root = as_group(hdf5::open_object(file_, "/"));
  keep(path, root);
  return root;
}

GroupPtr Places::as_group(hdf5::Object object) {
  auto group = std::make_shared<OpenGroup>();
  group->kind = kind_of_group(object.get());
  if (group->kind == Kind::List && !orders_.empty()) {
    const auto found = orders_.find(hdf5::identity_of(object.get()));
    if (found != orders_.end()) group->order = found->second;
  }
  group->id = std::move(object);
  return group;
}

GroupPtr Places::find_group(std::string_view path) {
  std::vector<std::string_view> names;
  std::string_view at = path;
  GroupPtr group;
  while (!(group = kept(at))) {
    if (is_top(at)) {
      group = open_top(at);
      break;
    }
    names.push_back(name_of(at));
    at = parent_of(at);
  }
  for (auto name = names.rbegin(); group && name != names.rend(); ++name) {
    Found entry = open_entry(*group, *name);
    if (!entry.object || !hdf5::is_group(entry.object.get())) return nullptr;
    group = as_group(std::move(entry.object));
  }
  if (group && !names.empty()) keep(path, group);
  return group;
}

GroupPtr Places::group(const std::string& path) {
  if (GroupPtr found = find_group(path)) return found;
  if (!find(path).is_there) refuse_absent(path);
  throw Error(ErrorCode::Invalid, describe(path), "is no dictionary and no list");
}

GroupPtr Places::list(const std::string& path) {
  GroupPtr found = group(path);
  if (found->kind == Kind::List) return found;
  throw Error(ErrorCode::Invalid, describe(path), "is a dictionary, no list");
}

void Places::refuse_absent(const std::string& path) {
  const std::string parent(parent_of(path));
  const GroupPtr above = is_top(path) ? nullptr : find_group(parent);
  if (above == nullptr) throw Error(ErrorCode::NotFound, describe(path), "isn't there");
  if (above->kind == Kind::List) {
    throw Error(ErrorCode::Invalid, describe(path),
                "is past the end: the list has " + std::to_string(above->size()) + " entries");
  }
  throw Error(ErrorCode::NotFound, describe(path),
              "isn't there; " + nearest(above->names(), name_of(path)));
}

Found Places::open_entry(const OpenGroup& group, std::string_view name) {
  const std::string link = group.link(name);
  if (link.empty() || !hdf5::exists(group.id.get(), link)) return {};
  try {
    return {true, maker_.open(group.id.get(), link), {}};
  } catch (const Error& error) {
    return {true, {}, why_closed(group.id.get(), link, error)};
  }
}

Found Places::find(const std::string& path) {
  if (is_top(path)) {
    const GroupPtr top = find_group(path);
    if (!top) return {};
    return {true, hdf5::open_object(top->id.get(), "."), {}};
  }
  const GroupPtr above = find_group(parent_of(path));
  return above ? open_entry(*above, name_of(path)) : Found{};
}

hdf5::Object Places::open(const std::string& path) {
  Found found = find(path);
  if (!found.is_there) refuse_absent(path);
  if (!found.object) throw Error(ErrorCode::Unsupported, describe(path), "is " + found.reason);
  return std::move(found.object);
}

}  // namespace sheaf::objects
