// SPDX-License-Identifier: MIT
#pragma once
// Standard containers of anything that can be stored, in any nesting.
//
//   std::map<std::string, std::vector<std::optional<lab::Scan>>> runs;
//   file["runs"] = runs;
//   file["runs"].as<decltype(runs)>() == runs
//
// Model: sequences of what is always one dtype are Arrays (sequences.hpp), others are Lists.
//   std::map, std::unordered_map  by text, integers and enums: Dict, entries named by the key
//                                 by anything else: Dict {keys, values}, two sequences
//   std::optional                 what it holds, or none
//   std::variant                  Dict {index, value}
//   std::pair, std::tuple         List
// What is read has the sizes and types that were asked for: a pickle, a std::array of another size,
// an index past the alternatives or a set with an element twice is an Error (Invalid) that names
// the object. A part that can't be stored is an error of the compiler that names the part.

#include <array>
#include <concepts>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "core/objects/array.hpp"
#include "core/objects/dict.hpp"
#include "core/objects/list.hpp"
#include "core/objects/sequences.hpp"
#include "core/objects/standard_forms.hpp"
#include "core/objects/storing.hpp"

namespace sheaf::objects {
namespace detail {

// What is there, or an Error that says what is there instead.
[[nodiscard]] List list_at(const Item& from);
[[nodiscard]] Dict dict_at(const Item& from);
[[nodiscard]] bool holds_none(const Item& from);
// An entry of any name that HDF5 can store; an Error that names the key otherwise.
[[nodiscard]] Item entry_of(const Dict& dict, const std::string& key);
void parse_key(const std::string& key, std::int64_t& number, const Item& from);
void parse_key(const std::string& key, std::uint64_t& number, const Item& from);
[[noreturn]] void refuse_key(const std::string& key, const Item& from);
[[noreturn]] void refuse_alternative(std::int64_t index, std::size_t count, const Item& from);
void check_count(const Item& from, std::size_t count, std::size_t wanted);

template <class E, class Range>
void write_elements(const Item& to, const Range& range) {
  if constexpr (IsBox<E>) {
    to.set(array_tree<E>(range));
  } else {
    const List list = to.require_list();
    for (const E& element : range) list.append(element);
  }
}

template <class T>
T read_elements(const Item& from) {
  if constexpr (IsNested<T>) {
    if (from.kind() == Kind::Array) return nested_from<T>(from.tree(), from.describe());
  }
  const List list = list_at(from);
  std::vector<typename Sequence<T>::Element> items;
  items.reserve(list.size());
  list.for_each([&](const Item& item) {
    items.push_back(item.as<typename Sequence<T>::Element>());
    return true;
  });
  return Sequence<T>::from(std::move(items), from.describe());
}

// Keys that name entries.
template <class K>
concept IsName = std::same_as<K, std::string> || std::same_as<K, std::string_view> ||
    std::integral<K> || std::is_enum_v<K>;

template <IsName K>
std::string name_of_key(const K& key) {
  if constexpr (std::convertible_to<K, std::string_view>) {
    return std::string(key);
  } else {
    return std::to_string(static_cast<typename Number<K>::Type>(key));
  }
}

template <class T>
inline constexpr bool is_map = false;
template <class K, class V, class C, class A>
inline constexpr bool is_map<std::map<K, V, C, A>> = true;
template <class K, class V, class H, class P, class A>
inline constexpr bool is_map<std::unordered_map<K, V, H, P, A>> = true;

template <class T, class... Part>
struct TupleStorage {
  using Parts = Types<Part...>;

  static void write(const Item& to, const T& value) requires(Writable<Part>&&...) {
    const List list = to.require_list();
    std::apply([&](const Part&... part) { (list.append(part), ...); }, value);
  }
  static T read(const Item& from) requires(Readable<Part>&&...) {
    if constexpr ((IsReadAsTree<Part> && ...)) {
      if (from.kind() == Kind::Array) return from_array(from);
    }
    const List list = list_at(from);
    check_count(from, list.size(), sizeof...(Part));
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return T{list[I].template as<Part>()...};
    }
    (std::index_sequence_for<Part...>());
  }

 private:
  static T from_array(const Item& from) {
    const auto array = from.as<Value>();
    const std::string object = from.describe();
    check_count(from, static_cast<std::size_t>(array.shape[0]), sizeof...(Part));
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return T{value_from<Part>(element_of(array, I), object)...};
    }
    (std::index_sequence_for<Part...>());
  }
};

}  // namespace detail

template <detail::IsSequence T>
struct Storage<T> {
  using Element = typename detail::Sequence<T>::Element;
  using Parts = detail::Types<Element>;

  static void write(const Item& to, const T& value) requires Writable<Element> {
    detail::write_elements<Element>(to, value);
  }
  static T read(const Item& from) requires(Readable<Element>&& detail::IsFilled<T>) {
    return detail::read_elements<T>(from);
  }
};

