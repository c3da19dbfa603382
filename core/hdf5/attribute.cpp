// SPDX-License-Identifier: MIT
#include "core/hdf5/attribute.hpp"

#include <exception>

#include "core/hdf5/group.hpp"
#include "core/hdf5/selection.hpp"
#include "core/hdf5/strings.hpp"
#include "core/hdf5/types.hpp"

namespace sheaf::hdf5 {
namespace {

Attribute create_attribute(hid_t object, const std::string& name, const Datatype& type,
                           const Shape& shape) {
  const PropertyList list = property_list(H5P_ATTRIBUTE_CREATE);
  checked(list.get(), "set the encoding of names",
          [&] { return H5Pset_char_encoding(list.get(), H5T_CSET_UTF8); });
  const Dataspace space = make_space(shape);
  return Attribute(checked(object, name, "create the attribute", [&] {
    return H5Acreate2(object, name.c_str(), type.get(), space.get(), list.get(), H5P_DEFAULT);
  }));
}

Value read_value(const Attribute& attribute, Dtype dtype, Shape shape) {
  Value value{dtype, std::move(shape), {}, {}};
  if (dtype.is_string()) {
    value.strings = read_strings(attribute, value.shape);
    return value;
  }
  value.bytes.resize(static_cast<std::size_t>(element_count(value.shape)) * dtype.size());
  if (value.bytes.empty()) return value;
  const Datatype type = memory_type(dtype);
  checked(attribute.get(), "read it",
          [&] { return H5Aread(attribute.get(), type.get(), value.bytes.data()); });
  return value;
}

std::string name_of(hid_t object, hsize_t index) {
  const auto name_at = [&](char* buffer, std::size_t size) {
    return checked(object, "list its attributes", [&] {
      return H5Aget_name_by_idx(object, ".", H5_INDEX_NAME, H5_ITER_INC, index, buffer, size,
                                H5P_DEFAULT);
    });
  };
  std::string name(static_cast<std::size_t>(name_at(nullptr, 0)), '\0');
  name_at(name.data(), name.size() + 1);
  return name;
}

struct Names {
  std::vector<std::string> names;
  std::exception_ptr error;
};

herr_t collect_name(hid_t /*object*/, const char* name, const H5A_info_t* /*info*/,
                    void* context) noexcept {
  auto& all = *static_cast<Names*>(context);
  try {
    all.names.emplace_back(name);
    return 0;
  } catch (const std::exception&) {
    all.error = std::current_exception();
    return -1;
  }
}

}  // namespace

void write_attribute(hid_t object, const std::string& name, const Value& value) {
  const Datatype type = stored_type(value.dtype);
  std::vector<const char*> strings;
  const void* data = value.bytes.data();
  if (value.dtype.is_string()) {
    check_strings(value.strings, describe(object, name));
    for (const std::string& string : value.strings) strings.push_back(string.c_str());
    data = strings.data();
  }
  if (has_attribute(object, name)) {
    checked(object, name, "replace the attribute", [&] { return H5Adelete(object, name.c_str()); });
  }
  const Attribute attribute = create_attribute(object, name, type, value.shape);
  if (element_count(value.shape) == 0) return;
  const Datatype memory = memory_type(value.dtype);
  checked(object, name, "write the attribute",
          [&] { return H5Awrite(attribute.get(), memory.get(), data); });
}

Attribute open_attribute(hid_t object, const std::string& name) {
  return Attribute(checked(object, name, "open the attribute",
                           [&] { return H5Aopen(object, name.c_str(), H5P_DEFAULT); }));
}

Datatype type_of(const Attribute& attribute) {
  return Datatype(
      checked(attribute.get(), "read the attribute", [&] { return H5Aget_type(attribute.get()); }));
}

Dataspace space_of(const Attribute& attribute) {
  return Dataspace(checked(attribute.get(), "read the attribute",
                           [&] { return H5Aget_space(attribute.get()); }));
}

bool has_attribute(hid_t object, const std::string& name) {
  return checked(object, name, "look for the attribute",
                 [&] { return H5Aexists(object, name.c_str()); }) > 0;
}

bool erase_attribute(hid_t object, const std::string& name) {
  if (!has_attribute(object, name)) return false;
  checked(object, name, "remove the attribute", [&] { return H5Adelete(object, name.c_str()); });
  return true;
}

void rename_attribute(hid_t object, const std::string& name, const std::string& new_name) {
  checked(object, name, "rename the attribute",
          [&] { return H5Arename(object, name.c_str(), new_name.c_str()); });
}

std::vector<std::string> list_attributes(hid_t object, bool by_creation) {
  Names all;
  checked(object, "list its attributes", [&] {
    const herr_t result = H5Aiterate2(object, by_creation ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME,
                                      H5_ITER_INC, nullptr, collect_name, &all);
    if (all.error) std::rethrow_exception(all.error);
    return result;
  });
  return std::move(all.names);
}

std::int64_t attribute_count(hid_t object) {
  H5O_info_t info{};
  checked(object, "list its attributes",
          [&] { return H5Oget_info2(object, &info, H5O_INFO_NUM_ATTRS); });
  return static_cast<std::int64_t>(info.num_attrs);
}

Value read_attribute(hid_t object, const std::string& name) {
  const Attribute attribute = open_attribute(object, name);
  const Dataspace space = space_of(attribute);
  if (is_null(space)) return Value::of("<empty>");
  const Datatype type = type_of(attribute);
  const TypeInfo info = inspect(type);
  if (!info.dtype) return Value::of("<" + info.text + ">");
  return read_value(attribute, *info.dtype, shape_of(space));
}

std::vector<std::pair<std::string, Value>> read_attributes(hid_t object) {
  H5O_info_t info{};
  checked(object, "list its attributes",
          [&] { return H5Oget_info2(object, &info, H5O_INFO_NUM_ATTRS); });
  std::vector<std::pair<std::string, Value>> attributes;
  for (hsize_t index = 0; index < info.num_attrs; ++index) {
    std::string name = name_of(object, index);
    Value value = read_attribute(object, name);
    attributes.emplace_back(std::move(name), std::move(value));
  }
  return attributes;
}

}  // namespace sheaf::hdf5
