// SPDX-License-Identifier: MIT
// What is put, moved and taken away.
#include <utility>

#include "core/error.hpp"
#include "core/hdf5/group.hpp"
#include "core/objects/paths.hpp"
#include "core/objects/places.hpp"

namespace sheaf::objects {

void Places::put(const std::string& path, hid_t object) {
  if (is_top(path)) {
    throw Error(ErrorCode::Invalid, describe(path),
                "is the root, which can't be replaced; set its entries, or use |=");
  }
  std::string_view at = path;
  GroupPtr above;
  while (!(above = find_group(parent_of(at)))) at = parent_of(at);
  if (at.size() == path.size()) return replace(*above, path, object);
  if (above->kind == Kind::List || open_entry(*above, name_of(at)).is_there) {
    throw Error(ErrorCode::Invalid, describe(path),
                "can't be set: '" + std::string(at) + "' is no dictionary");
  }
  // From the inside, so that all of it appears at once.
  std::string_view inner = path;
  hdf5::Object outermost;
  while (inner.size() > at.size()) {
    hdf5::Object group(maker_.group(file_, true).release());
    maker_.link(outermost ? outermost.get() : object, group.get(), std::string(name_of(inner)));
    outermost = std::move(group);
    inner = parent_of(inner);
  }
  maker_.link(outermost.get(), above->id.get(), std::string(name_of(at)));
}

void Places::replace(OpenGroup& group, const std::string& path, hid_t object) {
  const std::string link = group.link(name_of(path));
  const bool is_there = !link.empty() && hdf5::exists(group.id.get(), link);
  if (group.kind == Kind::List && !is_there) {
    throw Error(ErrorCode::Invalid, describe(path),
                "is no entry of the list, which has " + std::to_string(group.size()) +
                    "; append() adds one");
  }
  // Its last id: what is put may be a part of what is replaced.
  if (is_there) unlink(group, link);
  maker_.link(object, group.id.get(), link);
}

void Places::unlink(OpenGroup& group, const std::string& link) {
  bool is_dataset = false;
  if (hdf5::link_at(group.id.get(), link).kind == hdf5::LinkKind::Hard) {
    is_dataset = hdf5::is_dataset(maker_.open(group.id.get(), link).get());
  }
  if (!is_dataset) forget_groups();
  hdf5::unlink(group.id.get(), link);
}

void Places::require_order(OpenGroup& list) {
  if (list.order) return;
  list.order = std::make_shared<ListOrder>(hdf5::open_object(list.id.get(), "."), list.size());
  orders_.emplace(hdf5::identity_of(list.id.get()), list.order);
  // Other paths may lead to the same list.
  forget_groups();
}

void Places::insert(const std::string& list_path, std::int64_t index, hid_t object) {
  const GroupPtr list_group = list(list_path);
  const std::int64_t size = list_group->size();
  if (index < size) require_order(*list_group);
  const std::string name =
      list_group->order ? list_group->order->free_name() : std::to_string(size);
  if (hdf5::exists(list_group->id.get(), name)) {
    throw Error(ErrorCode::Corrupt, describe(list_path),
                "isn't a whole list: of its " + std::to_string(size) + " entries one is named '" +
                    name + "'");
  }
  maker_.link(object, list_group->id.get(), name);
  if (list_group->order) list_group->order->insert(index);
  if (index < size) forget_groups();
}

void Places::erase_entry(OpenGroup& list, std::int64_t index) {
  if (index + 1 < list.size()) require_order(list);
  unlink(list, list.order ? list.order->name(index) : std::to_string(index));
  if (!list.order) return;
  list.order->erase(index);
  forget_groups();
}

bool Places::erase(const std::string& path) {
  if (is_top(path)) {
    throw Error(ErrorCode::Invalid, describe(path), "is the root, which can't be removed");
  }
  const GroupPtr above = find_group(parent_of(path));
  if (!above) return false;
  const std::string link = above->link(name_of(path));
  if (link.empty() || !hdf5::exists(above->id.get(), link)) return false;
  if (above->kind == Kind::List) {
    erase_entry(*above, std::stoll(std::string(name_of(path))));
  } else {
    unlink(*above, link);
  }
  return true;
}

void Places::rename(const std::string& path, const std::string& new_path) {
  const GroupPtr from = is_top(path) ? nullptr : find_group(parent_of(path));
  if (!from || !open_entry(*from, name_of(path)).is_there) refuse_absent(path);
  if (is_within(new_path, path)) {
    throw Error(ErrorCode::Invalid, describe(path), "can't be moved into itself");
  }
  if (find(new_path).is_there) {
    throw Error(ErrorCode::Exists, describe(new_path), "is there already; erase it first");
  }
  std::string_view at = new_path;
  GroupPtr to;
  while (!(to = find_group(parent_of(at)))) at = parent_of(at);
  if (from->kind == Kind::List || to->kind == Kind::List) {
    throw Error(ErrorCode::Invalid, describe(path),
                "entries of a list have no names; insert and erase them");
  }
  if (at.size() != new_path.size()) {
    const std::string parent(parent_of(new_path));
    put(parent, maker_.group(file_, true).get());
    to = group(parent);
  }
  maker_.move(from->id.get(), std::string(name_of(path)), to->id.get(),
              std::string(name_of(new_path)));
  forget_groups();
  if (find(new_path).is_there) return;
  // By way of a soft link it went into itself, where nothing leads any more.
  maker_.move(to->id.get(), std::string(name_of(new_path)), from->id.get(),
              std::string(name_of(path)));
  if (at.size() != new_path.size()) (void)erase(std::string(at));
  throw Error(ErrorCode::Invalid, describe(path), "can't be moved into itself");
}

void Places::renumber() {
  forget_groups();
  for (const auto& [identity, order] : orders_) order->renumber(maker_);
  orders_.clear();
}

std::string Places::begin_stage(const std::string& destination) {
  std::string stage = "//" + std::to_string(stage_count_++);
  auto group = std::make_shared<OpenGroup>();
  group->id = hdf5::Object(maker_.group(file_, true).release());
  stages_.emplace(stage, Stage{std::move(group), destination, "/value"});
  return stage;
}

std::string Places::begin_visit(GroupPtr group, const std::string& place) {
  std::string visit = "//" + std::to_string(stage_count_++);
  stages_.emplace(visit, Stage{std::move(group), place, {}});
  return visit;
}

void Places::end_stage(const std::string& stage) noexcept {
  forget_groups(stage);
  stages_.erase(stage);
}

}  // namespace sheaf::objects
