// SPDX-License-Identifier: MIT
#include "core/hdf5/strings.hpp"

#include <cstddef>
#include <string_view>

#include "core/error.hpp"
#include "core/hdf5/dataset.hpp"
#include "core/hdf5/group.hpp"
#include "core/hdf5/memory.hpp"
#include "core/hdf5/selection.hpp"
#include "core/hdf5/types.hpp"

namespace sheaf::hdf5 {
namespace {

template <class Read>
std::vector<std::string> read_variable(hid_t object, const Datatype& type, const Shape& shape,
                                       Read read) {
  auto raw = memory_for<char*>(shape, 1, object);
  const Dataspace space = make_space(shape);
  const Reclaim reclaim(type, space, raw.data());
  read(raw.data());
  std::vector<std::string> strings;
  strings.reserve(raw.size());
  for (const char* string : raw) strings.emplace_back(string != nullptr ? string : "");
  return strings;
}

template <class Read>
std::vector<std::string> read_fixed(hid_t object, const Datatype& type, const Shape& shape,
                                    Read read) {
  const std::size_t width = size_of(type);
  const auto count = static_cast<std::size_t>(element_count(shape));
  auto raw = memory_for<char>(shape, width, object);
  read(raw.data());
  const H5T_str_t padding = H5Tget_strpad(type.get());
  std::vector<std::string> strings;
  strings.reserve(count);
  for (std::size_t index = 0; index < count; ++index) {
    strings.emplace_back(unpadded({raw.data() + index * width, width}, padding));
  }
  return strings;
}

// The type as found in the file serves as that of the memory: HDF5 doesn't convert between ASCII
// and UTF-8.
template <class Read>
std::vector<std::string> read_any(hid_t object, const Datatype& type, const Shape& shape,
                                  Read read) {
  if (element_count(shape) == 0) return {};
  return is_variable_string(type) ? read_variable(object, type, shape, read)
                                  : read_fixed(object, type, shape, read);
}

}  // namespace

PropertyList string_transfer() {
  constexpr std::size_t buffer_bytes = 16 << 10;
  PropertyList list = property_list(H5P_DATASET_XFER);
  checked(list.get(), "set the size of a buffer",
          [&] { return H5Pset_buffer(list.get(), buffer_bytes, nullptr, nullptr); });
  return list;
}

std::string_view unpadded(std::string_view field, H5T_str_t padding) {
  if (padding == H5T_STR_NULLTERM) return field.substr(0, field.find('\0'));
  const char pad = padding == H5T_STR_SPACEPAD ? ' ' : '\0';
  return field.substr(0, field.find_last_not_of(pad) + 1);
}

void write_strings(const Dataset& dataset, std::int64_t start, const Shape& shape,
                   const char* const* strings) {
  if (element_count(shape) == 0) return;
  const Datatype type = memory_type(utf8);
  const Dataspace memory_space = make_space(shape);
  const Dataspace file_space = select_rows(dataset, start, shape);
  const PropertyList transfer = string_transfer();
  checked(dataset.get(), "write rows", [&] {
    return H5Dwrite(dataset.get(), type.get(), memory_space.get(), file_space.get(), transfer.get(),
                    strings);
  });
}

std::vector<std::string> read_strings(const Dataset& dataset, std::int64_t start,
                                      const Shape& shape) {
  const Datatype type = type_of(dataset);
  return read_any(dataset.get(), type, shape,
                  [&](void* data) { read_rows(dataset, type, start, shape, data); });
}

std::vector<std::string> read_strings(const Attribute& attribute, const Shape& shape) {
  const Datatype type(
      checked(attribute.get(), "get its datatype", [&] { return H5Aget_type(attribute.get()); }));
  return read_any(attribute.get(), type, shape, [&](void* data) {
    checked(attribute.get(), "read it", [&] { return H5Aread(attribute.get(), type.get(), data); });
  });
}

std::vector<std::string> read_strings(const Dataset& dataset, const Dataspace& from,
                                      const Shape& shape) {
  const Datatype type = type_of(dataset);
  return read_any(dataset.get(), type, shape, [&](void* data) {
    const Dataspace space = make_space(shape);
    const PropertyList transfer = string_transfer();
    checked(dataset.get(), "read it", [&] {
      return H5Dread(dataset.get(), type.get(), space.get(), from.get(), transfer.get(), data);
    });
  });
}

void check_strings(const std::vector<std::string>& strings, const std::string& object) {
  for (const std::string& string : strings) {
    if (string.find('\0') != std::string::npos) {
      throw Error(ErrorCode::Invalid, object, "a string with a NUL byte can't be stored in HDF5");
    }
  }
}

}  // namespace sheaf::hdf5
