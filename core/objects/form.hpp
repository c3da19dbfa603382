// SPDX-License-Identifier: MIT
#pragma once
// Types that one scalar stands for: numbers and texts themselves, and types that specialise Form.
//
//   template <>
//   struct sheaf::objects::Form<lab::Serial> {
//     static Tree to_tree(const lab::Serial& serial) { return serial.text(); }
//     static lab::Serial from_tree(const Tree& tree, const std::string& object) { … }
//   };
//
// Model: such a type is stored as a Scalar where it is an entry, and as an attribute where it is a
// member of an object (described.hpp). A Tree of it is a scalar or none. `object` is for messages.
// Forms of standard types are in standard_forms.hpp. Failure: from_tree() throws Error (Invalid).

#include <concepts>
#include <string>
#include <type_traits>

#include "core/objects/convert.hpp"
#include "core/objects/tree.hpp"

namespace sheaf::objects {

template <class T>
struct Form;  // none, for most types

// Numbers, bool, complex, text, and enums by their number.
template <class T>
requires(std::is_enum_v<T> || detail::Element<T>::is_known) struct Form<T> {
  static Tree to_tree(const T& value) { return value; }
  static T from_tree(const Tree& tree, const std::string& object) {
    return objects::from_tree<T>(tree, object);
  }
};

template <class T>
concept HasForm = requires(const T& value, const Tree& tree, const std::string& object) {
  { Form<T>::to_tree(value) } -> std::same_as<Tree>;
  { Form<T>::from_tree(tree, object) } -> std::same_as<T>;
};

}  // namespace sheaf::objects
