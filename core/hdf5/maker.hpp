// SPDX-License-Identifier: MIT
#pragma once
// Makes objects that have no name yet, finds those that have one, and gives names.
//
// Model: what is made appears in its group when it is whole, or never: link() is the last step. The
// lists and types that HDF5 wants at each call are made once. Values lie in the object's header
// where they are small, else in one piece; only what resizable() makes has chunks,
// and arrays that ask for them.
// Threads: one at a time. Failure: Error that names the object; a string with a NUL byte must have
// been refused before (check_strings()).

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/codecs/codec.hpp"
#include "core/hdf5/handle.hpp"
#include "core/value.hpp"

namespace sheaf::hdf5 {

// An object by its id, or by its name in a group: to open a dataset takes longer than to write an
// attribute of it.
struct ObjectAt {
  ObjectAt(hid_t object) : at(object) {}
  ObjectAt(hid_t group, std::string name_) : at(group), name(std::move(name_)) {}
  hid_t at;
  std::string name = ".";
};

class Maker {
 public:
  Maker();

  // `file` is any id in the file. Links of a group that keeps their order are listed as they came.
  [[nodiscard]] Group group(hid_t file, bool keeps_order) const;
  [[nodiscard]] Dataset value(hid_t file, const Value& value);
  // One element, H5T_OPAQUE; no elements where there are no bytes.
  [[nodiscard]] Dataset opaque(hid_t file, const std::vector<std::byte>& bytes) const;
  // Zeros; each axis can grow and shrink.
  [[nodiscard]] Dataset resizable(hid_t file, Dtype dtype, const Shape& shape);
  // Elements that nobody wrote yet, to be written in parts; in one piece where `chunk` has no axes.
  // Filters are those of chunks.
  [[nodiscard]] Dataset array(hid_t file, Dtype dtype, const Shape& shape, const Shape& chunk,
                              const std::vector<codecs::Filter>& filters = {});
  void link(hid_t object, hid_t group, const std::string& name) const;

  // The object at the end of a link; the files of external ones are opened for reading only.
  [[nodiscard]] Object open(hid_t group, const std::string& name) const;
  void move(hid_t from, const std::string& name, hid_t to, const std::string& new_name) const;

  // False for links that lead nowhere, too.
  [[nodiscard]] bool is_there(const ObjectAt& object) const;
  // Replaces the attribute of that name; when it can't be stored, the old one stays.
  void attribute(const ObjectAt& object, const std::string& name, const Value& value);
  void attribute(const ObjectAt& object, const std::string& name,
                 const std::vector<std::byte>& opaque) const;

 private:
  [[nodiscard]] const Datatype& stored(Dtype dtype);
  [[nodiscard]] const Datatype& memory(Dtype dtype);
  [[nodiscard]] const PropertyList& creation_for(std::size_t bytes) const noexcept;
  struct NewAttribute {
    const Datatype& type;
    const Dataspace& space;
    const Datatype& memory;
    const void* data;  // null where there are no elements
  };
  void put(const ObjectAt& object, const std::string& name, const NewAttribute& what) const;
  void replace(hid_t object, const std::string& name, const NewAttribute& what) const;
  void create(const ObjectAt& object, const std::string& name, const NewAttribute& what) const;

  PropertyList ordered_, unordered_;
  PropertyList compact_, contiguous_;
  PropertyList link_, access_, attribute_, strings_;
  std::map<std::string, Datatype> stored_, memory_;
};

}  // namespace sheaf::hdf5
