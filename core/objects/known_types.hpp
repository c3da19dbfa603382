// SPDX-License-Identifier: MIT
#pragma once
// The types that a file's objects come back as, where a pointer to a base class is asked for.
//
//   file.know<Circle, Square>();
//   std::unique_ptr<Shape> shape = file["shape"].as<std::unique_ptr<Shape>>();   // a Circle
//
// Model: a type is known by the name that is stored with its objects, and leads to the described
// bases it has, also bases of bases. A file's types are known until it is closed; it doesn't store
// that. Threads: under the file's lock. Failure: Error that says which know<…>() is missing.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <typeindex>
#include <vector>

namespace sheaf::objects {

class Item;

// How objects of a type are made, stored and read; `object` is the whole of one.
struct ObjectType {
  std::string_view name;  // in the file
  int version = 1;
  std::type_index type;
  bool is_group = false;  // which can have its place before its members are stored and read
  std::shared_ptr<void> (*make_shared)() = nullptr;
  void* (*make)() = nullptr;
  void (*write)(const Item& to, const void* object) = nullptr;
  void (*read)(const Item& from, void* object) = nullptr;
  struct Base {
    std::type_index type;
    void* (*cast)(void* object);
  };
  std::vector<Base> bases{};  // itself, too

  // The part of the object that is of that type; null where it has none.
  [[nodiscard]] void* as(std::type_index base, void* object) const noexcept;
  [[nodiscard]] bool is_a(std::type_index base) const noexcept;
};

class KnownTypes {
 public:
  // Of static storage. Throws Error (Exists) where another type has that name.
  void add(const ObjectType& type, const std::string& file);
  // Null where there is none.
  [[nodiscard]] const ObjectType* find(std::string_view name) const;
  [[nodiscard]] const ObjectType* find(std::type_index type) const;

 private:
  std::map<std::string_view, const ObjectType*> by_name_;
  std::map<std::type_index, const ObjectType*> by_type_;
};

namespace detail {

void know(const Item& in, const ObjectType& type);
// By the name stored with an object; throws unless it is known, and has the base.
[[nodiscard]] const ObjectType& known_type(const Item& from, std::string_view name,
                                           std::type_index base);
[[noreturn]] void refuse_undescribed(std::type_index type);
// Of an object that is to be stored; throws unless it is known.
[[nodiscard]] const ObjectType& known_type(const Item& to, std::type_index type);
// "lab::Circle"
[[nodiscard]] std::string cpp_name(std::type_index type);

}  // namespace detail

}  // namespace sheaf::objects
