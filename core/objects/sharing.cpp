// SPDX-License-Identifier: MIT
#include "core/objects/sharing.hpp"

#include <algorithm>
#include <utility>

#include "core/error.hpp"
#include "core/hdf5/group.hpp"
#include "core/objects/reading.hpp"
#include "core/objects/store.hpp"

namespace sheaf::objects::detail {
namespace {

void write_once(Store& store, Places& places, const Item& to,
                const std::shared_ptr<const void>& owner, const void* object,
                const ObjectType& type) {
  Saving& saving = store.saving();
  const std::pair key{object, type.type};
  if (const Saved* saved = saving.find(key)) return places.put(to.path(), saved->stored.get());
  Saving::Attempt attempt(saving);
  if (!type.is_group) {
    type.write(to, object);
    saving.add(key, {owner, places.open(to.path())});
    return attempt.done();
  }
  const hdf5::Group group = places.maker().group(places.file(), true);
  places.put(to.path(), group.get());
  saving.add(key, {owner, hdf5::open_object(group.get(), ".")});
  if (store.is_deep()) {
    saving.later.push_back({hdf5::open_object(group.get(), "."), places.place_of(to.path()),
                            store.row_depth(to.path()),
                            [shared = to.store(), object, &type](const std::string& path) {
                              type.write({shared, path}, object);
                            }});
  } else {
    type.write(to, object);
  }
  attempt.done();
}

std::shared_ptr<void> read_once(Store& store, Places& places, const Item& from,
                                const ObjectType& type) {
  const GroupPtr group = places.find_group(from.path());
  const hdf5::Object other = group ? hdf5::Object() : places.open(from.path());
  const hid_t stored = group ? group->id.get() : other.get();
  Loading& loading = store.loading();
  const std::pair key{hdf5::identity_of(stored), type.type};
  if (const std::shared_ptr<void>* met = loading.find(key)) return *met;
  Loading::Attempt attempt(loading);
  std::shared_ptr<void> object;
  if (!type.is_group) {
    object = type.make_shared();
    type.read(from, object.get());
    loading.add(key, object);
    attempt.done();
    return object;
  }
  object = type.make_shared();
  loading.add(key, object);
  if (store.is_deep()) {
    loading.later.push_back({hdf5::open_object(stored, "."), places.place_of(from.path()),
                             store.row_depth(from.path()),
                             [shared = from.store(), object, &type](const std::string& path) {
                               type.read({shared, path}, object.get());
                             }});
  } else {
    type.read(from, object.get());
  }
  attempt.done();
  return object;
}

// Within a load: the one that goes on, or else one of its own.
void while_reading(const Item& from, const std::function<void(Places&)>& read) {
  Store& store = *from.store();
  store.look([&](Places& places) {
    if (store.is_reading()) return read(places);
    store.read_whole(from.path(), [&] { read(places); });
  });
}

}  // namespace

void write_shared(const Item& to, std::shared_ptr<const void> owner, const void* object,
                  const ObjectType& type) {
  Store& store = *to.store();
  if (!store.is_making()) {
    return to.make([&](const Item& at) { write_shared(at, owner, object, type); });
  }
  store.change([&](Places& places) { write_once(store, places, to, owner, object, type); });
}

std::shared_ptr<void> read_shared(const Item& from, const ObjectType& type) {
  std::shared_ptr<void> object;
  while_reading(from,
                [&](Places& places) { object = read_once(*from.store(), places, from, type); });
  return object;
}

void read_owned(const Item& from, const std::function<void()>& read) {
  while_reading(from, [&](Places& places) {
    std::vector<hdf5::Identity>& owned = from.store()->loading().owned;
    const hdf5::Identity identity = hdf5::identity_of(places.open(from.path()).get());
    if (std::ranges::count(owned, identity) > 0) {
      throw Error(ErrorCode::Invalid, places.describe(from.path()),
                  "is a part of itself, which a std::unique_ptr can't own: let it be a "
                  "std::shared_ptr or a std::weak_ptr");
    }
    struct Owned {
      Owned(std::vector<hdf5::Identity>& of, const hdf5::Identity& what) : all(of) {
        all.push_back(what);
      }
      Owned(const Owned&) = delete;
      Owned& operator=(const Owned&) = delete;
      ~Owned() { all.pop_back(); }
      std::vector<hdf5::Identity>& all;
    } const guard(owned, identity);
    read();
  });
}

void refuse_untyped(const Item& from, std::type_index type) {
  throw Error(ErrorCode::Invalid, from.describe(),
              "doesn't say what it is (sheaf_type), and a " + cpp_name(type) +
                  " can only be a part of something");
}

void refuse_part(const Item& from, const ObjectType& whole, std::type_index part) {
  throw Error(ErrorCode::Invalid, from.describe(),
              "is a " + std::string(whole.name) + ", which a std::unique_ptr<" + cpp_name(part) +
                  "> can't delete: give " + cpp_name(part) +
                  " a virtual destructor, or use a std::shared_ptr");
}

}  // namespace sheaf::objects::detail
