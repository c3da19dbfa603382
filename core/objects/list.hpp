// SPDX-License-Identifier: MIT
#pragma once
// A list of anything, in a file.
//
//   List list = file["log"].require_list();
//   list.append(1.0);  list.append("two");  list.insert(1, none);  list.erase(-1);
//
// Model: a group with __h5_type__ = "list" whose entries are named "0", "1", … as ch5mpy has them.
// Between commits entries keep the names they got, and their order is held in memory: insert and
// erase move nothing in the file. A commit (and a handle's close) gives every entry its number in
// one pass, so that whoever opens the file finds 0 … n-1. All handles of one list share that order.
// Threads, failure: as File; an index out of range throws Error (Invalid) with the size.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "core/objects/item.hpp"

namespace sheaf::objects {

class List {
 public:
  List(std::shared_ptr<Store> store, std::string path);

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool empty() const { return size() == 0; }
  // Negative ones count from the end.
  [[nodiscard]] Item operator[](std::int64_t index) const;
  void for_each(const std::function<bool(const Item& item)>& each) const;

  void append(const Tree& value) const;
  template <class T>
  void append(const T& value) const;
  void extend(const std::vector<Tree>& values) const;
  // What `write` makes; when it throws, nothing is changed.
  void append_made(const std::function<void(const Item& to)>& write) const;
  // Before `index`; at the end where that is size().
  void insert(std::int64_t index, const Tree& value) const;
  void set(std::int64_t index, const Tree& value) const;
  void erase(std::int64_t index) const;
  void clear() const;

  [[nodiscard]] Tree copy() const;
  // Entry by entry, up to the first that differs.
  [[nodiscard]] bool operator==(const List& other) const;
  [[nodiscard]] bool operator==(const Tree& other) const;
  [[nodiscard]] Attributes attrs() const;
  [[nodiscard]] Item item() const { return {store_, path_}; }

 private:
  std::shared_ptr<Store> store_;
  std::string path_;
};

template <class T>
void List::append(const T& value) const {
  detail::require_writable<T>();
  if constexpr (detail::IsOneTree<T>) {
    append(tree_of(value));
  } else if constexpr (Writable<T>) {
    append_made([&](const Item& to) { detail::write(to, value); });
  }
}

std::ostream& operator<<(std::ostream& out, const List& list);

}  // namespace sheaf::objects
