// SPDX-License-Identifier: MIT
#include "core/hdf5/group.hpp"

#include <array>

namespace sheaf::hdf5 {
namespace {

Group create_group(hid_t where, const std::string& name) {
  const PropertyList creation = property_list(H5P_GROUP_CREATE);
  leave_out_times(creation);
  const PropertyList link = utf8_link_properties();
  return Group(checked(where, name, "create the group", [&] {
    return H5Gcreate2(where, name.c_str(), link.get(), creation.get(), H5P_DEFAULT);
  }));
}

bool link_exists(hid_t where, const std::string& path) {
  return checked(where, path, "look for it",
                 [&] { return H5Lexists(where, path.c_str(), H5P_DEFAULT); }) > 0;
}

}  // namespace

PropertyList property_list(hid_t list_class) {
  return PropertyList(
      checked(list_class, "create a property list", [&] { return H5Pcreate(list_class); }));
}

void leave_out_times(const PropertyList& creation) {
  checked(creation.get(), "switch timestamps off",
          [&] { return H5Pset_obj_track_times(creation.get(), false); });
}

void keep_order(const PropertyList& creation) {
  constexpr unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
  checked(creation.get(), "keep the order of entries",
          [&] { return H5Pset_link_creation_order(creation.get(), order); });
}

PropertyList utf8_link_properties() {
  PropertyList list = property_list(H5P_LINK_CREATE);
  checked(list.get(), "set the encoding of names",
          [&] { return H5Pset_char_encoding(list.get(), H5T_CSET_UTF8); });
  return list;
}

Group open_group(hid_t where, const std::string& path) {
  return Group(checked(where, path, "open the group",
                       [&] { return H5Gopen2(where, path.c_str(), H5P_DEFAULT); }));
}

Group require_group(hid_t where, const std::string& path) {
  // One by one: groups that HDF5 makes on the way would have timestamps.
  Group group = open_group(where, ".");
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string name = path.substr(begin, end - begin);
    group = link_exists(group.get(), name) ? open_group(group.get(), name)
                                           : create_group(group.get(), name);
    begin = end + 1;
  }
  return group;
}

Object open_object(hid_t where, const std::string& path) {
  return Object(
      checked(where, path, "open it", [&] { return H5Oopen(where, path.c_str(), H5P_DEFAULT); }));
}

Object open_without_name(hid_t object) {
  H5O_info_t info{};
  checked(object, "look at it", [&] { return H5Oget_info2(object, &info, H5O_INFO_BASIC); });
  return Object(checked(object, "open it", [&] { return H5Oopen_by_addr(object, info.addr); }));
}

bool exists(hid_t where, const std::string& path) {
  for (std::size_t end = path.find('/'); end != std::string::npos; end = path.find('/', end + 1)) {
    if (!link_exists(where, path.substr(0, end))) return false;
  }
  return link_exists(where, path);
}

bool is_dataset(hid_t where, const std::string& path) {
  if (!exists(where, path)) return false;
  const Object object = open_object(where, path);
  return H5Iget_type(object.get()) == H5I_DATASET;
}

void unlink(hid_t where, const std::string& path) {
  checked(where, path, "remove it", [&] { return H5Ldelete(where, path.c_str(), H5P_DEFAULT); });
}

std::vector<std::string> links(hid_t group) {
  H5G_info_t info{};
  checked(group, "list it", [&] { return H5Gget_info(group, &info); });
  std::vector<std::string> names;
  for (hsize_t index = 0; index < info.nlinks; ++index) {
    const auto name_at = [&](char* buffer, std::size_t size) {
      return checked(group, "list it", [&] {
        return H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, index, buffer, size,
                                  H5P_DEFAULT);
      });
    };
    std::string name(static_cast<std::size_t>(name_at(nullptr, 0)), '\0');
    name_at(name.data(), name.size() + 1);
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace sheaf::hdf5
