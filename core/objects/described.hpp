// SPDX-License-Identifier: MIT
#pragma once
// Structs described with Boost.Describe are stored and read as they are.
//
//   struct Person { std::string name; int age = 0; std::vector<double> samples; };
//   BOOST_DESCRIBE_STRUCT(Person, (), (name, age, samples))      // or SHEAF_DESCRIBE (live.hpp)
//   file["joe"] = Person{"Joe", 25, {}};
//   Person joe = file["joe"].as<Person>();
//
// Model: one group an object (object_group.hpp), with the members of all described bases in it. The
// name and version of a type: type_name.hpp. Where an older version is stored, the members that are
// there are read, and then
//   void sheaf_upgrade(const objects::Item& from, int version, Person& person)
// beside the type does the rest. What is stored is the object's whole type: a Circle stays one
// where it is given as a Shape& (known_types.hpp). Pointers: sharing.hpp; references:
// reference.hpp. Failure: Error that names object, member and remedy; storing changes nothing then.

#include <array>
#include <optional>
#include <typeinfo>

#include <boost/describe/bases.hpp>
#include <boost/describe/class.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

#include "core/error.hpp"
#include "core/objects/form.hpp"
#include "core/objects/known_types.hpp"
#include "core/objects/object_group.hpp"
#include "core/objects/storing_standard.hpp"
#include "core/objects/type_name.hpp"

namespace sheaf::objects {

template <class T>
concept Described =
    std::is_class_v<T> && !HasForm<T> && boost::describe::has_describe_members<T>::value &&
    boost::describe::has_describe_bases<T>::value;

// Members of that type may be missing in the file, and are empty then.
template <class T>
inline constexpr bool may_be_missing = false;
template <class T>
inline constexpr bool may_be_missing<std::optional<T>> = true;

namespace detail {

// What the functions for described types return, so that others can be told from them.
struct ByDescription {};

template <class T>
using DescribedMembers = boost::describe::describe_members<T, boost::describe::mod_any_access |
                                                                  boost::describe::mod_inherited |
                                                                  boost::describe::mod_hidden>;

template <class T, class Each>
constexpr void for_each_member(Each each) {
  boost::mp11::mp_for_each<DescribedMembers<T>>(each);
}

template <class T, class Member>
using MemberType = std::remove_cvref_t<decltype(std::declval<T&>().*Member::pointer)>;

template <class T>
constexpr bool has_clear_names() {
  constexpr std::size_t count = boost::mp11::mp_size<DescribedMembers<T>>::value;
  std::array<std::string_view, count + 2> names{"sheaf_type", "sheaf_type_version"};
  std::size_t at = 2;
  for_each_member<T>([&](auto member) { names[at++] = member.name; });
  for (std::size_t one = 0; one < names.size(); ++one) {
    for (std::size_t other = one + 1; other < names.size(); ++other) {
      if (names[one] == names[other]) return false;
    }
  }
  return true;
}

template <class T>
constexpr void check_names() {
  static_assert(has_clear_names<T>(),
                "two members have one name, perhaps one of them in a base; or one is called "
                "sheaf_type: all are stored in one group, so give them names of their own");
}

// Those that are attributes.
template <class T>
const std::vector<const char*>& scalar_members() {
  static const std::vector<const char*> names = [] {
    std::vector<const char*> all;
    for_each_member<T>([&](auto member) {
      if constexpr (HasForm<MemberType<T, decltype(member)>>) all.push_back(member.name);
    });
    return all;
  }();
  return names;
}

template <class T>
concept HasUpgrade = requires(const Item& from, Exactly<T> object) {
  sheaf_upgrade(from, 1, object);
};

template <class M>
M scalar_from(const Item& from, const StoredObject& stored, std::size_t at, const char* name) {
  const std::optional<Tree>& value = stored.members[at];
  if (value) {
    return Form<M>::from_tree(*value, "member '" + std::string(name) + "' of " + stored.object);
  }
  if constexpr (!may_be_missing<M>) refuse_missing(from, name);
  return M{};
}

template <class M>
M entry_from(const Item& from, const char* name) {
  if (has_entry(from, name)) return from[name].as<M>();
  if constexpr (!may_be_missing<M>) refuse_missing(from, name);
  return M{};
}

// Of an older version: what isn't there, or isn't what it is now, is left to sheaf_upgrade().
template <class Read>
void read_if_readable(Read read) {
  try {
    read();
  } catch (const Error& error) {
    const ErrorCode code = error.code();
    if (code != ErrorCode::NotFound && code != ErrorCode::Invalid &&
        code != ErrorCode::Unsupported) {
      throw;
    }
  }
}

template <class T>
void read_members(const Item& from, const StoredObject& stored, bool is_older, T& value) {
  std::size_t scalars = 0;
  for_each_member<T>([&](auto member) {
    using M = MemberType<T, decltype(member)>;
    constexpr bool is_scalar = HasForm<M>;
    [[maybe_unused]] const std::size_t at = is_scalar ? scalars++ : 0;
    const auto read = [&] {
      if constexpr (is_scalar) {
        value.*member.pointer = scalar_from<M>(from, stored, at, member.name);
      } else {
        value.*member.pointer = entry_from<M>(from, member.name);
      }
    };
    if (is_older) {
      read_if_readable(read);
    } else {
      read();
    }
  });
}

template <class T>
void write_described(const Item& to, const T& value) {
  std::vector<std::pair<std::string, Tree>> scalars;
  for_each_member<T>([&](auto member) {
    using M = MemberType<T, decltype(member)>;
    if constexpr (HasForm<M>) {
      scalars.emplace_back(member.name, Form<M>::to_tree(value.*member.pointer));
    }
  });
  write_object(to, type_name<T>(), scalars);
  for_each_member<T>([&](auto member) {
    using M = MemberType<T, decltype(member)>;
    if constexpr (!HasForm<M>) to[member.name] = value.*member.pointer;
  });
}

}  // namespace detail

// Found by argument-dependent lookup through Item; a type's own pair comes first.
template <Described T>
detail::ByDescription sheaf_write(const Item& to, const T& value) {
  detail::check_names<T>();
  if constexpr (std::is_polymorphic_v<T>) {
    if (typeid(value) != typeid(T)) {
      const ObjectType& type = detail::known_type(to, typeid(value));
      type.write(to, dynamic_cast<const void*>(&value));
      return {};
    }
  }
  detail::write_described(to, value);
  return {};
}

template <Described T>
detail::ByDescription sheaf_read(const Item& from, T& value) {
  detail::check_names<T>();
  const detail::StoredObject stored = detail::read_object(from, detail::scalar_members<T>());
  const bool is_older = detail::is_older(stored, detail::type_name<T>(), detail::HasUpgrade<T>);
  detail::read_members(from, stored, is_older, value);
  if constexpr (detail::HasUpgrade<T>) {
    if (is_older) sheaf_upgrade(from, stored.version, detail::Exactly<T>{&value});
  }
  return {};
}

}  // namespace sheaf::objects
