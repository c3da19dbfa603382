// SPDX-License-Identifier: MIT
#pragma once
// What lies at a place, and all of it in memory.
//
// Failure: Error that names the object; read() can note it in the place of the entry instead.

#include <optional>
#include <string>
#include <string_view>

#include "core/hdf5/stored_value.hpp"
#include "core/objects/places.hpp"

namespace sheaf::objects {

struct Look {
  Kind kind = Kind::Absent;
  std::string reason{};      // of what is unreadable: "compound", "a soft link to …"
  hdf5::Description what{};  // of a dataset
  hdf5::Dataset dataset{};
  GroupPtr group{};
};

[[nodiscard]] Look look_at(Places& places, Found found);
// Without one, a Look of an absent Item.
[[nodiscard]] Look look_at(Places& places, const std::string& path);

[[nodiscard]] Tree read(Places& places, const std::string& path, bool notes_errors);
[[nodiscard]] Tree read(const Look& scalar);

[[nodiscard]] Tree read_attribute(hid_t object, const std::string& name);
[[nodiscard]] std::optional<Tree> find_attribute(hid_t object, const std::string& name);
// In the order that the object keeps.
[[nodiscard]] std::vector<std::string> attribute_names(hid_t object);

}  // namespace sheaf::objects
