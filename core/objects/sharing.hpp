// SPDX-License-Identifier: MIT
#pragma once
// std::unique_ptr, std::shared_ptr and std::weak_ptr to what can be stored.
//
//   struct Node { std::shared_ptr<Node> next; std::weak_ptr<Node> parent; };
//
// Model: what one points to is stored in its place, and nothing as none. An object with several
// owners (shared and weak ones) is stored once in a save, with one hard link for each of them, and
// is one object again for all owners within one load; so circles are stored and read, too. Several
// saves make several copies: to refer to what is in the file there is Ref (reference.hpp).
// Chains of std::shared_ptr may be long (graph.hpp). What a weak_ptr leads to lives only while a
// shared_ptr owns it. A pointer to a base comes back as what it was (known_types.hpp).
// Failure: Error; a std::unique_ptr that would own what it is a part of is one.

#include <concepts>
#include <memory>
#include <type_traits>

#include "core/objects/described.hpp"
#include "core/objects/file.hpp"

namespace sheaf::objects {

template <class T>
inline constexpr bool may_be_missing<std::unique_ptr<T>> = true;
template <class T>
inline constexpr bool may_be_missing<std::shared_ptr<T>> = true;
template <class T>
inline constexpr bool may_be_missing<std::weak_ptr<T>> = true;

namespace detail {

template <class T>
inline constexpr bool may_be_none<std::unique_ptr<T>> = true;
template <class T>
inline constexpr bool may_be_none<std::shared_ptr<T>> = true;
template <class T>
inline constexpr bool may_be_none<std::weak_ptr<T>> = true;

// Once a save; other owners get a link.
void write_shared(const Item& to, std::shared_ptr<const void> owner, const void* object,
                  const ObjectType& type);
// Once a load.
[[nodiscard]] std::shared_ptr<void> read_shared(const Item& from, const ObjectType& type);
// Throws where it is called for an object while that is read.
void read_owned(const Item& from, const std::function<void()>& read);
[[noreturn]] void refuse_untyped(const Item& from, std::type_index type);
[[noreturn]] void refuse_part(const Item& from, const ObjectType& whole, std::type_index part);

template <class T>
concept WrittenByDescription = requires(const Item& to, const T& value) {
  { sheaf_write(to, value) } -> std::same_as<ByDescription>;
};
template <class T>
concept ReadByDescription = requires(const Item& from, T& value) {
  { sheaf_read(from, value) } -> std::same_as<ByDescription>;
};

template <class T>
void write_pointee(const Item& to, const void* object) {
  const T& value = *static_cast<const T*>(object);
  if constexpr (WrittenByDescription<T>) {
    sheaf_write(to, value);
  } else {
    to = value;
    if constexpr (Described<T>) mark_type(to, type_name<T>());
  }
}

template <class T>
void read_pointee(const Item& from, void* object) {
  T& value = *static_cast<T*>(object);
  if constexpr (ReadByDescription<T>) {
    sheaf_read(from, value);
  } else {
    value = from.as<T>();
  }
}

template <class Of, class Base>
void add_bases(ObjectType& type) {
  if constexpr (std::is_convertible_v<Of*, Base*>) {
    type.bases.push_back({typeid(Base), [](void* object) -> void* {
                            return static_cast<Base*>(static_cast<Of*>(object));
                          }});
  }
  if constexpr (boost::describe::has_describe_bases<Base>::value) {
    using Bases = boost::describe::describe_bases<Base, boost::describe::mod_public>;
    boost::mp11::mp_for_each<Bases>(
        [&](auto base) { add_bases<Of, typename decltype(base)::type>(type); });
  }
}

template <class T>
ObjectType make_object_type() {
  ObjectType type{{}, 1, typeid(T), WrittenByDescription<T> && ReadByDescription<T>};
  if constexpr (Described<T>) {
    type.name = type_name<T>().name;
    type.version = type_name<T>().version;
  }
  type.make_shared = [] { return std::shared_ptr<void>(std::make_shared<T>()); };
  type.make = []() -> void* { return std::make_unique<T>().release(); };
  type.write = &write_pointee<T>;
  type.read = &read_pointee<T>;
  add_bases<T, T>(type);
  return type;
}

template <class T>
const ObjectType& object_type() {
  static_assert(std::default_initializable<T>,
                "an object is made before it is read: give its type a constructor without "
                "arguments");
  static const ObjectType type = make_object_type<T>();
  return type;
}

// Of the whole object, of which `part` is a base or all.
template <class T>
const ObjectType& type_of(const Item& to, const T& part) {
  if constexpr (std::is_polymorphic_v<T>) {
    static_assert(Described<T>, "to be stored by a pointer to it, a base must be described, too");
    if (typeid(part) != typeid(T)) return known_type(to, typeid(part));
  }
  if constexpr (std::is_abstract_v<T>) {
    return known_type(to, typeid(part));
  } else {
    return object_type<T>();
  }
}

template <class T>
const void* whole_of(const T& part) {
  if constexpr (std::is_polymorphic_v<T>) {
    return dynamic_cast<const void*>(&part);
  } else {
    return &part;
  }
}

template <class T>
const ObjectType& type_to_read(const Item& from) {
  if constexpr (Described<T>) {
    const auto name = type_at(from);
    if (name && *name != type_name<T>().name) return known_type(from, *name, typeid(T));
  }
  if constexpr (std::is_abstract_v<T>) {
    refuse_untyped(from, typeid(T));
  } else {
    return object_type<T>();
  }
}

template <class T>
std::shared_ptr<T> read_shared_as(const Item& from) {
  using Plain = std::remove_const_t<T>;
  const ObjectType& type = type_to_read<Plain>(from);
  const std::shared_ptr<void> object = read_shared(from, type);
  return {object, static_cast<Plain*>(type.as(typeid(Plain), object.get()))};
}

}  // namespace detail

template <class T>
void sheaf_write(const Item& to, const std::shared_ptr<T>& pointer) {
  if (!pointer) return to.set(none);
  using Plain = std::remove_const_t<T>;
  const Plain& object = *pointer;
  detail::write_shared(to, pointer, detail::whole_of(object), detail::type_of<Plain>(to, object));
}

template <class T>
void sheaf_read(const Item& from, std::shared_ptr<T>& pointer) {
  pointer = detail::is_nothing(from) ? nullptr : detail::read_shared_as<T>(from);
}

template <class T>
void sheaf_write(const Item& to, const std::weak_ptr<T>& pointer) {
  sheaf_write(to, pointer.lock());
}

template <class T>
void sheaf_read(const Item& from, std::weak_ptr<T>& pointer) {
  std::shared_ptr<T> object;
  sheaf_read(from, object);
  pointer = object;
}

template <class T>
void sheaf_write(const Item& to, const std::unique_ptr<T>& pointer) {
  if (!pointer) return to.set(none);
  using Plain = std::remove_const_t<T>;
  const Plain& object = *pointer;
  detail::type_of<Plain>(to, object).write(to, detail::whole_of(object));
}

template <class T>
void sheaf_read(const Item& from, std::unique_ptr<T>& pointer) {
  using Plain = std::remove_const_t<T>;
  pointer = nullptr;
  if (detail::is_nothing(from)) return;
  const ObjectType& type = detail::type_to_read<Plain>(from);
  if constexpr (!std::has_virtual_destructor_v<Plain>) {
    if (type.type != typeid(Plain)) detail::refuse_part(from, type, typeid(Plain));
  }
  detail::read_owned(from, [&] {
    void* object = type.make();
    std::unique_ptr<T> whole(static_cast<Plain*>(type.as(typeid(Plain), object)));
    type.read(from, object);
    pointer = std::move(whole);
  });
}

template <class... T>
const File& File::know() const {
  static_assert((Described<T> && ...), "known types are described ones (described.hpp)");
  (detail::know((*this)["/"], detail::object_type<T>()), ...);
  return *this;
}

}  // namespace sheaf::objects
