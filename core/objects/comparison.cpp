// SPDX-License-Identifier: MIT
#include "core/objects/comparison.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "core/hdf5/group.hpp"
#include "core/objects/python_text.hpp"

namespace sheaf::objects {
namespace {

// By their links: a list of somebody else may have gaps.
std::vector<std::string> entry_names(OpenGroup& group) {
  if (group.kind != Kind::List || group.order) return group.names();
  group.kind = Kind::Dict;
  std::vector<std::string> names = hdf5::link_names(group.id.get(), false);
  std::ranges::sort(names, [](const std::string& a, const std::string& b) {
    return std::pair(a.size(), std::string_view(a)) < std::pair(b.size(), std::string_view(b));
  });
  return names;
}

using Positions = std::unordered_map<std::string_view, std::size_t>;

Positions positions_of(const std::vector<std::string>& names) {
  Positions positions(names.size());
  for (std::size_t at = 0; at < names.size(); ++at) positions.emplace(names[at], at);
  return positions;
}

// The first of the names that both have which comes earlier in `b` than the one before it.
const std::string* first_moved(const std::vector<std::string>& a, const Positions& in_b) {
  std::size_t last = 0;
  for (const std::string& name : a) {
    const auto found = in_b.find(name);
    if (found == in_b.end()) continue;
    if (found->second < last) return &name;
    last = found->second;
  }
  return nullptr;
}

std::string place_text(const std::vector<std::string>& names, const std::string& name) {
  const auto found = std::ranges::find(names, name);
  return in_quotes(name) +
         (found == names.begin() ? " comes first" : " comes after " + in_quotes(*(found - 1)));
}

std::string link_text(const OpenGroup& group, const std::string& name) {
  const hdf5::Link link = hdf5::link_at(group.id.get(), name);
  switch (link.kind) {
    case hdf5::LinkKind::Hard:
      return "the object itself";
    case hdf5::LinkKind::Soft:
      return "soft link to " + in_quotes(link.path);
    case hdf5::LinkKind::External:
      return "external link to " + in_quotes(link.file + ":" + link.path);
    default:
      return "a link of an unknown kind";
  }
}

void append(std::string& path, const std::string& name) {
  if (!path.empty()) path += '/';
  path += name;
}

// The object, or why the link leads to none.
Found open_link(Places& places, const OpenGroup& group, const std::string& name) {
  try {
    return {true, places.maker().open(group.id.get(), group.link(name)), {}};
  } catch (const Error& error) {
    if (hdf5::link_at(group.id.get(), group.link(name)).kind == hdf5::LinkKind::Hard) throw;
    return places.open_entry(group, name);
  }
}

std::string describe(Places& places, Found found) {
  return found.object ? describe_object(places, std::move(found.object)) : found.reason;
}

}  // namespace

DifferenceSummary Comparison::run(hdf5::Object a, hdf5::Object b) {
  const hdf5::Object root_a = hdf5::open_object(a.get(), ".");
  const hdf5::Object root_b = hdf5::open_object(b.get(), ".");
  summary_.is_one = hdf5::identity_of(a.get()) == hdf5::identity_of(b.get());
  compare_pair(std::move(a), std::move(b));
  while (!frames_.empty() && !is_over()) step();
  frames_.clear();
  is_later_ = true;
  for (At& at : later_) {
    if (is_over()) break;
    at_ = std::move(at);
    try {
      compare_put_off(root_a.get(), root_b.get());
    } catch (const Error& error) {
      fail(error);
    }
  }
  return summary_;
}

void Comparison::step() {
  Frame& frame = frames_.back();
  at_.path.resize(frame.group.path);
  at_.link_a.resize(frame.group.link_a);
  at_.link_b.resize(frame.group.link_b);
  at_.attribute.reset();
  if (frame.next == frame.entries.size()) {
    frames_.pop_back();
    return;
  }
  const Entry entry = std::move(frame.entries[frame.next++]);
  const GroupPtr a = entry.in_a ? frame.a : nullptr;
  const GroupPtr b = entry.in_b ? frame.b : nullptr;
  append(at_.path, entry.name);
  if (is_ignored()) return;
  std::optional<hdf5::WithoutPaths> without_paths;
  if (is_deep()) without_paths.emplace();
  try {
    compare_entry(a.get(), b.get(), entry.name);
  } catch (const Error& error) {
    fail(error);
  }
}

void Comparison::compare_entry(const OpenGroup* a, const OpenGroup* b, const std::string& name) {
  if (b == nullptr) return tell_only(places_a_, *a, name, What::OnlyInA);
  if (a == nullptr) return tell_only(places_b_, *b, name, What::OnlyInB);
  append(at_.link_a, a->link(name));
  append(at_.link_b, b->link(name));
  if (options_.storage) {
    const std::string one = link_text(*a, a->link(name));
    const std::string other = link_text(*b, b->link(name));
    if (one != other) tell(What::Storage, one, other);
  }
  Found one = open_link(places_a_, *a, name);
  Found other = open_link(places_b_, *b, name);
  if (one.object && other.object) {
    return compare_pair(std::move(one.object), std::move(other.object));
  }
  ++summary_.objects;
  const bool is_unknown = one.reason == other.reason &&
                          hdf5::link_at(a->id.get(), a->link(name)).kind == hdf5::LinkKind::Other;
  if (is_unknown) {
    ++summary_.not_compared;
    sink_.not_compared(where(), one.reason);
  } else if (one.object || other.object || one.reason != other.reason) {
    tell(What::Kind, describe(places_a_, std::move(one)), describe(places_b_, std::move(other)));
  }
}

void Comparison::tell_only(Places& places, const OpenGroup& group, const std::string& name,
                           What what) {
  ++summary_.objects;
  std::string text = describe(places, open_link(places, group, name));
  what == What::OnlyInA ? tell(what, std::move(text), {}) : tell(what, {}, std::move(text));
}

void Comparison::compare_pair(hdf5::Object a, hdf5::Object b) {
  const hdf5::ObjectInfo one = hdf5::info_of(a.get());
  const hdf5::ObjectInfo other = hdf5::info_of(b.get());
  keep_open(a.get(), one.identity);
  keep_open(b.get(), other.identity);
  const bool is_group = hdf5::is_group(a.get());
  const bool are_groups = is_group && hdf5::is_group(b.get());
  if (!pairs_.add(one.identity, other.identity, are_groups)) return;
  ++summary_.objects;
  if (one.identity == other.identity && !options_.nan_differs) return;
  const bool is_dataset = hdf5::is_dataset(a.get());
  if (is_group != hdf5::is_group(b.get()) || is_dataset != hdf5::is_dataset(b.get())) {
    return tell(What::Kind, describe_object(places_a_, std::move(a)),
                describe_object(places_b_, std::move(b)));
  }
  const bool has_attributes = options_.attributes && (one.attributes > 0 || other.attributes > 0);
  if (is_group) return compare_groups(std::move(a), std::move(b), has_attributes);
  if (is_dataset) {
    const hdf5::Dataset of_a(a.release());
    const hdf5::Dataset of_b(b.release());
    compare_datasets(of_a, of_b);
    if (has_attributes && !is_over()) compare_attributes(of_a.get(), of_b.get());
    return;
  }
  compare_types(a.get(), b.get());
  if (has_attributes && !is_over()) compare_attributes(a.get(), b.get());
}

// An identity is good for as long as the file is open, and external links open files for a moment.
void Comparison::keep_open(hid_t object, const hdf5::Identity& identity) {
  const auto [kept, is_new] = files_.try_emplace(identity.file);
  if (is_new) kept->second = hdf5::open_object(object, ".");
}

void Comparison::compare_groups(hdf5::Object a, hdf5::Object b, bool has_attributes) {
  if (is_deep() && frames_.size() % most_named == 0) {
    pairs_.leave_out_paths();
    a = hdf5::open_without_name(a.get());
    b = hdf5::open_without_name(b.get());
  }
  const GroupPtr one = places_a_.as_group(std::move(a));
  const GroupPtr other = places_b_.as_group(std::move(b));
  if (one->kind != other->kind) {
    return tell(What::Kind, describe_group(one->kind, one->size()),
                describe_group(other->kind, other->size()));
  }
  if (options_.storage && one->keeps_order() != other->keeps_order()) {
    const auto text = [](bool keeps) {
      return keeps ? "keeps the order of its entries" : "by name";
    };
    tell(What::Storage, text(one->keeps_order()), text(other->keeps_order()));
  }
  if (has_attributes) compare_attributes(one->id.get(), other->id.get());
  if (!is_over()) go_into(one, other);
}

void Comparison::go_into(const GroupPtr& a, const GroupPtr& b) {
  const bool is_list = a->kind == Kind::List;
  const std::vector<std::string> of_a = entry_names(*a);
  const std::vector<std::string> of_b = entry_names(*b);
  Frame frame{a, b, {}, 0, {at_.path.size(), at_.link_a.size(), at_.link_b.size()}};
  frame.entries.reserve(of_a.size());
  if (of_a == of_b) {
    for (const std::string& name : of_a) frame.entries.push_back({name, true, true});
  } else {
    const Positions in_a = positions_of(of_a);
    const Positions in_b = positions_of(of_b);
    for (const std::string& name : of_a) {
      frame.entries.push_back({name, true, in_b.contains(name)});
    }
    for (const std::string& name : of_b) {
      if (!in_a.contains(name)) frame.entries.push_back({name, false, true});
    }
    const std::string* moved = options_.order && !is_list ? first_moved(of_a, in_b) : nullptr;
    if (moved != nullptr) tell(What::Order, place_text(of_a, *moved), place_text(of_b, *moved));
  }
  frames_.push_back(std::move(frame));
}

}  // namespace sheaf::objects