template <class T>
requires detail::is_map<T>
struct Storage<T> {
  using Key = typename T::key_type;
  using Mapped = typename T::mapped_type;
  using Parts = detail::Types<Key, Mapped>;

  static void write(const Item& to, const T& map) requires(Writable<Key>&& Writable<Mapped>) {
    const Dict dict = to.require_dict();
    if constexpr (detail::IsName<Key>) {
      for (const auto& [key, value] : map) {
        detail::entry_of(dict, detail::name_of_key(key)) = value;
      }
    } else {
      std::vector<std::reference_wrapper<const Key>> keys;
      std::vector<std::reference_wrapper<const Mapped>> values;
      for (const auto& [key, value] : map) {
        keys.emplace_back(key);
        values.emplace_back(value);
      }
      detail::write_elements<Key>(dict["keys"], keys);
      detail::write_elements<Mapped>(dict["values"], values);
    }
  }

  static T read(const Item& from) requires(Readable<Key>&& Readable<Mapped>) {
    const Dict dict = detail::dict_at(from);
    T map;
    if constexpr (detail::IsName<Key>) {
      dict.for_each([&](const std::string& name, const Item& item) {
        if (!map.emplace(key_in(name, from), item.as<Mapped>()).second) {
          detail::refuse_key(name, from);
        }
        return true;
      });
    } else {
      auto keys = from["keys"].as<std::vector<Key>>();
      auto values = from["values"].as<std::vector<Mapped>>();
      detail::check_count(from["values"], values.size(), keys.size());
      for (std::size_t at = 0; at < keys.size(); ++at) {
        map.emplace(std::move(keys[at]), std::move(values[at]));
      }
      if (map.size() != keys.size()) detail::refuse_repeated(from["keys"].describe());
    }
    return map;
  }

 private:
  static Key key_in(const std::string& name, const Item& from) requires detail::IsName<Key> {
    if constexpr (std::same_as<Key, std::string>) {
      return name;
    } else {
      using Number = typename detail::Number<Key>::Type;
      std::conditional_t<std::is_signed_v<Number>, std::int64_t, std::uint64_t> number = 0;
      detail::parse_key(name, number, from);
      if (!std::in_range<Number>(number)) detail::refuse_key(name, from);
      return static_cast<Key>(static_cast<Number>(number));
    }
  }
};

template <class T>
requires(!detail::may_be_none<T>) struct Storage<std::optional<T>> {
  using Parts = detail::Types<T>;

  static void write(const Item& to, const std::optional<T>& value) requires Writable<T> {
    if (value) {
      detail::write(to, *value);
    } else {
      to.set(none);
    }
  }
  static std::optional<T> read(const Item& from) requires Readable<T> {
    if (detail::holds_none(from)) return std::nullopt;
    return from.as<T>();
  }
};

template <class... T>
struct Storage<std::variant<T...>> {
  using Parts = detail::Types<T...>;
  using Variant = std::variant<T...>;

  static void write(const Item& to, const Variant& value) requires(Writable<T>&&...) {
    to["index"] = static_cast<std::int64_t>(value.index());
    std::visit([&](const auto& held) { to["value"] = held; }, value);
  }
  static Variant read(const Item& from) requires(Readable<T>&&...) {
    using Read = Variant (*)(const Item&);
    static constexpr auto all = []<std::size_t... I>(std::index_sequence<I...>) {
      return std::array<Read, sizeof...(T)>{[](const Item& item) {
        return Variant(std::in_place_index<I>, item.as<std::variant_alternative_t<I, Variant>>());
      }...};
    }
    (std::index_sequence_for<T...>());
    (void)detail::dict_at(from);
    const auto index = from["index"].as<std::int64_t>();
    if (!std::in_range<std::size_t>(index) || static_cast<std::size_t>(index) >= all.size()) {
      detail::refuse_alternative(index, all.size(), from);
    }
    return all[static_cast<std::size_t>(index)](from["value"]);
  }
};

template <class A, class B>
struct Storage<std::pair<A, B>> : detail::TupleStorage<std::pair<A, B>, A, B> {};
template <class... T>
struct Storage<std::tuple<T...>> : detail::TupleStorage<std::tuple<T...>, T...> {};

template <class T>
requires detail::may_be_none<T>
struct WhyNotWritable<std::optional<T>> {
  static_assert(Writable<std::optional<T>>,
                "an optional of what may be none itself can't be stored: none would mean both");
};
template <class T>
requires detail::may_be_none<T>
struct WhyNotReadable<std::optional<T>> {
  static_assert(Readable<std::optional<T>>,
                "an optional of what may be none itself can't be read: none would mean both");
};
template <class T, std::size_t N>
struct WhyNotReadable<std::span<T, N>> {
  static_assert(Readable<std::span<T, N>>, "a span owns nothing: read a std::vector");
};

}  // namespace sheaf::objects
