// SPDX-License-Identifier: MIT
#pragma once
// Types that one scalar or one array stands for: numbers and texts themselves, and types that
// specialise Form.
//
//   template <>
//   struct sheaf::objects::Form<lab::Serial> {
//     using Stored = std::string;  // always text: vectors of it are arrays of text
//     static Tree to_tree(const lab::Serial& serial) { return serial.text(); }
//     static lab::Serial from_tree(const Tree& tree, const std::string& object) { … }
//   };
//
// Model: such a type is stored as a Scalar where it is an entry, and as an attribute where it is a
// member of an object (described.hpp). A Tree of it is a scalar, bytes or none. `object` is for
// messages. Without `Stored` vectors of it are lists. Forms of standard types are in
// standard_forms.hpp. Failure: from_tree() throws Error (Invalid).

#include <concepts>
#include <string>
#include <type_traits>
#include <vector>

#include "core/objects/convert.hpp"
#include "core/objects/tree.hpp"

namespace sheaf::objects {

template <class T>
struct Form;  // none, for most types

namespace detail {

template <class T>
struct Number {
  using Type = T;
};
template <class T>
requires std::is_enum_v<T>
struct Number<T> {
  using Type = std::underlying_type_t<T>;
};

}  // namespace detail

// Numbers, bool, complex, text, and enums by their number.
template <class T>
requires(std::is_enum_v<T> || detail::Element<T>::is_known) struct Form<T> {
  using Stored = typename detail::Number<T>::Type;
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

// The same for types that an array stands for, with the same two functions; the second is missing
// where there is nothing to read into, as for std::span.
template <class T>
struct ArrayForm;

namespace detail {

template <class T>
inline constexpr bool is_too_long = std::same_as<T, long double>;
template <class T>
inline constexpr bool is_too_long<std::vector<T>> = is_too_long<T>;

}  // namespace detail

// What one Tree stands for: what is set in one step, and what an attribute can be.
template <class T>
concept TreeWritable =
    !std::is_null_pointer_v<T> && !detail::is_too_long<T> &&
    (HasForm<T> || std::convertible_to<const T&, Tree> || requires(const T& value) {
      { ArrayForm<T>::to_tree(value) } -> std::same_as<Tree>;
    });
template <class T>
concept TreeReadable = HasForm<T> || FromTree<T> ||
    requires(const Tree& tree, const std::string& object) {
  { ArrayForm<T>::from_tree(tree, object) } -> std::same_as<T>;
};

template <TreeWritable T>
[[nodiscard]] Tree tree_of(const T& value) {
  if constexpr (HasForm<T>) {
    return Form<T>::to_tree(value);
  } else if constexpr (std::convertible_to<const T&, Tree>) {
    return value;
  } else {
    return ArrayForm<T>::to_tree(value);
  }
}

template <TreeReadable T>
[[nodiscard]] T value_from(const Tree& tree, const std::string& object) {
  if constexpr (HasForm<T>) {
    return Form<T>::from_tree(tree, object);
  } else if constexpr (FromTree<T>) {
    return from_tree<T>(tree, object);
  } else {
    return ArrayForm<T>::from_tree(tree, object);
  }
}

}  // namespace sheaf::objects
