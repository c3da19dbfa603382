// SPDX-License-Identifier: MIT
#pragma once
// What ch5mpy calls things in a file, and what Sheaf adds.

namespace sheaf::objects::names {

inline constexpr const char* type_attr = "__h5_type__";    // "list", "object", "pickle"
inline constexpr const char* class_attr = "__h5_class__";  // a pickle of the class
inline constexpr const char* dtype_attr = "dtype";         // of arrays: NumPy's, "<U6" for text
inline constexpr const char* none_text = "__h5_NONE__";    // an attribute that is None
inline constexpr const char* list = "list";
inline constexpr const char* object = "object";
inline constexpr const char* pickle = "pickle";

inline constexpr const char* object_type = "sheaf_type";  // of described objects
inline constexpr const char* object_version = "sheaf_type_version";

}  // namespace sheaf::objects::names
