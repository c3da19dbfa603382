// SPDX-License-Identifier: MIT
#pragma once
// What lies in a file, entry by entry, as deep as is asked for: what a tree on the screen, a viewer
// or a comparison is made of.
//
//   Outline outline(file["run"], {.most = 100, .first = 10, .last = 10});
//   while (const Outline::Entry* entry = outline.next()) {
//     std::cout << std::string(entry->depth * 2, ' ') << entry->name << '\n';
//     if (entry->depth == 2) outline.skip();
//   }
//
// Model: an iterator, depth first, that begins with the item itself. It opens what it comes by and
// reads no values but those that tree() and read() are asked for. Links are told and not followed
// into; an object with several names is gone into once, so that circles end. What can't be opened
// is an Unreadable entry, never the end. Names are as the file has them: any bytes.
// Threads: one. It keeps objects open: it goes before its file is closed, and the file isn't
// changed meanwhile. Failure: Error, for a closed file and from read().

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/objects/item.hpp"

namespace sheaf::objects {

class Outline {
 public:
  static constexpr std::int64_t all = -1;
  // Of a group with more entries than `most` the first and the last ones are shown.
  struct Limits {
    std::int64_t most = all;
    std::int64_t first = 0;
    std::int64_t last = 0;
  };
  struct Entry {
    std::string name;  // in its group; in a list the index; of the first one what path() ends with
    std::string path;
    std::size_t depth = 0;
    std::int64_t left_out = 0;  // entries of its group between the last one and this one
    bool is_last = false;       // of its group
    Kind kind = Kind::Absent;
    std::string reason{};        // Unreadable: "compound {x: float64}", "cannot open it"
    std::string target{};        // a soft or external link's: "/run/7", "other.h5:/run/7"
    bool leads_nowhere = false;  // such a link
    std::string same_as{};       // the path under which this object came before
    std::string type{};          // of elements: "float32", "compound {…}"
    std::string class_name{};    // an Object's: "lab::Person", "lab.Person"; "" if it isn't known
    Shape shape{};
    std::int64_t size = 0;  // a group's entries
    std::size_t attributes = 0;
    // Whether next() goes on with what is in it.
    [[nodiscard]] bool is_open() const noexcept { return size > 0 && is_whole(); }
    // Not the name of something that is shown elsewhere.
    [[nodiscard]] bool is_whole() const noexcept { return target.empty() && same_as.empty(); }
  };
  using Attribute = std::pair<std::string, Tree>;

  explicit Outline(const Item& top);
  Outline(const Item& top, Limits limits);
  Outline(Outline&&) noexcept;
  Outline& operator=(Outline&&) noexcept;
  ~Outline();

  // Null at the end; the last one is gone then.
  [[nodiscard]] const Entry* next();
  // Doesn't go into the current entry.
  void skip() noexcept;
  // The names that next() will come by in the current entry.
  [[nodiscard]] const std::vector<std::string>& names_below();

  // Of the current entry. Those of the format itself (__h5_type__) aren't among them; those that
  // can't be read are Unreadable.
  [[nodiscard]] std::vector<Attribute> attributes() const;
  [[nodiscard]] Tree tree() const;                                           // a Scalar or Bytes
  [[nodiscard]] Value read(const Shape& first, const Shape& extents) const;  // of an Array

 private:
  class Walk;
  std::unique_ptr<Walk> walk_;
};

}  // namespace sheaf::objects
