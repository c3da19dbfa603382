// SPDX-License-Identifier: MIT
#pragma once
// A group as a dictionary that reads nothing before it is asked.
//
//   Dict run = file["run"].require_dict();
//   run["7"] = Tree{{"gain", 0.5}, {"notes", Tree::list({"a", 2})}};
//   run |= Tree{{"7", {{"gain", 0.6}}}};          // deep: the notes stay
//   for (const std::string& key : run.keys()) …
//   std::cout << run;                               // Dict{7: {...}}; short also for 100,000 keys
//
// Paths that begin with '/' are the file's, as h5py has them.
// Model: keys are in the order of their creation where the group keeps it (Sheaf's own do), else by
// name, as h5py has them. Threads, failure: as File.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/objects/item.hpp"

namespace sheaf::objects {

// What a loop over values does about an entry that can't be read.
enum class OnUnreadable : std::uint8_t { Throw, Placeholder };

class Dict {
 public:
  Dict(std::shared_ptr<Store> store, std::string path);
  // One that is there. Throws Error.
  [[nodiscard]] static Dict of(const Item& item);

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] bool contains(std::string_view path) const;
  [[nodiscard]] std::vector<std::string> keys() const;
  // Calls `each` for every entry, in order, until it returns false; nothing is read for those that
  // aren't looked at.
  void for_each(const std::function<bool(const std::string& key, const Item& item)>& each) const;
  [[nodiscard]] Item operator[](std::string_view path) const;
  // Throws Error (NotFound) that names the nearest keys.
  [[nodiscard]] Item at(std::string_view path) const;
  template <class T>
  [[nodiscard]] T get(std::string_view path, T otherwise) const;

  void set(std::string_view path, const Tree& value) const { (*this)[path].set(value); }
  // Entries of `other` into this one, dictionaries within dictionaries.
  const Dict& operator|=(const Tree& other) const;
  const Dict& operator|=(const Dict& other) const;
  bool erase(std::string_view path) const;
  void clear() const;
  // Paths, below this one; throws Error (Exists) where something has the new one.
  void rename(std::string_view path, std::string_view new_path) const;

  [[nodiscard]] Tree copy(OnUnreadable on_unreadable = OnUnreadable::Throw) const;
  [[nodiscard]] Attributes attrs() const;
  [[nodiscard]] Item item() const { return {store_, path_}; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::shared_ptr<Store> store_;
  std::string path_;
};

template <class T>
T Dict::get(std::string_view path, T otherwise) const {
  return (*this)[path].get_or(std::move(otherwise));
}

std::ostream& operator<<(std::ostream& out, const Dict& dict);

}  // namespace sheaf::objects
