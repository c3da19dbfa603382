// SPDX-License-Identifier: MIT
#pragma once
// Attributes as Values.

#include <string>
#include <utility>
#include <vector>

#include "core/hdf5/handle.hpp"
#include "core/value.hpp"

namespace sheaf::hdf5 {

// Replaces an attribute of that name.
void write_attribute(hid_t object, const std::string& name, const Value& value);
[[nodiscard]] bool has_attribute(hid_t object, const std::string& name);
// What Value has no way to hold becomes text: "<compound>", and "<empty>" for h5py.Empty.
[[nodiscard]] Value read_attribute(hid_t object, const std::string& name);
// All of them, in the order of their names.
[[nodiscard]] std::vector<std::pair<std::string, Value>> read_attributes(hid_t object);

}  // namespace sheaf::hdf5
