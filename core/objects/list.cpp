// SPDX-License-Identifier: MIT
#include "core/objects/list.hpp"

#include <algorithm>
#include <utility>

#include "core/error.hpp"
#include "core/objects/paths.hpp"
#include "core/objects/reading.hpp"
#include "core/objects/store.hpp"
#include "core/objects/writing.hpp"

namespace sheaf::objects {
namespace {

// `most` is one more than the largest one.
std::int64_t counted_from_start(const Places& places, const std::string& path, std::int64_t index,
                                std::int64_t size, std::int64_t most) {
  const std::int64_t counted = index < 0 ? index + size : index;
  if (counted >= 0 && counted < most) return counted;
  throw Error(ErrorCode::Invalid, places.describe(path),
              "has no entry " + std::to_string(index) + ": its size is " + std::to_string(size));
}

void append_to(Places& places, const std::string& path, const Tree& value) {
  const std::int64_t size = places.list(path)->size();
  places.insert(path, size, make(places.maker(), places.file(), value).get());
}

}  // namespace

List::List(std::shared_ptr<Store> store, std::string path)
    : store_(std::move(store)), path_(std::move(path)) {}

std::size_t List::size() const {
  return store_->look(
      [&](Places& places) { return static_cast<std::size_t>(places.list(path_)->size()); });
}

Item List::operator[](std::int64_t index) const {
  return store_->look([&](Places& places) {
    const std::int64_t size = places.list(path_)->size();
    const std::int64_t at = counted_from_start(places, path_, index, size, size);
    return Item(store_, path_ + "/" + std::to_string(at));
  });
}

void List::for_each(const std::function<bool(const Item& item)>& each) const {
  for (std::size_t at = 0; at < size(); ++at) {
    if (!each({store_, path_ + "/" + std::to_string(at)})) return;
  }
}

void List::append(const Tree& value) const {
  store_->change([&](Places& places) {
    check(value, places.describe(path_));
    append_to(places, path_, value);
  });
}

void List::extend(const std::vector<Tree>& values) const {
  store_->change([&](Places& places) {
    for (const Tree& value : values) check(value, places.describe(path_));
    for (const Tree& value : values) append_to(places, path_, value);
  });
}

void List::append_made(const std::function<void(const Item& to)>& write) const {
  store_->make(
      path_,
      [&](const std::string& path) {
        write({store_, path});
      },
      [&](Places& places, hid_t object) {
        places.insert(path_, places.list(path_)->size(), object);
      });
}

void List::insert(std::int64_t index, const Tree& value) const {
  store_->change([&](Places& places) {
    check(value, places.describe(path_));
    const std::int64_t size = places.list(path_)->size();
    const std::int64_t at = counted_from_start(places, path_, index, size, size + 1);
    places.insert(path_, at, make(places.maker(), places.file(), value).get());
  });
}

void List::set(std::int64_t index, const Tree& value) const { (*this)[index].set(value); }

void List::erase(std::int64_t index) const { (void)(*this)[index].erase(); }

void List::clear() const {
  store_->change([&](Places& places) {
    for (std::int64_t left = places.list(path_)->size(); left > 0; --left) {
      (void)places.erase(path_ + "/" + std::to_string(left - 1));
    }
  });
}

Tree List::copy() const {
  return store_->look([&](Places& places) {
    (void)places.list(path_);
    return read(places, path_, false);
  });
}

bool List::operator==(const List& other) const {
  const auto locks = Store::lock(*store_, *other.store_);
  if (size() != other.size()) return false;
  const auto count = static_cast<std::int64_t>(size());
  for (std::int64_t at = 0; at < count; ++at) {
    if (!((*this)[at].tree() == other[at].tree())) return false;
  }
  return true;
}

bool List::operator==(const Tree& other) const {
  const Tree::List* items = other.list_items();
  const auto locks = Store::lock(*store_, *store_);
  if (items == nullptr || size() != items->size()) return false;
  for (std::size_t at = 0; at < items->size(); ++at) {
    if (!((*this)[static_cast<std::int64_t>(at)].tree() == (*items)[at])) return false;
  }
  return true;
}

Attributes List::attrs() const { return {store_, path_}; }

}  // namespace sheaf::objects
