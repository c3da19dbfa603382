// SPDX-License-Identifier: MIT
#pragma once
// A place in a file, whether something is there or not: what dict["a/b"] gives.
//
// Model: a path and the file; asking looks, assigning writes. What it holds is one Kind:
//
//   dataset, no axes ──► Scalar (a number, text, none)      group ──► Dict
//   dataset, axes ─────► Array                              group, __h5_type__ = "list" ──► List
//   opaque dataset ────► Bytes (a pickle stays bytes)       group, "object" ──► Object
//   anything else ─────► Unreadable, with the reason
//
// `item = other_item` writes a copy of what is there, with its attributes, where `item` comes right
// from a [] or a call; a variable is set to the other place instead, as variables are.
// Threads, failure: as File. To store types of your own see storing.hpp.

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

#include "core/objects/attributes.hpp"
#include "core/objects/tree.hpp"

namespace sheaf::objects {

class Dict;
class List;
class Array;
template <class T>
class Live;
template <class T>
class Ref;

enum class Kind : std::uint8_t { Absent, Scalar, Array, Bytes, Dict, List, Object, Unreadable };

class Item {
 public:
  Item(std::shared_ptr<Store> store, std::string path);
  Item(const Item&) = default;
  Item(Item&&) = default;
  Item& operator=(const Item&) & = default;
  Item& operator=(Item&&) & = default;
  const Item& operator=(const Item& other) const&&;
  ~Item() = default;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }  // "/run/7"
  [[nodiscard]] std::string name() const;                                   // "7"
  [[nodiscard]] Kind kind() const;
  [[nodiscard]] bool exists() const { return kind() != Kind::Absent; }
  // Why it is Unreadable: "compound", "a soft link to …".
  [[nodiscard]] std::string unreadable_because() const;
  [[nodiscard]] Item operator[](std::string_view path) const;
  [[nodiscard]] Attributes attrs() const;

  // All of it in memory. Throws Error (NotFound) that names what is there instead.
  [[nodiscard]] Tree tree() const;
  [[nodiscard]] Dict dict() const;    // throws unless Dict or Object
  [[nodiscard]] List list() const;    // throws unless List
  [[nodiscard]] Array array() const;  // throws unless Array or Scalar
  // As a C++ type that can be stored (storing.hpp).
  template <class T>
  [[nodiscard]] T as() const;
  template <class T>
  [[nodiscard]] T get_or(T otherwise) const;
  // The object that is there, held so that assigning to a member writes it (live.hpp).
  template <class T>
  [[nodiscard]] Live<T> bind() const;
  // To be stored as a member of other objects (reference.hpp).
  template <class T>
  [[nodiscard]] Ref<T> ref() const;

  // Replaces what is there, with its attributes; groups on the way are made. In a dictionary it
  // becomes the last entry.
  void set(const Tree& value) const;
  template <class T>
  const Item& operator=(const T& value) const;
  // A copy of another item's, with all attributes; references in it become null.
  void copy_from(const Item& other) const;
  // What `write` makes at the Item that it gets; when it throws, nothing is changed.
  void make(const std::function<void(const Item& to)>& write) const;
  // Zeros, in chunks; each axis can grow and shrink. Other arrays keep their shape.
  [[nodiscard]] Array make_array(Dtype dtype, const Shape& shape) const;
  // An empty one, if there is none yet.
  [[nodiscard]] Dict require_dict() const;
  [[nodiscard]] List require_list() const;
  // False when nothing was there.
  bool erase() const;

  // "r+:/data/lab.h5#/run/7": for File::from_address() elsewhere.
  [[nodiscard]] std::string address() const;
  [[nodiscard]] std::string describe() const;  // "lab.h5:/run/7", for messages
  [[nodiscard]] const std::shared_ptr<Store>& store() const noexcept { return store_; }

 private:
  std::shared_ptr<Store> store_;
  std::string path_;
};

// What Dict, List and Array print of their entries: 1, 'two', Array(…), {...}.
std::ostream& operator<<(std::ostream& out, const Item& item);

}  // namespace sheaf::objects

#include "core/objects/storing.hpp"  // what can be stored
