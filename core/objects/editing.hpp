// SPDX-License-Identifier: MIT
#pragma once
// What somebody does who edits a file by hand: values change and the rest stays, also in lists.
//
// Model: assign() writes into what is there where that has the shape, and holds the value in its
// dtype: place, attributes and chunks stay. Else it is made anew, with the attributes that were
// there. A place past the last entry of a list ("log/3", where there are three) is a new entry.
// Threads, failure: as File; Error (Exists) where something is there and wasn't to be replaced.

#include <cstdint>
#include <string>

#include "core/objects/item.hpp"

namespace sheaf::objects {

enum class Dtypes : std::uint8_t { OfWhatIsThere, OfTheValue };

void assign(const Item& to, const Tree& value, Dtypes dtypes = Dtypes::OfWhatIsThere);
// An attribute, likewise.
void assign(const Attributes& attrs, const std::string& name, const Tree& value,
            Dtypes dtypes = Dtypes::OfWhatIsThere);
// Attributes as they are, with type and bytes, also where they can't be read as a value. References
// lead where they did within a file and become null in another one.
struct AttributePlace {
  Item of;
  std::string name;
};
void move_attribute(const AttributePlace& from, const AttributePlace& to, bool replaces);
void copy_attribute(const AttributePlace& from, const AttributePlace& to, bool replaces);
// Within a file; links stay links where no list is involved.
void move(const Item& from, const Item& to, bool replaces);
// Between files, or within one; what can't be read is copied as it is.
void copy(const Item& from, const Item& to, bool replaces);

}  // namespace sheaf::objects
