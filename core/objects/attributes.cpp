// SPDX-License-Identifier: MIT
#include "core/objects/attributes.hpp"

#include "core/error.hpp"
#include "core/hdf5/attribute.hpp"
#include "core/hdf5/group.hpp"
#include "core/objects/names.hpp"
#include "core/objects/nearest.hpp"
#include "core/objects/paths.hpp"
#include "core/objects/reading.hpp"
#include "core/objects/store.hpp"
#include "core/objects/writing.hpp"

namespace sheaf::objects {
namespace {

// The object whose attributes they are: for a group, the one that is open already.
class Owner {
 public:
  Owner(Places& places, const std::string& path) : group_(places.kept(path)) {
    if (!group_) object_ = places.open(path);
  }
  [[nodiscard]] hid_t id() const noexcept { return group_ ? group_->id.get() : object_.get(); }

 private:
  GroupPtr group_;
  hdf5::Object object_;
};

// The same for one attribute, without opening what isn't open.
hdf5::ObjectAt place_to_write(Places& places, const std::string& path,
                              std::optional<Owner>& owner) {
  const bool is_open = is_top(path) || places.kept(path) != nullptr;
  const GroupPtr above = is_open ? nullptr : places.find_group(parent_of(path));
  if (above) {
    hdf5::ObjectAt place(above->id.get(), above->link(name_of(path)));
    if (!place.name.empty() && places.maker().is_there(place)) return place;
  }
  return owner.emplace(places, path).id();
}

}  // namespace

Attributes::Attributes(std::shared_ptr<Store> store, std::string path)
    : store_(std::move(store)), path_(std::move(path)) {}

const Attributes::Slot& Attributes::Slot::operator=(const Slot& other) const {
  attrs_->set(name_, other.tree());
  return *this;
}

std::size_t Attributes::size() const {
  return store_->look([&](Places& places) {
    return static_cast<std::size_t>(hdf5::attribute_count(Owner(places, path_).id()));
  });
}

bool Attributes::contains(std::string_view name) const {
  return store_->look([&](Places& places) {
    return hdf5::has_attribute(Owner(places, path_).id(), std::string(name));
  });
}

std::vector<std::string> Attributes::names() const {
  return store_->look([&](Places& places) { return attribute_names(Owner(places, path_).id()); });
}

std::vector<std::pair<std::string, Tree>> Attributes::items() const {
  return store_->look([&](Places& places) {
    const Owner owner(places, path_);
    std::vector<std::pair<std::string, Tree>> all;
    for (std::string& name : attribute_names(owner.id())) {
      Tree value = read_attribute(owner.id(), name);
      all.emplace_back(std::move(name), std::move(value));
    }
    return all;
  });
}

std::optional<Tree> Attributes::find(std::string_view name) const {
  return store_->look([&](Places& places) -> std::optional<Tree> {
    const Owner owner(places, path_);
    return find_attribute(owner.id(), std::string(name));
  });
}

Tree Attributes::at(std::string_view name) const {
  if (auto found = find(name)) return std::move(*found);
  throw Error(ErrorCode::NotFound, describe(name), "isn't there; " + nearest(names(), name));
}

std::string Attributes::describe(std::string_view name) const {
  return store_->look([&](Places& places) {
    return "attribute '" + std::string(name) + "' of " + places.describe(path_);
  });
}

void Attributes::set(std::string_view name, const Tree& value) const {
  set(std::vector<std::pair<std::string, Tree>>{{std::string(name), value}});
}

void Attributes::set(const std::vector<std::pair<std::string, Tree>>& values) const {
  store_->change([&](Places& places) {
    for (const auto& [name, value] : values) {
      check_attribute(name, value, places.describe(path_));
    }
    std::optional<Owner> owner;
    const hdf5::ObjectAt object = values.size() == 1 ? place_to_write(places, path_, owner)
                                                     : owner.emplace(places, path_).id();
    for (const auto& [name, value] : values) {
      write_attribute(places.maker(), object, name, value);
      if (name == names::type_attr) places.forget_groups();
    }
  });
}

bool Attributes::erase(std::string_view name) const {
  return store_->change([&](Places& places) {
    const bool erased = hdf5::erase_attribute(Owner(places, path_).id(), std::string(name));
    if (name == names::type_attr) places.forget_groups();
    return erased;
  });
}

}  // namespace sheaf::objects
