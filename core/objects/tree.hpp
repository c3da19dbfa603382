// SPDX-License-Identifier: MIT
#pragma once
// A value of any shape in memory: nothing, an array or scalar, bytes, a list or a dictionary of
// such.
//
//   Tree tree = {{"a", 1}, {"b", Tree::list({1, "two", none})}, {"c", Tree::dict()}};
//
// Model: what a Dict, List or Item is when it is copied out of a file, and what any of them is
// assigned from in one go. A dictionary keeps the order in which its entries came.
// Threads: as any value. Failure: as<T>() throws Error (Invalid) that names what it holds.

#include <complex>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "core/value.hpp"

namespace sheaf::objects {

// Python's None.
struct None {
  bool operator==(const None&) const = default;
};
inline constexpr None none{};

// Bytes that mean nothing to Sheaf: Python's bytes, and pickles, which are never executed.
struct Bytes {
  std::vector<std::byte> data;
  bool is_pickle = false;
  bool operator==(const Bytes&) const = default;
};

// Stands in a copy for an entry that couldn't be read; can't be stored.
struct Unreadable {
  std::string reason;
  bool operator==(const Unreadable&) const = default;
};

class Tree {
 public:
  using List = std::vector<Tree>;
  using Entry = std::pair<std::string, Tree>;
  using Dict = std::vector<Entry>;

  Tree() = default;  // none
  Tree(None) {}
  Tree(Value value) : held_(std::move(value)) {}
  Tree(Bytes bytes) : held_(std::move(bytes)) {}
  Tree(Unreadable unreadable) : held_(std::move(unreadable)) {}
  Tree(List list) : held_(std::move(list)) {}
  // The last of several entries with one name counts.
  Tree(Dict entries);
  // Numbers, bool, text, and vectors of numbers or texts.
  template <class T>
  requires requires(const T& plain) { Value::of(plain); }
  Tree(const T& plain) : held_(Value::of(plain)) {}
  Tree(std::complex<float> number);
  Tree(std::complex<double> number);
  Tree(const std::vector<std::complex<float>>& numbers);
  Tree(const std::vector<std::complex<double>>& numbers);
  Tree(const std::vector<bool>& flags);
  // By its number.
  template <class T>
  requires std::is_enum_v<T> Tree(T enumerator)
      : Tree(static_cast<std::underlying_type_t<T>>(enumerator)) {}
  // {{"a", 1}, {"b", 2}} is a dictionary.
  Tree(std::initializer_list<Entry> entries) : Tree(Dict(entries)) {}
  [[nodiscard]] static Tree list(std::initializer_list<Tree> items = {}) {
    return Tree(List(items));
  }
  [[nodiscard]] static Tree dict() { return Tree(Dict()); }

  [[nodiscard]] bool is_none() const noexcept { return std::holds_alternative<None>(held_); }
  [[nodiscard]] const Value* value() const noexcept { return std::get_if<Value>(&held_); }
  [[nodiscard]] const Bytes* bytes() const noexcept { return std::get_if<Bytes>(&held_); }
  [[nodiscard]] const Unreadable* unreadable() const noexcept {
    return std::get_if<Unreadable>(&held_);
  }
  [[nodiscard]] const List* list_items() const noexcept { return std::get_if<List>(&held_); }
  [[nodiscard]] const Dict* entries() const noexcept { return std::get_if<Dict>(&held_); }
  // Of a dictionary, by name or by path ("a/b"); null where there is none.
  [[nodiscard]] const Tree* find(std::string_view path) const noexcept;
  // As a type that a Tree can be made of (convert.hpp); numbers become others unless they change.
  template <class T>
  [[nodiscard]] T as() const;

  // Arrays by dtype, shape and bytes; dictionaries whatever the order of their entries.
  bool operator==(const Tree& other) const;

 private:
  friend void merge(Tree& to, const Tree& from);
  std::variant<None, Value, Bytes, Unreadable, List, Dict> held_;
};

// Entries of `from` into `to`, dictionaries within dictionaries; the rest is replaced.
void merge(Tree& to, const Tree& from);

}  // namespace sheaf::objects

#include "core/objects/convert.hpp"  // as<T>()
