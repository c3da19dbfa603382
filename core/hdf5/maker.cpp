// SPDX-License-Identifier: MIT
#include "core/hdf5/maker.hpp"

#include <algorithm>

#include "core/hdf5/attribute.hpp"
#include "core/hdf5/dataset.hpp"
#include "core/hdf5/group.hpp"
#include "core/hdf5/selection.hpp"
#include "core/hdf5/strings.hpp"
#include "core/hdf5/types.hpp"

namespace sheaf::hdf5 {
namespace {

constexpr const char* preparing = "prepare to make objects";
constexpr std::size_t most_in_header = 4096;    // bytes of a value
constexpr std::size_t large_attribute = 32768;  // may not fit, where the file is of an old format
constexpr std::int64_t chunk_bytes = 64 << 10;

// With more than eight attributes HDF5 would make a heap and an index for each object.
void keep_attributes_in_header(const PropertyList& list) {
  constexpr unsigned most = 64;
  constexpr unsigned least = 48;
  checked(list.get(), preparing, [&] { return H5Pset_attr_phase_change(list.get(), most, least); });
}

PropertyList group_list(bool keeps_order) {
  PropertyList list = property_list(H5P_GROUP_CREATE);
  leave_out_times(list);
  keep_attributes_in_header(list);
  if (keeps_order) keep_order(list);
  return list;
}

PropertyList dataset_list(H5D_layout_t layout) {
  PropertyList list = property_list(H5P_DATASET_CREATE);
  leave_out_times(list);
  keep_attributes_in_header(list);
  checked(list.get(), preparing, [&] { return H5Pset_layout(list.get(), layout); });
  return list;
}

PropertyList attribute_list() {
  PropertyList list = property_list(H5P_ATTRIBUTE_CREATE);
  checked(list.get(), preparing, [&] { return H5Pset_char_encoding(list.get(), H5T_CSET_UTF8); });
  return list;
}

// The driver of this file is no driver for others.
PropertyList link_access() {
  const PropertyList files = property_list(H5P_FILE_ACCESS);
  checked(files.get(), preparing,
          [&] { return H5Pset_fclose_degree(files.get(), H5F_CLOSE_WEAK); });
  PropertyList list = property_list(H5P_LINK_ACCESS);
  checked(list.get(), preparing, [&] { return H5Pset_elink_fapl(list.get(), files.get()); });
  checked(list.get(), preparing,
          [&] { return H5Pset_elink_acc_flags(list.get(), H5F_ACC_RDONLY); });
  return list;
}

Datatype opaque_type(std::size_t bytes) {
  return Datatype(checked(H5T_NATIVE_OPAQUE, "make a datatype",
                          [&] { return H5Tcreate(H5T_OPAQUE, std::max<std::size_t>(bytes, 1)); }));
}

Dataspace opaque_space(std::size_t bytes) {
  return Dataspace(checked(H5S_ALL, "make a dataspace",
                           [&] { return H5Screate(bytes == 0 ? H5S_NULL : H5S_SCALAR); }));
}

std::vector<const char*> pointers_to(const std::vector<std::string>& strings) {
  std::vector<const char*> pointers;
  pointers.reserve(strings.size());
  for (const std::string& string : strings) pointers.push_back(string.c_str());
  return pointers;
}

Shape chunk_of(const Shape& shape, std::size_t element) {
  Shape chunk = shape;
  for (std::int64_t& extent : chunk) extent = std::clamp<std::int64_t>(extent, 1, 1024);
  const auto bytes = [&] { return element_count(chunk) * static_cast<std::int64_t>(element); };
  for (std::size_t axis = 0; bytes() > chunk_bytes; axis = (axis + 1) % chunk.size()) {
    chunk[axis] = (chunk[axis] + 1) / 2;
  }
  return chunk;
}

Dataset create_dataset(hid_t file, const Datatype& type, const Dataspace& space,
                       const PropertyList& list) {
  return Dataset(checked(file, "create a dataset", [&] {
    return H5Dcreate_anon(file, type.get(), space.get(), list.get(), H5P_DEFAULT);
  }));
}

void write(const Dataset& dataset, const Datatype& memory, const void* data,
           hid_t transfer = H5P_DEFAULT) {
  checked(dataset.get(), "write it",
          [&] { return H5Dwrite(dataset.get(), memory.get(), H5S_ALL, H5S_ALL, transfer, data); });
}

void write(const Attribute& attribute, const Datatype& memory, const void* data) {
  checked(attribute.get(), "write it",
          [&] { return H5Awrite(attribute.get(), memory.get(), data); });
}

bool is_like(const Attribute& attribute, const Datatype& type, const Dataspace& space) {
  const Datatype old_type(
      checked(attribute.get(), "look at it", [&] { return H5Aget_type(attribute.get()); }));
  const Dataspace old_space(
      checked(attribute.get(), "look at it", [&] { return H5Aget_space(attribute.get()); }));
  return equal(old_type, type) && H5Sextent_equal(old_space.get(), space.get()) > 0;
}

std::size_t bytes_of(const Datatype& type, const Dataspace& space) {
  const hssize_t elements = checked(space.get(), "get the extents",
                                    [&] { return H5Sget_simple_extent_npoints(space.get()); });
  return size_of(type) * static_cast<std::size_t>(elements);
}

}  // namespace

Maker::Maker()
    : ordered_(group_list(true)),
      unordered_(group_list(false)),
      compact_(dataset_list(H5D_COMPACT)),
      contiguous_(dataset_list(H5D_CONTIGUOUS)),
      link_(utf8_link_properties()),
      access_(link_access()),
      attribute_(attribute_list()),
      strings_(string_transfer()) {}

const Datatype& Maker::stored(Dtype dtype) {
  Datatype& type = stored_[dtype.name()];
  if (!type) type = stored_type(dtype);
  return type;
}

const Datatype& Maker::memory(Dtype dtype) {
  Datatype& type = memory_[dtype.name()];
  if (!type) type = memory_type(dtype);
  return type;
}

const PropertyList& Maker::creation_for(std::size_t bytes) const noexcept {
  return bytes > 0 && bytes <= most_in_header ? compact_ : contiguous_;
}

Group Maker::group(hid_t file, bool keeps_order) const {
  const PropertyList& list = keeps_order ? ordered_ : unordered_;
  return Group(checked(file, "create a group",
                       [&] { return H5Gcreate_anon(file, list.get(), H5P_DEFAULT); }));
}

Dataset Maker::value(hid_t file, const Value& value) {
  const std::size_t bytes = value.bytes.size() + value.strings.size() * 16;
  const Dataspace space = make_space(value.shape);
  Dataset dataset = create_dataset(file, stored(value.dtype), space, creation_for(bytes));
  if (bytes == 0) return dataset;
  if (value.dtype.is_string()) {
    write(dataset, memory(value.dtype), pointers_to(value.strings).data(), strings_.get());
  } else {
    write(dataset, memory(value.dtype), value.bytes.data());
  }
  return dataset;
}

Dataset Maker::opaque(hid_t file, const std::vector<std::byte>& bytes) const {
  const Datatype type = opaque_type(bytes.size());
  Dataset dataset =
      create_dataset(file, type, opaque_space(bytes.size()), creation_for(bytes.size()));
  if (!bytes.empty()) write(dataset, type, bytes.data());
  return dataset;
}

Dataset Maker::resizable(hid_t file, Dtype dtype, const Shape& shape) {
  const PropertyList list = dataset_list(H5D_CHUNKED);
  const Shape chunk = chunk_of(shape, std::max<std::size_t>(dtype.size(), 16));
  const std::vector<hsize_t> chunk_extents(chunk.begin(), chunk.end());
  checked(list.get(), preparing, [&] {
    return H5Pset_chunk(list.get(), static_cast<int>(chunk.size()), chunk_extents.data());
  });
  const std::vector<hsize_t> extents(shape.begin(), shape.end());
  const Dataspace space = make_space(extents, std::vector<hsize_t>(shape.size(), H5S_UNLIMITED));
  return create_dataset(file, stored(dtype), space, list);
}

Dataset Maker::array(hid_t file, Dtype dtype, const Shape& shape, const Shape& chunk,
                     const std::vector<codecs::Filter>& filters) {
  const PropertyList list = dataset_list(chunk.empty() ? H5D_CONTIGUOUS : H5D_CHUNKED);
  if (!chunk.empty()) {
    const std::vector<hsize_t> extents(chunk.begin(), chunk.end());
    checked(list.get(), preparing, [&] {
      return H5Pset_chunk(list.get(), static_cast<int>(extents.size()), extents.data());
    });
    set_filters(list, filters);
  }
  return create_dataset(file, stored(dtype), make_space(shape), list);
}

void Maker::link(hid_t object, hid_t group, const std::string& name) const {
  checked(group, name, "give it its name",
          [&] { return H5Olink(object, group, name.c_str(), link_.get(), H5P_DEFAULT); });
}

Object Maker::open(hid_t group, const std::string& name) const {
  return Object(
      checked(group, name, "open it", [&] { return H5Oopen(group, name.c_str(), access_.get()); }));
}

void Maker::move(hid_t from, const std::string& name, hid_t to, const std::string& new_name) const {
  // H5Lmove of 1.10 crashes on groups that were opened by a path which isn't there any more, or
  // that never had one; this takes a tenth longer.
  checked(from, name, "give it another name", [&] {
    return H5Lcopy(from, name.c_str(), to, new_name.c_str(), link_.get(), H5P_DEFAULT);
  });
  checked(from, name, "remove its old name",
          [&] { return H5Ldelete(from, name.c_str(), H5P_DEFAULT); });
}

bool Maker::is_there(const ObjectAt& object) const {
  enter();
  return H5Oexists_by_name(object.at, object.name.c_str(), access_.get()) > 0;
}

void Maker::create(const ObjectAt& object, const std::string& name,
                   const NewAttribute& what) const {
  const Attribute attribute(checked(object.at, name, "create the attribute", [&] {
    return H5Acreate_by_name(object.at, object.name.c_str(), name.c_str(), what.type.get(),
                             what.space.get(), attribute_.get(), H5P_DEFAULT, access_.get());
  }));
  if (what.data != nullptr) write(attribute, what.memory, what.data);
}

void Maker::put(const ObjectAt& object, const std::string& name, const NewAttribute& what) const {
  if (object.name == ".") return replace(object.at, name, what);
  const htri_t is_there = checked(object.at, object.name, "look for an attribute of it", [&] {
    return H5Aexists_by_name(object.at, object.name.c_str(), name.c_str(), access_.get());
  });
  if (is_there == 0) return create(object, name, what);
  // HDF5 1.10 can't write attributes that were opened by the name of their object.
  replace(open(object.at, object.name).get(), name, what);
}

void Maker::replace(hid_t object, const std::string& name, const NewAttribute& what) const {
  if (!has_attribute(object, name)) return create(object, name, what);
  {
    const Attribute old(checked(object, name, "open the attribute",
                                [&] { return H5Aopen(object, name.c_str(), H5P_DEFAULT); }));
    if (is_like(old, what.type, what.space)) {
      if (what.data != nullptr) write(old, what.memory, what.data);
      return;
    }
  }
  const auto erase = [&](const std::string& of) {
    checked(object, of, "remove the attribute", [&] { return H5Adelete(object, of.c_str()); });
  };
  if (bytes_of(what.type, what.space) >= large_attribute) {
    const std::string attempt = name + "\x01";
    create(object, attempt, what);
    erase(attempt);
  }
  erase(name);
  create(object, name, what);
}

void Maker::attribute(const ObjectAt& object, const std::string& name, const Value& value) {
  std::vector<const char*> strings;
  const void* data = value.bytes.empty() ? nullptr : value.bytes.data();
  if (value.dtype.is_string()) {
    strings = pointers_to(value.strings);
    data = strings.empty() ? nullptr : static_cast<const void*>(strings.data());
  }
  const Dataspace space = make_space(value.shape);
  put(object, name, {stored(value.dtype), space, memory(value.dtype), data});
}

void Maker::attribute(const ObjectAt& object, const std::string& name,
                      const std::vector<std::byte>& opaque) const {
  const Datatype type = opaque_type(opaque.size());
  const Dataspace space = opaque_space(opaque.size());
  put(object, name, {type, space, type, opaque.empty() ? nullptr : opaque.data()});
}

}  // namespace sheaf::hdf5
