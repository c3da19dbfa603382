// SPDX-License-Identifier: MIT
#pragma once
// Groups, links and property lists.
//
// Model: free functions on ids; paths are relative to `where`. Names are UTF-8. What is created
// has no timestamps, so that the same calls give the same bytes.

#include <string>
#include <vector>

#include "core/hdf5/handle.hpp"

namespace sheaf::hdf5 {

[[nodiscard]] PropertyList property_list(hid_t list_class);
// For any list that creates objects: files, groups, datasets.
void leave_out_times(const PropertyList& creation);
// For lists that create files and groups: links are listed as they came. Attributes aren't: where
// their order is kept, HDF5 ends at the 65,536th that is made, replaced ones counted.
void keep_order(const PropertyList& creation);
// For the creation of links: the name is UTF-8.
[[nodiscard]] PropertyList utf8_link_properties();

[[nodiscard]] Group open_group(hid_t where, const std::string& path);
// Opens the group, creating it and its parents where they are missing.
[[nodiscard]] Group require_group(hid_t where, const std::string& path);
[[nodiscard]] Object open_object(hid_t where, const std::string& path);
// The same object, without the path that HDF5 keeps of what it opens, and of all opened from it.
[[nodiscard]] Object open_without_name(hid_t object);
// Whether every link of the path exists.
[[nodiscard]] bool exists(hid_t where, const std::string& path);
// Whether there is such an object and it is a dataset.
[[nodiscard]] bool is_dataset(hid_t where, const std::string& path);
void unlink(hid_t where, const std::string& path);
// Names of the links in a group, in the order of their names.
[[nodiscard]] std::vector<std::string> links(hid_t group);

}  // namespace sheaf::hdf5
