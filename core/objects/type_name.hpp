// SPDX-License-Identifier: MIT
#pragma once
// What a described type is called in files.
//
//   constexpr objects::TypeName sheaf_type(const Person*) { return {"lab.person", 2}; }
//
// Model: that function, beside the type; without one the type's name in C++ ("lab::Person"),
// version 1. A name that compilers don't agree on is an error of the compiler. The functions of a
// base class don't count for those derived from it.

#include <concepts>
#include <string>
#include <string_view>
#include <typeindex>

#include "core/objects/object_group.hpp"

namespace sheaf::objects::detail {

// Converts to a pointer or reference to T, and to none to a base of it.
template <class T>
struct Exactly {
  T* object = nullptr;
  template <class Of>
  requires std::same_as<Of, T>
  constexpr operator const Of*() const { return object; }
  template <class Of>
  requires std::same_as<Of, T>
  constexpr operator Of&() const { return *object; }
};

template <class T>
constexpr std::string_view signature() {
  return __PRETTY_FUNCTION__;
}

// As this compiler writes it.
template <class T>
constexpr std::string_view name_in_cpp() {
  constexpr std::string_view probe = signature<double>();
  constexpr std::size_t before = probe.find("double");
  std::string_view name = signature<T>();
  name.remove_prefix(before);
  // "lab::Person]", or "lab::Person; std::string_view = …]"
  return name.substr(0, name.find_first_of(";]"));
}

constexpr bool is_stable(std::string_view name) {
  return name.find_first_of("<({[ '\"`$,*&@#") == std::string_view::npos;
}

template <class T>
concept HasTypeName = requires {
  sheaf_type(Exactly<T>{});
};

// The name by which linkers know it, which compilers agree on. Throws Error (Invalid) where it
// isn't stable.
[[nodiscard]] std::string name_for_files(std::type_index type);

template <class T>
TypeName type_name() {
  if constexpr (HasTypeName<T>) {
    return sheaf_type(Exactly<T>{});
  } else {
    static_assert(is_stable(name_in_cpp<T>()),
                  "templates and types within functions or unnamed namespaces have no name that "
                  "lasts: write `constexpr objects::TypeName sheaf_type(const T*) { return "
                  "{\"lab.person\", 1}; }` beside the type (core/objects/type_name.hpp)");
    static const std::string name = name_for_files(typeid(T));
    return {name};
  }
}

}  // namespace sheaf::objects::detail
