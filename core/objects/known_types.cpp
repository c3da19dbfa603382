// SPDX-License-Identifier: MIT
#include "core/objects/known_types.hpp"

#include <algorithm>

#include <boost/core/demangle.hpp>

#include "core/error.hpp"
#include "core/objects/item.hpp"
#include "core/objects/nearest.hpp"
#include "core/objects/store.hpp"
#include "core/objects/type_name.hpp"

namespace sheaf::objects {

void* ObjectType::as(std::type_index base, void* object) const noexcept {
  const auto found = std::ranges::find(bases, base, &Base::type);
  return found == bases.end() ? nullptr : found->cast(object);
}

bool ObjectType::is_a(std::type_index base) const noexcept {
  return std::ranges::find(bases, base, &Base::type) != bases.end();
}

void KnownTypes::add(const ObjectType& type, const std::string& file) {
  const auto [found, is_new] = by_name_.emplace(type.name, &type);
  if (!is_new && found->second->type != type.type) {
    throw Error(ErrorCode::Exists, file,
                "two types are stored as " + std::string(type.name) + ": " +
                    detail::cpp_name(found->second->type) + " and " + detail::cpp_name(type.type) +
                    "; give one of them another name by sheaf_type()");
  }
  by_type_.emplace(type.type, &type);
}

const ObjectType* KnownTypes::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

const ObjectType* KnownTypes::find(std::type_index type) const {
  const auto found = by_type_.find(type);
  return found == by_type_.end() ? nullptr : found->second;
}

namespace detail {

std::string cpp_name(std::type_index type) { return boost::core::demangle(type.name()); }

std::string name_for_files(std::type_index type) {
  std::string name = cpp_name(type);
  if (is_stable(name)) return name;
  throw Error(ErrorCode::Invalid, name,
              "has no name that lasts: write `constexpr objects::TypeName sheaf_type(const T*) { "
              "return {\"lab.person\", 1}; }` beside the type");
}

void know(const Item& in, const ObjectType& type) {
  Store& store = *in.store();
  store.look([&](Places&) { store.known_types().add(type, store.path().string()); });
}

const ObjectType& known_type(const Item& from, std::string_view name, std::type_index base) {
  Store& store = *from.store();
  return store.look([&](Places& places) -> const ObjectType& {
    const ObjectType* type = store.known_types().find(name);
    if (type == nullptr) {
      throw Error(ErrorCode::Invalid, places.describe(from.path()),
                  "is a " + std::string(name) +
                      ", a type that the file doesn't know; call file.know<T>() with it first");
    }
    if (type->is_a(base)) return *type;
    throw Error(
        ErrorCode::Invalid, places.describe(from.path()),
        "is a " + std::string(name) + ", and " + cpp_name(base) + " is no described base of that");
  });
}

void refuse_undescribed(std::type_index type) {
  throw Error(
      ErrorCode::Invalid, cpp_name(type),
      "isn't described with that member: add it to BOOST_DESCRIBE_STRUCT or SHEAF_DESCRIBE");
}

const ObjectType& known_type(const Item& to, std::type_index type) {
  Store& store = *to.store();
  return store.look([&](Places& places) -> const ObjectType& {
    if (const ObjectType* known = store.known_types().find(type)) return *known;
    throw Error(ErrorCode::Invalid, places.describe(to.path()),
                "is to hold a " + cpp_name(type) +
                    ", a type that the file doesn't know; call file.know<" + cpp_name(type) +
                    ">() first");
  });
}

}  // namespace detail
}  // namespace sheaf::objects
