// SPDX-License-Identifier: MIT
#include "core/objects/reference.hpp"

#include "core/error.hpp"
#include "core/hdf5/links.hpp"
#include "core/objects/store.hpp"

namespace sheaf::objects::detail {

void link_to(const Item& to, const Item& object) {
  if (to.store() != object.store()) {
    throw Error(ErrorCode::Invalid, to.describe(),
                "can't refer to " + object.describe() +
                    ", which is in another file; copy that here first (copy_from), or hold it by "
                    "value");
  }
  to.store()->change(
      [&](Places& places) { places.put(to.path(), places.open(object.path()).get()); });
}

bool is_same_object(const Item& one, const Item& other) {
  if (one.store() != other.store()) return false;
  return one.store()->look([&](Places& places) {
    return hdf5::identity_of(places.open(one.path()).get()) ==
           hdf5::identity_of(places.open(other.path()).get());
  });
}

Item lasting(const Item& from) {
  return from.store()->look(
      [&](Places& places) { return Item(from.store(), places.place_of(from.path())); });
}

void refuse_empty(std::type_index type) {
  throw Error(ErrorCode::NotFound, "Ref<" + cpp_name(type) + ">", "refers to nothing");
}

}  // namespace sheaf::objects::detail
