// SPDX-License-Identifier: MIT
#include "core/objects/object_group.hpp"

#include <utility>

#include "core/error.hpp"
#include "core/hdf5/attribute.hpp"
#include "core/hdf5/copy.hpp"
#include "core/hdf5/group.hpp"
#include "core/objects/names.hpp"
#include "core/objects/nearest.hpp"
#include "core/objects/paths.hpp"
#include "core/objects/reading.hpp"
#include "core/objects/store.hpp"
#include "core/objects/writing.hpp"

namespace sheaf::objects::detail {
namespace {

GroupPtr object_at(Places& places, const std::string& path) {
  GroupPtr group = places.find_group(path);
  if (group && group->kind != Kind::List) return group;
  if (!group && !places.find(path).is_there) (void)places.open(path);
  throw Error(ErrorCode::Invalid, places.describe(path),
              std::string("is no object: ") + (group ? "a list" : "no group"));
}

std::optional<Tree> member(Places& places, const OpenGroup& group, const std::string& name) {
  if (auto found = find_attribute(group.id.get(), name)) return found;
  const Look look = look_at(places, places.open_entry(group, name));
  return look.dataset ? std::optional(read(look)) : std::nullopt;
}

bool has_link(const OpenGroup& group, const std::string& name) {
  return hdf5::exists(group.id.get(), name);
}

Error missing(Places& places, const OpenGroup& group, const std::string& path,
              const std::string& name) {
  std::vector<std::string> names;
  for (std::string& other : attribute_names(group.id.get())) {
    if (other != names::object_type && other != names::object_version) {
      names.push_back(std::move(other));
    }
  }
  for (std::string& other : group.names()) names.push_back(std::move(other));
  return {ErrorCode::NotFound, places.describe(path),
          "has no member '" + name + "'; " + nearest(std::move(names), name) +
              "; what was stored without it needs a new version of its type and "
              "sheaf_upgrade(), or the member a std::optional"};
}

void write_type(hdf5::Maker& maker, hid_t object, const TypeName& type) {
  maker.attribute(object, names::object_type, Value::of(type.name));
  if (type.version != 1) {
    maker.attribute(object, names::object_version, Value::of(type.version));
  }
}

void move_entries(Places& places, const OpenGroup& from, const std::string& to) {
  for (const std::string& name : from.names()) {
    places.put(join_name(to, name), places.open_entry(from, name).object.get());
  }
}

}  // namespace

std::optional<std::string> type_at(const Item& item) {
  return item.store()->look([&](Places& places) -> std::optional<std::string> {
    const GroupPtr group = places.find_group(item.path());
    if (!group) return std::nullopt;
    const auto type = find_attribute(group->id.get(), names::object_type);
    if (!type) return std::nullopt;
    return from_tree<std::string>(*type, places.describe(item.path()));
  });
}

StoredObject read_object(const Item& from, std::span<const char* const> members) {
  return from.store()->look([&](Places& places) {
    const GroupPtr group = object_at(places, from.path());
    StoredObject stored{places.describe(from.path()), {}, 1, {}};
    if (const auto type = find_attribute(group->id.get(), names::object_type)) {
      stored.type = from_tree<std::string>(*type, stored.object);
    }
    if (const auto version = find_attribute(group->id.get(), names::object_version)) {
      stored.version = from_tree<int>(*version, stored.object);
    }
    for (const char* name : members) stored.members.push_back(member(places, *group, name));
    return stored;
  });
}

bool is_older(const StoredObject& stored, const TypeName& type, bool can_upgrade) {
  const std::string name(type.name);
  if (!stored.type) return false;
  if (*stored.type != name) {
    throw Error(ErrorCode::Invalid, stored.object,
                "is a " + *stored.type + ", no " + name +
                    "; read it as that, or as a pointer to a base of it");
  }
  if (stored.version > type.version) {
    throw Error(ErrorCode::Unsupported, stored.object,
                "is a " + name + " of version " + std::to_string(stored.version) +
                    ", and this program knows versions up to " + std::to_string(type.version));
  }
  if (stored.version < type.version && !can_upgrade) {
    throw Error(ErrorCode::Unsupported, stored.object,
                "is a " + name + " of version " + std::to_string(stored.version) +
                    ", which is now " + std::to_string(type.version) +
                    ": write `void sheaf_upgrade(const objects::Item& from, int version, T& "
                    "object)` beside the type");
  }
  return stored.version < type.version;
}

void write_object(const Item& to, const TypeName& type,
                  const std::vector<std::pair<std::string, Tree>>& members) {
  to.store()->change([&](Places& places) {
    const std::string object = places.describe(to.path());
    for (const auto& [name, value] : members) check_attribute(name, value, object);
    const GroupPtr there = places.find_group(to.path());
    const hdf5::Group made = there ? hdf5::Group() : places.maker().group(places.file(), true);
    const hid_t id = there ? there->id.get() : made.get();
    write_type(places.maker(), id, type);
    for (const auto& [name, value] : members) write_attribute(places.maker(), id, name, value);
    if (made) places.put(to.path(), id);
  });
}

void mark_type(const Item& object, const TypeName& type) {
  object.store()->change([&](Places& places) {
    const GroupPtr group = places.find_group(object.path());
    if (!group || hdf5::has_attribute(group->id.get(), names::object_type)) return;
    write_type(places.maker(), group->id.get(), type);
  });
}

bool has_entry(const Item& object, const char* member) {
  return object.store()->look(
      [&](Places& places) { return has_link(*object_at(places, object.path()), member); });
}

void refuse_older(const Item& object, const TypeName& type) {
  throw Error(ErrorCode::Unsupported, object.describe(),
              "is of an older version of " + std::string(type.name) +
                  ", and can't be live: load it and store it anew first");
}

void refuse_missing(const Item& object, const char* member) {
  throw object.store()->look([&](Places& places) {
    return missing(places, *object_at(places, object.path()), object.path(), member);
  });
}

bool is_nothing(const Item& item) {
  return item.store()->look([&](Places& places) {
    if (places.find_group(item.path())) return false;
    const Look look = look_at(places, item.path());
    if (!look.dataset) return look.kind == Kind::Absent;
    const bool can_be =
        look.what.content == hdf5::Content::Opaque || look.what.content == hdf5::Content::Empty;
    return can_be && read(look).is_none();
  });
}

Tree read_member(const Item& object, const char* name, bool may_be_missing) {
  return object.store()->look([&](Places& places) -> Tree {
    const GroupPtr group = object_at(places, object.path());
    if (auto found = member(places, *group, name)) return std::move(*found);
    if (may_be_missing) return none;
    throw missing(places, *group, object.path(), name);
  });
}

void write_member(const Item& object, const char* name, const Tree& value, bool may_be_missing) {
  object.store()->change([&](Places& places) {
    const GroupPtr group = object_at(places, object.path());
    check_attribute(name, value, places.describe(object.path()));
    if (!hdf5::has_attribute(group->id.get(), name)) {
      if (has_link(*group, name)) return object[name].set(value);
      if (!may_be_missing) throw missing(places, *group, object.path(), name);
    }
    write_attribute(places.maker(), group->id.get(), name, value);
  });
}

bool require_entry(const Item& object, const char* name, bool may_be_missing) {
  return object.store()->look([&](Places& places) {
    const GroupPtr group = object_at(places, object.path());
    const bool is_there = has_link(*group, name);
    if (!may_be_missing && !is_there) throw missing(places, *group, object.path(), name);
    return is_there;
  });
}

void write_members(const Item& object, const std::function<void(const Item& to)>& write) {
  Store& store = *object.store();
  store.make(
      object.path(),
      [&](const std::string& path) {
        write({object.store(), path});
      },
      [&](Places& places, hid_t made) {
        const hid_t there = object_at(places, object.path())->id.get();
        for (const std::string& name : attribute_names(made)) {
          (void)hdf5::erase_attribute(there, name);
          hdf5::copy_attribute(made, there, name);
        }
        move_entries(places, *places.as_group(hdf5::open_object(made, ".")), object.path());
      });
}

void alone(const Item& item, const std::function<void()>& step) { item.store()->alone(step); }

}  // namespace sheaf::objects::detail
