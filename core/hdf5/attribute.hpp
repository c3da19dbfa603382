// SPDX-License-Identifier: MIT
#pragma once
// Attributes as Values.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/hdf5/handle.hpp"
#include "core/value.hpp"

namespace sheaf::hdf5 {

// Replaces an attribute of that name.
void write_attribute(hid_t object, const std::string& name, const Value& value);
[[nodiscard]] Attribute open_attribute(hid_t object, const std::string& name);
[[nodiscard]] Datatype type_of(const Attribute& attribute);
[[nodiscard]] Dataspace space_of(const Attribute& attribute);
[[nodiscard]] bool has_attribute(hid_t object, const std::string& name);
// What Value has no way to hold becomes text: "<compound>", and "<empty>" for h5py.Empty.
[[nodiscard]] Value read_attribute(hid_t object, const std::string& name);
// False when there was none.
bool erase_attribute(hid_t object, const std::string& name);
void rename_attribute(hid_t object, const std::string& name, const std::string& new_name);
// by_creation where keeps_attribute_order() (links.hpp), else by name.
[[nodiscard]] std::vector<std::string> list_attributes(hid_t object, bool by_creation);
[[nodiscard]] std::int64_t attribute_count(hid_t object);
// All of them, in the order of their names.
[[nodiscard]] std::vector<std::pair<std::string, Value>> read_attributes(hid_t object);

}  // namespace sheaf::hdf5
