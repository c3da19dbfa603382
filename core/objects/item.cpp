// SPDX-License-Identifier: MIT
#include "core/objects/item.hpp"

#include <utility>

#include "core/error.hpp"
#include "core/objects/address.hpp"
#include "core/objects/array.hpp"
#include "core/objects/copying.hpp"
#include "core/objects/dict.hpp"
#include "core/objects/list.hpp"
#include "core/objects/paths.hpp"
#include "core/objects/reading.hpp"
#include "core/objects/store.hpp"
#include "core/objects/writing.hpp"

namespace sheaf::objects {
namespace {

[[noreturn]] void refuse_kind(const Places& places, const std::string& path, const char* wanted) {
  throw Error(ErrorCode::Invalid, places.describe(path), std::string("is no ") + wanted);
}

}  // namespace

Item::Item(std::shared_ptr<Store> store, std::string path)
    : store_(std::move(store)), path_(std::move(path)) {}

const Item& Item::operator=(const Item& other) const&& {
  copy_from(other);
  return *this;
}

std::string Item::name() const { return std::string(name_of(path_)); }

Kind Item::kind() const {
  return store_->look([&](Places& places) { return look_at(places, path_).kind; });
}

std::string Item::unreadable_because() const {
  return store_->look([&](Places& places) { return look_at(places, path_).reason; });
}

Item Item::operator[](std::string_view path) const { return {store_, join(path_, path)}; }
Attributes Item::attrs() const { return {store_, path_}; }
std::string Item::address() const {
  return address_of({store_->path(), store_->is_writable(), path_});
}

std::string Item::describe() const {
  return store_->look([&](Places& places) { return places.describe(path_); });
}

Tree Item::tree() const {
  return store_->look([&](Places& places) { return read(places, path_, false); });
}

Dict Item::dict() const {
  store_->look([&](Places& places) {
    if (places.group(path_)->kind == Kind::List) refuse_kind(places, path_, "dictionary: a list");
  });
  return {store_, path_};
}

List Item::list() const {
  store_->look([&](Places& places) { (void)places.list(path_); });
  return {store_, path_};
}

Array Item::array() const {
  store_->look([&](Places& places) {
    const Look look = look_at(places, path_);
    if (look.kind == Kind::Absent) (void)places.open(path_);
    if (look.kind != Kind::Array && look.kind != Kind::Scalar) {
      refuse_kind(places, path_, "array");
    }
  });
  return {store_, path_};
}

void Item::set(const Tree& value) const {
  store_->change([&](Places& places) {
    check(value, places.describe(path_));
    places.put(path_, objects::make(places.maker(), places.file(), value).get());
  });
}

void Item::copy_from(const Item& other) const {
  const auto locks = Store::lock(*store_, *other.store_);
  store_->change([&](Places& to) {
    const hdf5::Object copy =
        other.store_->look([&](Places& from) { return copy_of(from, other.path_, to); });
    to.put(path_, copy.get());
  });
}

void Item::make(const std::function<void(const Item& to)>& write) const {
  store_->make(
      path_,
      [&](const std::string& path) {
        write({store_, path});
      },
      [&](Places& places, hid_t object) { places.put(path_, object); });
}

Array Item::make_array(Dtype dtype, const Shape& shape) const {
  store_->change([&](Places& places) {
    if (shape.empty()) {
      throw Error(ErrorCode::Invalid, places.describe(path_), "needs an axis to be resized along");
    }
    const hdf5::Dataset dataset = places.maker().resizable(places.file(), dtype, shape);
    mark_dtype(places.maker(), dataset.get(), {dtype, shape, {}, {}});
    places.put(path_, dataset.get());
  });
  return {store_, path_};
}

Dict Item::require_dict() const {
  store_->change([&](Places& places) {
    if (places.find(path_).is_there) return;
    places.put(path_, places.maker().group(places.file(), true).get());
  });
  return dict();
}

List Item::require_list() const {
  store_->change([&](Places& places) {
    if (places.find(path_).is_there) return;
    places.put(path_, make_list(places.maker(), places.file()).get());
  });
  return list();
}

bool Item::erase() const {
  return store_->change([&](Places& places) { return places.erase(path_); });
}

namespace detail {

void read_whole(const Item& from, const std::function<void()>& read) {
  from.store()->read_whole(from.path(), read);
}

}  // namespace detail
}  // namespace sheaf::objects
