// SPDX-License-Identifier: MIT
#include "core/objects/outline.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "core/error.hpp"
#include "core/hdf5/attribute.hpp"
#include "core/hdf5/copy.hpp"
#include "core/hdf5/dataset.hpp"
#include "core/hdf5/group.hpp"
#include "core/hdf5/types.hpp"
#include "core/objects/names.hpp"
#include "core/objects/paths.hpp"
#include "core/objects/pickle.hpp"
#include "core/objects/reading.hpp"
#include "core/objects/store.hpp"

namespace sheaf::objects {
namespace {

// What they say is told as kind, type and class.
constexpr std::array of_the_format{names::type_attr, names::class_attr, names::object_type};

bool is_of_the_format(hid_t object, const std::string& name, bool is_array) {
  if (std::ranges::count(of_the_format, name) > 0) return true;
  if (!is_array || name != names::dtype_attr) return false;
  const Value type = hdf5::read_attribute(object, name);
  return type.shape.empty() && type.dtype.is_string();
}

std::string class_of(hid_t group) {
  if (hdf5::has_attribute(group, names::object_type)) {
    const Value name = hdf5::read_attribute(group, names::object_type);
    if (name.strings.size() == 1) return name.strings[0];
  }
  if (!hdf5::has_attribute(group, names::class_attr)) return {};
  const Tree pickle = read_attribute(group, names::class_attr);
  return pickle.bytes() != nullptr ? class_in(pickle.bytes()->data) : std::string();
}

Tree attribute_of(hid_t object, const std::string& name) {
  try {
    const hdf5::Description what = hdf5::describe_attribute(object, name);
    if (what.content != hdf5::Content::Other) return read_attribute(object, name);
    std::string type = hdf5::type_text(hdf5::attribute_type(object, name));
    return Unreadable{what.shape.empty() ? type : type + " " + to_string(what.shape)};
  } catch (const Error& error) {
    return Unreadable{error.message()};
  }
}

hid_t id_of(const Look& look) { return look.group ? look.group->id.get() : look.dataset.get(); }

}  // namespace

class Outline::Walk {
 public:
  Walk(const Item& top, Limits limits) : store_(top.store()), path_(top.path()), limits_(limits) {}

  [[nodiscard]] Store& store() const { return *store_; }
  [[nodiscard]] const Entry& entry() const noexcept { return entry_; }
  [[nodiscard]] const Look& look() const noexcept { return look_; }
  void skip() noexcept { goes_in_ = false; }
  const Entry* next(Places& places);
  const std::vector<std::string>& names_below();

 private:
  struct Level {
    GroupPtr group;
    std::size_t path_size;  // of path_
    std::vector<std::string> names;
    std::int64_t left_out = 0;  // before names[gap_at]
    std::size_t gap_at = 0, at = 0;
  };
  void go_in();
  void start(Places& places);
  void step(Places& places, Level& level);
  void look_into(Places& places, Found found);
  void fill_in();
  void find_same();

