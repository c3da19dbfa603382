// SPDX-License-Identifier: MIT
#include "core/objects/dict.hpp"

#include <utility>

#include "core/error.hpp"
#include "core/objects/paths.hpp"
#include "core/objects/reading.hpp"
#include "core/objects/store.hpp"
#include "core/objects/writing.hpp"

namespace sheaf::objects {
namespace {

void merge(Places& places, const std::string& path, const Tree::Dict& entries) {
  for (const auto& [name, value] : entries) {
    const std::string below = join_name(path, name);
    const GroupPtr there = value.entries() != nullptr ? places.find_group(below) : nullptr;
    if (there && there->kind != Kind::List) {
      merge(places, below, *value.entries());
    } else {
      places.put(below, make(places.maker(), places.file(), value).get());
    }
  }
}

}  // namespace

Dict::Dict(std::shared_ptr<Store> store, std::string path)
    : store_(std::move(store)), path_(std::move(path)) {}

Dict Dict::of(const Item& item) { return item.dict(); }

std::size_t Dict::size() const {
  return store_->look(
      [&](Places& places) { return static_cast<std::size_t>(places.group(path_)->size()); });
}

bool Dict::contains(std::string_view path) const {
  return store_->look([&](Places& places) { return places.find(join(path_, path)).is_there; });
}

std::vector<std::string> Dict::keys() const {
  return store_->look([&](Places& places) { return places.group(path_)->names(); });
}

void Dict::for_each(
    const std::function<bool(const std::string& key, const Item& item)>& each) const {
  for (const std::string& key : keys()) {
    if (!each(key, {store_, join_name(path_, key)})) return;
  }
}

Item Dict::operator[](std::string_view path) const { return {store_, join(path_, path)}; }

Item Dict::at(std::string_view path) const {
  const Item found = (*this)[path];
  if (!contains(path)) {
    store_->look([&](Places& places) { (void)places.open(found.path()); });
  }
  return found;
}

const Dict& Dict::operator|=(const Tree& other) const {
  store_->change([&](Places& places) {
    if (other.entries() == nullptr) {
      throw Error(ErrorCode::Invalid, places.describe(path_),
                  "can be merged with a dictionary only");
    }
    check(other, places.describe(path_));
    (void)places.group(path_);
    merge(places, path_, *other.entries());
  });
  return *this;
}

const Dict& Dict::operator|=(const Dict& other) const { return *this |= other.copy(); }

bool Dict::erase(std::string_view path) const { return (*this)[path].erase(); }

void Dict::clear() const {
  store_->change([&](Places& places) {
    for (const std::string& name : places.group(path_)->names()) {
      (void)places.erase(join_name(path_, name));
    }
  });
}

void Dict::rename(std::string_view path, std::string_view new_path) const {
  store_->change([&](Places& places) { places.rename(join(path_, path), join(path_, new_path)); });
}

Tree Dict::copy(OnUnreadable on_unreadable) const {
  return store_->look([&](Places& places) {
    return read(places, path_, on_unreadable == OnUnreadable::Placeholder);
  });
}

Attributes Dict::attrs() const { return {store_, path_}; }

}  // namespace sheaf::objects
