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
// Model: a type's own pair, found by argument-dependent lookup, comes first; then its Form
// (form.hpp: one scalar); then its Storage, which the standard types below have, whatever the order
// in which headers are included; a struct described with Boost.Describe needs none (described.hpp).
// A type without any is an error of the compiler that says what to write. What sheaf_write() makes
// is one place in the file and all below it; the host replaces what was there, all or nothing,
// within one commit.
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
// Here are numbers, bool, complex, enums, text, vectors of these, bytes, none; the rest is in
// storing_standard.hpp.

#include <concepts>
#include <functional>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/objects/form.hpp"
#include "core/objects/item.hpp"

namespace sheaf::objects {

// For types that aren't one's own and need more than one place: specialise it with
//   static void write(const Item& to, const T& value)   at a place where nothing is yet
//   static T read(const Item& from)
// each constrained by what its parts need, and `using Parts = detail::Types<…>` for messages.
template <class T>
struct Storage;

namespace detail {

template <class... T>
struct Types {};

template <class T>
concept OwnWritable = requires(const Item& to, const T& value) {
  sheaf_write(to, value);
};
template <class T>
concept OwnReadable = std::default_initializable<T> && requires(const Item& from, T& value) {
  sheaf_read(from, value);
};

}  // namespace detail

template <class T>
concept Writable = detail::OwnWritable<T> || TreeWritable<T> ||
    requires(const Item& to, const T& value) {
  Storage<T>::write(to, value);
};
template <class T>
concept Readable = detail::OwnReadable<T> || TreeReadable<T> || requires(const Item& from) {
  { Storage<T>::read(from) } -> std::same_as<T>;
};

// What the compiler says about a type; specialised where there is more to say.
template <class T>
struct WhyNotWritable {
  static_assert(Writable<T>,
                "this type can't be stored: write `void sheaf_write(const objects::Item& to, "
                "const T& value)` in its own namespace (core/objects/storing.hpp); for standard "
                "types include core/objects/storing_standard.hpp");
};
template <class T>
struct WhyNotReadable {
  static_assert(Readable<T>,
                "this type can't be read: write `void sheaf_read(const objects::Item& from, "
                "T& value)` in its own namespace (core/objects/storing.hpp), for a T that can be "
                "made without arguments; for standard types include "
                "core/objects/storing_standard.hpp");
};
template <class T>
struct WhyNotWritable<T*> {
  static_assert(Writable<T*>, "a pointer can't be stored: store what it points to");
};
template <class T>
struct WhyNotReadable<T*> {
  static_assert(Readable<T*>, "a pointer can't be read: read what it is to point to");
};
template <class T>
requires std::same_as<T, std::string_view>
struct WhyNotReadable<T> {
  static_assert(Readable<T>, "a string_view owns nothing: read a std::string");
};

namespace detail {

// These blame the part of a type that can't be.
template <class T>
constexpr void require_writable();
template <class T>
constexpr void require_readable();

template <class... Part>
constexpr void require_writable(Types<Part...>) {
  (require_writable<Part>(), ...);
}
template <class... Part>
constexpr void require_readable(Types<Part...>) {
  (require_readable<Part>(), ...);
}
template <class... Part>
constexpr bool are_writable(Types<Part...>) {
  return (Writable<Part> && ...);
}
template <class... Part>
constexpr bool are_readable(Types<Part...>) {
  return (Readable<Part> && ...);
}

template <class T>
concept HasBadPartToWrite = !are_writable(typename Storage<T>::Parts{});
template <class T>
concept HasBadPartToRead = !are_readable(typename Storage<T>::Parts{});

template <class T>
constexpr void require_writable() {
  if constexpr (Writable<T>) {
    return;
  } else if constexpr (HasBadPartToWrite<T>) {
    require_writable(typename Storage<T>::Parts{});
  } else {
    (void)sizeof(WhyNotWritable<T>);
  }
}

template <class T>
constexpr void require_readable() {
  if constexpr (Readable<T>) {
    return;
  } else if constexpr (HasBadPartToRead<T>) {
    require_readable(typename Storage<T>::Parts{});
  } else {
    (void)sizeof(WhyNotReadable<T>);
  }
}

// Whether it is one Tree, which needs no place of its own while it is made.
template <class T>
concept IsOneTree = TreeWritable<T> && !OwnWritable<T>;
template <class T>
concept IsReadAsTree = TreeReadable<T> && !OwnReadable<T>;

template <class T>
void write(const Item& to, const T& value) {
  if constexpr (OwnWritable<T>) {
    sheaf_write(to, value);
  } else if constexpr (TreeWritable<T>) {
    to.set(tree_of(value));
  } else {
    Storage<T>::write(to, value);
  }
}

// All of an object, with what it leads to, while nothing changes (sharing.hpp).
void read_whole(const Item& from, const std::function<void()>& read);

template <class T>
T read(const Item& from) {
  if constexpr (OwnReadable<T>) {
    T value{};
    sheaf_read(from, value);
    return value;
  } else if constexpr (TreeReadable<T>) {
    return value_from<T>(from.tree(), from.describe());
  } else {
    return Storage<T>::read(from);
  }
}

}  // namespace detail

template <class T>
const Item& Item::operator=(const T& value) const {
  detail::require_writable<T>();
  if constexpr (detail::IsOneTree<T>) {
    set(tree_of(value));
  } else if constexpr (Writable<T>) {
    make([&](const Item& to) { detail::write(to, value); });
  }
  return *this;
}

template <class T>
T Item::as() const {
  detail::require_readable<T>();
  if constexpr (detail::IsReadAsTree<T>) {
    return detail::read<T>(*this);
  } else if constexpr (Readable<T>) {
    std::optional<T> value;
    detail::read_whole(*this, [&] { value.emplace(detail::read<T>(*this)); });
    return std::move(*value);
  }
}

template <class T>
T Item::get_or(T otherwise) const {
  return exists() ? as<T>() : std::move(otherwise);
}

}  // namespace sheaf::objects