  std::shared_ptr<Store> store_;
  std::string path_;
  Limits limits_;
  std::vector<Level> levels_;
  std::map<hdf5::Identity, std::string> seen_;  // of those with other names
  Entry entry_;
  Look look_;
  bool is_begun_ = false, goes_in_ = false;
};

Outline::Outline(const Item& top) : Outline(top, Limits{}) {}
Outline::Outline(const Item& top, Limits limits) : walk_(std::make_unique<Walk>(top, limits)) {}
Outline::Outline(Outline&&) noexcept = default;
Outline& Outline::operator=(Outline&&) noexcept = default;
Outline::~Outline() = default;

void Outline::skip() noexcept { walk_->skip(); }

const Outline::Entry* Outline::next() {
  return walk_->store().look([&](Places& places) { return walk_->next(places); });
}

const std::vector<std::string>& Outline::names_below() {
  return walk_->store().look(
      [&](Places&) -> const std::vector<std::string>& { return walk_->names_below(); });
}

const Outline::Entry* Outline::Walk::next(Places& places) {
  if (!is_begun_) {
    start(places);
    return &entry_;
  }
  if (goes_in_) go_in();
  while (!levels_.empty() && levels_.back().at == levels_.back().names.size()) levels_.pop_back();
  look_ = {};
  goes_in_ = false;
  if (levels_.empty()) return nullptr;
  step(places, levels_.back());
  return &entry_;
}

const std::vector<std::string>& Outline::Walk::names_below() {
  static const std::vector<std::string> none_of_them;
  if (!goes_in_) return none_of_them;
  go_in();
  goes_in_ = false;
  return levels_.back().names;
}

void Outline::Walk::start(Places& places) {
  is_begun_ = true;
  entry_.name = name_of(path_);
  entry_.path = path_;
  entry_.is_last = true;
  Found found = places.find(path_);
  if (!found.is_there) (void)places.open(path_);  // says what is there
  look_into(places, std::move(found));
}

void Outline::Walk::go_in() {
  Level level{look_.group, path_.size(), {}, 0, 0, 0};
  try {
    const std::int64_t size = level.group->size();
    if (limits_.most == all || size <= limits_.most) {
      level.names = level.group->names();
    } else {
      level.names = level.group->names_at_ends(limits_.first, limits_.last);
      level.gap_at = static_cast<std::size_t>(limits_.first);
      level.left_out = size - limits_.first - limits_.last;
    }
  } catch (const Error& error) {
    level.names = {""};  // which no entry has
  }
  levels_.push_back(std::move(level));
}

void Outline::Walk::step(Places& places, Level& level) {
  const std::string& name = level.names[level.at];
  path_.resize(level.path_size);
  if (!path_.ends_with('/')) path_ += '/';
  path_ += name;
  entry_ = {};
  entry_.name = name;
  entry_.path = path_;
  entry_.depth = levels_.size();
  entry_.left_out = level.at == level.gap_at ? level.left_out : 0;
  entry_.is_last = ++level.at == level.names.size();
  if (name.empty()) {
    entry_.kind = Kind::Unreadable;
    entry_.reason = "its entries can't be listed";
    return;
  }
  try {
    const std::string link = level.group->link(name);
    if (!hdf5::exists(level.group->id.get(), link)) {
      entry_.kind = Kind::Unreadable;
      entry_.reason = "the list has no such entry";
      return;
    }
    const hdf5::Link found = hdf5::link_at(level.group->id.get(), link);
    if (found.kind == hdf5::LinkKind::Soft) entry_.target = found.path;
    if (found.kind == hdf5::LinkKind::External) entry_.target = found.file + ":" + found.path;
    look_into(places, places.open_entry(*level.group, name));
  } catch (const Error& error) {
    entry_.kind = Kind::Unreadable;
    entry_.reason = error.message();
  }
}

void Outline::Walk::look_into(Places& places, Found found) {
  entry_.leads_nowhere = !entry_.target.empty() && !found.object;
  look_ = look_at(places, std::move(found));
  entry_.kind = look_.kind;
  entry_.reason = look_.reason;
  if (look_.group || look_.dataset) fill_in();
  goes_in_ = entry_.is_open();
}

void Outline::Walk::fill_in() {
  const hid_t id = id_of(look_);
  if (entry_.target.empty()) find_same();
  entry_.attributes = static_cast<std::size_t>(hdf5::attribute_count(id));
  if (entry_.attributes > 0) {
    for (const char* name : of_the_format) entry_.attributes -= hdf5::has_attribute(id, name);
    const bool is_marked = look_.dataset && hdf5::has_attribute(id, names::dtype_attr) &&
                           is_of_the_format(id, names::dtype_attr, entry_.kind == Kind::Array);
    entry_.attributes -= is_marked;
  }
  if (look_.group) {
    entry_.size = look_.group->size();
    entry_.class_name = class_of(id);
    if (!entry_.class_name.empty() && entry_.kind == Kind::Dict) entry_.kind = Kind::Object;
    return;
  }
  entry_.shape = look_.what.shape;
  entry_.type = look_.what.content == hdf5::Content::Value
                    ? look_.what.dtype.name()
                    : hdf5::type_text(hdf5::type_of(look_.dataset));
  if (entry_.kind == Kind::Unreadable) entry_.reason = entry_.type;
}

void Outline::Walk::find_same() {
  const hid_t id = id_of(look_);
  if (!hdf5::has_several_names(id)) return;
  const auto [before, is_new] = seen_.emplace(hdf5::identity_of(id), entry_.path);
  if (!is_new) entry_.same_as = before->second;
}

std::vector<Outline::Attribute> Outline::attributes() const {
  std::vector<Attribute> found;
  if (walk_->entry().attributes == 0) return found;
  walk_->store().look([&](Places&) {
    const hid_t id = id_of(walk_->look());
    for (std::string& name : attribute_names(id)) {
      if (is_of_the_format(id, name, walk_->entry().kind == Kind::Array)) continue;
      Tree value = attribute_of(id, name);
      found.emplace_back(std::move(name), std::move(value));
    }
  });
  return found;
}

Tree Outline::tree() const {
  return walk_->store().look([&](Places&) { return objects::read(walk_->look()); });
}

Value Outline::read(const Shape& first, const Shape& extents) const {
  return walk_->store().look([&](Places&) {
    return hdf5::read_box(walk_->look().dataset, walk_->look().what, first, extents);
  });
}

}  // namespace sheaf::objects
