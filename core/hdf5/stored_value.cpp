// SPDX-License-Identifier: MIT
#include "core/hdf5/stored_value.hpp"

#include "core/hdf5/attribute.hpp"
#include "core/hdf5/dataset.hpp"
#include "core/hdf5/memory.hpp"
#include "core/hdf5/selection.hpp"
#include "core/hdf5/strings.hpp"
#include "core/hdf5/types.hpp"

namespace sheaf::hdf5 {
namespace {

Description description_of(const Datatype& type, const Dataspace& space) {
  const TypeInfo info = inspect(type);
  Description what;
  what.type = info.text;
  if (is_null(space)) {
    what.content = Content::Empty;
    return what;
  }
  what.shape = shape_of(space);
  if (info.dtype) {
    what.content = Content::Value;
    what.dtype = *info.dtype;
  } else if (info.text == "opaque" && what.shape.empty()) {
    what.content = Content::Opaque;
  }
  return what;
}

Dataspace selected(const Dataset& dataset, const Shape& first, const Shape& count) {
  Dataspace space = space_of(dataset);
  if (first.empty()) return space;
  const std::vector<hsize_t> offsets(first.begin(), first.end());
  const std::vector<hsize_t> counts(count.begin(), count.end());
  checked(dataset.get(), "select a part of it", [&] {
    return H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, offsets.data(), nullptr, counts.data(),
                               nullptr);
  });
  return space;
}

}  // namespace

Description describe_dataset(const Dataset& dataset) {
  return description_of(type_of(dataset), space_of(dataset));
}

Description describe_attribute(hid_t object, const std::string& name) {
  const Attribute attribute = open_attribute(object, name);
  return description_of(type_of(attribute), space_of(attribute));
}

Value read_value(const Dataset& dataset, const Description& what) {
  return read_box(dataset, what, Shape(what.shape.size(), 0), what.shape);
}

Value read_box(const Dataset& dataset, const Description& what, const Shape& first,
               const Shape& count) {
  Value value{what.dtype, count, {}, {}};
  if (element_count(count) == 0) return value;
  const Dataspace file_space = selected(dataset, first, count);
  if (what.dtype.is_string()) {
    value.strings = read_strings(dataset, file_space, count);
    return value;
  }
  value.bytes = memory_for<std::byte>(count, what.dtype.size(), dataset.get());
  const Datatype memory = memory_type(what.dtype);
  const Dataspace space = make_space(count);
  checked(dataset.get(), "read it", [&] {
    return H5Dread(dataset.get(), memory.get(), space.get(), file_space.get(), H5P_DEFAULT,
                   value.bytes.data());
  });
  return value;
}

void write_box(const Dataset& dataset, const Shape& first, const Value& value) {
  if (element_count(value.shape) == 0) return;
  std::vector<const char*> strings;
  for (const std::string& string : value.strings) strings.push_back(string.c_str());
  const void* data = value.dtype.is_string() ? static_cast<const void*>(strings.data())
                                             : static_cast<const void*>(value.bytes.data());
  const Dataspace file_space = selected(dataset, first, value.shape);
  const Dataspace space = make_space(value.shape);
  const Datatype memory = memory_type(value.dtype);
  const PropertyList transfer = value.dtype.is_string() ? string_transfer() : PropertyList();
  checked(dataset.get(), "write it", [&] {
    return H5Dwrite(dataset.get(), memory.get(), space.get(), file_space.get(),
                    transfer ? transfer.get() : H5P_DEFAULT, data);
  });
}

std::vector<std::byte> read_opaque(const Dataset& dataset) {
  const Datatype type = type_of(dataset);
  auto bytes = memory_for<std::byte>({}, size_of(type), dataset.get());
  checked(dataset.get(), "read it", [&] {
    return H5Dread(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data());
  });
  return bytes;
}

std::vector<std::byte> read_opaque(hid_t object, const std::string& attribute_name) {
  const Attribute attribute = open_attribute(object, attribute_name);
  const Datatype type = type_of(attribute);
  auto bytes = memory_for<std::byte>({}, size_of(type), object, attribute_name);
  checked(object, attribute_name, "read the attribute",
          [&] { return H5Aread(attribute.get(), type.get(), bytes.data()); });
  return bytes;
}

std::optional<StoredAttribute> find_attribute(hid_t object, const std::string& name) {
  if (!has_attribute(object, name)) return std::nullopt;
  const Attribute attribute = open_attribute(object, name);
  StoredAttribute found{description_of(type_of(attribute), space_of(attribute))};
  if (found.what.content == Content::Opaque) found.opaque = read_opaque(object, name);
  if (found.what.content != Content::Value) return found;
  found.value = {found.what.dtype, found.what.shape, {}, {}};
  if (found.what.dtype.is_string()) {
    found.value.strings = read_strings(attribute, found.what.shape);
    return found;
  }
  found.value.bytes =
      memory_for<std::byte>(found.what.shape, found.what.dtype.size(), object, name);
  if (found.value.bytes.empty()) return found;
  const Datatype memory = memory_type(found.what.dtype);
  checked(object, name, "read the attribute",
          [&] { return H5Aread(attribute.get(), memory.get(), found.value.bytes.data()); });
  return found;
}

}  // namespace sheaf::hdf5
