// SPDX-License-Identifier: MIT
#pragma once
// Trees as C++ values, and arrays of one dtype as another: nothing is lost silently.
//
// Model: an integer becomes another, or a float, where that holds the same number; a float becomes
// an integer where it is whole, and may be rounded to a shorter float; bool counts as 0 and 1;
// numbers become complex. Text stays text. Failure: Error (Invalid) that names `object`.

#include <array>
#include <complex>
#include <concepts>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "core/objects/tree.hpp"

namespace sheaf::objects {

[[nodiscard]] Value converted(const Value& value, Dtype dtype, const std::string& object);

namespace detail {

// The number or text, or the array with one axis, that it holds; a list of scalars counts as such.
[[nodiscard]] const Value& scalar_in(const Tree& tree, const std::string& object);
[[nodiscard]] Value array_in(const Tree& tree, Dtype dtype, const std::string& object);
[[noreturn]] void refuse(const Tree& tree, const char* wanted, const std::string& object);

template <class T>
struct Element {
  static constexpr bool is_known = std::is_arithmetic_v<T> && sizeof(T) <= 8;  // no long double
  static constexpr Dtype dtype() { return dtype_of<T>(); }
};
template <>
struct Element<std::string> {
  static constexpr bool is_known = true;
  static constexpr Dtype dtype() { return utf8; }
};
template <class T>
struct Element<std::complex<T>> {
  static constexpr bool is_known = std::same_as<T, float> || std::same_as<T, double>;
  static constexpr Dtype dtype() { return {DtypeKind::Complex, sizeof(T) * 16}; }
};

template <class T>
struct VectorOf {
  static constexpr bool is_known = false;
};
template <class T>
struct VectorOf<std::vector<T>> {
  static constexpr bool is_known = Element<T>::is_known;
  using Item = T;
};

template <class T>
T scalar_from(const Tree& tree, const std::string& object) {
  Value value = converted(scalar_in(tree, object), Element<T>::dtype(), object);
  if constexpr (std::same_as<T, std::string>) {
    return std::move(value.strings[0]);
  } else {
    T number{};
    std::memcpy(&number, value.bytes.data(), sizeof(T));
    return number;
  }
}

template <class T>
std::vector<T> vector_from(const Tree& tree, const std::string& object) {
  Value value = array_in(tree, Element<T>::dtype(), object);
  if constexpr (std::same_as<T, std::string>) {
    return std::move(value.strings);
  } else if constexpr (std::same_as<T, bool>) {
    std::vector<bool> flags;
    for (const std::byte flag : value.bytes) flags.push_back(flag != std::byte{0});
    return flags;
  } else {
    std::vector<T> items(value.bytes.size() / sizeof(T));
    if (!items.empty()) std::memcpy(items.data(), value.bytes.data(), value.bytes.size());
    return items;
  }
}

}  // namespace detail

// What a Tree can be taken as.
template <class T>
concept FromTree = std::same_as<T, Tree> || std::same_as<T, None> || std::same_as<T, Bytes> ||
    std::same_as<T, Value> || std::is_enum_v<T> || detail::Element<T>::is_known ||
    detail::VectorOf<T>::is_known;

// `object` is for messages.
template <FromTree T>
[[nodiscard]] T from_tree(const Tree& tree, const std::string& object) {
  if constexpr (std::same_as<T, Tree>) {
    return tree;
  } else if constexpr (std::same_as<T, None>) {
    if (!tree.is_none()) detail::refuse(tree, "none", object);
    return none;
  } else if constexpr (std::same_as<T, Bytes>) {
    if (tree.bytes() == nullptr) detail::refuse(tree, "bytes", object);
    return *tree.bytes();
  } else if constexpr (std::same_as<T, Value>) {
    if (tree.value() == nullptr) detail::refuse(tree, "a scalar or an array", object);
    return *tree.value();
  } else if constexpr (std::is_enum_v<T>) {
    return static_cast<T>(detail::scalar_from<std::underlying_type_t<T>>(tree, object));
  } else if constexpr (detail::VectorOf<T>::is_known) {
    return detail::vector_from<typename detail::VectorOf<T>::Item>(tree, object);
  } else {
    return detail::scalar_from<T>(tree, object);
  }
}

template <class T>
T Tree::as() const {
  return from_tree<T>(*this, "value");
}

}  // namespace sheaf::objects
