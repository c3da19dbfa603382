// SPDX-License-Identifier: MIT
#pragma once
// The attributes of a file, group or dataset as a map.
//
//   attrs["gain"] = 0.5;   attrs["when"] = none;   attrs.get<double>("gain");   attrs.contains("x")
//
// Model: each access goes to the file; names are in the order of their creation where the object
// keeps it, else by name. None is stored as ch5mpy does it (the text __h5_NONE__), bytes as opaque.
// What has no match in C++ reads as text that says so: "<compound>".
// Failure: Error; NotFound names the attributes there are.

#include <cstddef>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/objects/form.hpp"
#include "core/objects/tree.hpp"

namespace sheaf::objects {

class Store;

class Attributes {
 public:
  class Slot {  // attrs["name"]; not longer than `attrs`
   public:
    [[nodiscard]] Tree tree() const { return attrs_->at(name_); }
    template <class T>
    [[nodiscard]] T as() const;
    template <class T>
    const Slot& operator=(const T& value) const;
    const Slot& operator=(const Slot& other) const;  // writes it, too
    Slot(const Slot&) = default;

   private:
    friend class Attributes;
    Slot(const Attributes& attrs, std::string_view name) : attrs_(&attrs), name_(name) {}
    const Attributes* attrs_;
    std::string name_;
  };

  Attributes(std::shared_ptr<Store> store, std::string path);

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] bool contains(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] std::vector<std::pair<std::string, Tree>> items() const;
  [[nodiscard]] Tree at(std::string_view name) const;  // none, a value, or bytes
  [[nodiscard]] std::optional<Tree> find(std::string_view name) const;
  [[nodiscard]] Slot operator[](std::string_view name) const { return {*this, name}; }
  template <class T>
  [[nodiscard]] T get(std::string_view name) const;
  template <class T>
  [[nodiscard]] T get(std::string_view name, const T& otherwise) const;

  void set(std::string_view name, const Tree& value) const;
  // All of them in one go.
  void set(const std::vector<std::pair<std::string, Tree>>& values) const;
  // False when there was none.
  bool erase(std::string_view name) const;
  [[nodiscard]] std::string describe(std::string_view name) const;  // for messages

 private:
  std::shared_ptr<Store> store_;
  std::string path_;
};

template <class T>
T Attributes::Slot::as() const {
  return attrs_->get<T>(name_);
}

template <class T>
const Attributes::Slot& Attributes::Slot::operator=(const T& value) const {
  static_assert(TreeWritable<T>,
                "an attribute holds what one scalar or array stands for, or none: specialise Form "
                "(core/objects/form.hpp), or store it as an entry (core/objects/storing.hpp); for "
                "standard types include core/objects/storing_standard.hpp");
  if constexpr (TreeWritable<T>) attrs_->set(name_, tree_of(value));
  return *this;
}

template <class T>
T Attributes::get(std::string_view name) const {
  static_assert(TreeReadable<T>,
                "an attribute holds what one scalar or array stands for, or none: specialise Form "
                "(core/objects/form.hpp), or store it as an entry (core/objects/storing.hpp); for "
                "standard types include core/objects/storing_standard.hpp");
  if constexpr (TreeReadable<T>) return value_from<T>(at(name), describe(name));
}

template <class T>
T Attributes::get(std::string_view name, const T& otherwise) const {
  const auto found = find(name);
  return found ? value_from<T>(*found, describe(name)) : otherwise;
}

// AttributeManager{value: 1,
//                  parent: None}
std::ostream& operator<<(std::ostream& out, const Attributes& attrs);

}  // namespace sheaf::objects
