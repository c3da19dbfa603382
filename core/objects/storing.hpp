// SPDX-License-Identifier: MIT
#pragma once
// Which C++ types can be stored, and how types of your own are: the counterpart of ch5mpy's
// __h5_write__ and __h5_read__.
//
//   struct Scan { double gain; std::vector<float> samples; };
//   void sheaf_write(const objects::Item& to, const Scan& scan) {
//     to["gain"] = scan.gain;
//     to["samples"] = scan.samples;
//   }
//   void sheaf_read(const objects::Item& from, Scan& scan) {
//     scan.gain = from["gain"].as<double>();
//     scan.samples = from["samples"].as<std::vector<float>>();
//   }
//
// Model: found by argument-dependent lookup, first a type's own pair, then those for the standard
// types below; a struct described with Boost.Describe needs neither (described.hpp). A type without
// one is an error of the compiler that says what to write. What sheaf_write() makes is one place in
// the file and all below it; the host replaces what was there, all or nothing, within one commit.
//
//   numbers, bool, std::string, complex, enums     Scalar (an enum by its number)
//   std::vector, std::array, std::span of numbers  Array;  of others  List
//   xtensor arrays                                 Array  (storing_xtensor.hpp)
//   std::map, std::unordered_map, by std::string   Dict
//   std::optional                                  what it holds, or none
//   std::variant                                   Dict {index, value}
//   std::pair, std::tuple                          List
//   std::chrono::duration, time_point              Scalar: ISO 8601 for system_clock, else seconds
//   std::filesystem::path                          Scalar text
//
// Here are those of Trees: numbers, bool, complex, enums, text, vectors of these, bytes, none.

#include <concepts>
#include <string_view>
#include <utility>

#include "core/objects/convert.hpp"
#include "core/objects/item.hpp"

namespace sheaf::objects {

inline void sheaf_write(const Item& to, const Tree& value) { to.set(value); }

template <FromTree T>
void sheaf_read(const Item& from, T& value) {
  value = from_tree<T>(from.tree(), from.describe());
}

template <class T>
concept Writable = requires(const Item& to, const T& value) {
  sheaf_write(to, value);
};
template <class T>
concept Readable = requires(const Item& from, T& value) {
  sheaf_read(from, value);
};

template <class T>
const Item& Item::operator=(const T& value) const {
  static_assert(Writable<T>,
                "this type can't be stored: write `void sheaf_write(const objects::Item& to, "
                "const T& value)` in its own namespace (core/objects/storing.hpp)");
  if constexpr (std::convertible_to<const T&, Tree>) {
    set(Tree(value));
  } else {
    make([&](const Item& to) { sheaf_write(to, value); });
  }
  return *this;
}

template <class T>
T Item::as() const {
  static_assert(Readable<T>,
                "this type can't be read: write `void sheaf_read(const objects::Item& from, "
                "T& value)` in its own namespace (core/objects/storing.hpp)");
  T value{};
  sheaf_read(*this, value);
  return value;
}

template <class T>
T Item::get_or(T otherwise) const {
  return exists() ? as<T>() : std::move(otherwise);
}

}  // namespace sheaf::objects
