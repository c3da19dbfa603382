// SPDX-License-Identifier: MIT
#pragma once
// Items copied as they are, with types and attributes that Trees have no word for.
//
// Model: the copy is whole and has no name yet. What has several names in it is copied once and
// gets as many, also where it is a part of itself. Soft and external links are copied as links,
// references become null. Failure: Error.

#include <string>

#include "core/objects/places.hpp"

namespace sheaf::objects {

[[nodiscard]] hdf5::Object copy_of(Places& from, const std::string& path, Places& to);

}  // namespace sheaf::objects
