// SPDX-License-Identifier: MIT
#pragma once
// Trees as objects in a file, in ch5mpy's format (docs/objects.md).
//
// Model: check() says all that can be said before anything is made; make() makes it without a name.
// Failure: Error that names `object`.

#include <string>

#include "core/hdf5/handle.hpp"
#include "core/hdf5/maker.hpp"
#include "core/objects/tree.hpp"

namespace sheaf::objects {

void check(const Tree& tree, const std::string& object);
[[nodiscard]] hdf5::Object make(hdf5::Maker& maker, hid_t file, const Tree& tree);
// An empty list, without a name.
[[nodiscard]] hdf5::Object make_list(hdf5::Maker& maker, hid_t file);
// What ch5mpy looks for at an array of texts; nothing at others.
void mark_dtype(hdf5::Maker& maker, hid_t dataset, const Value& value);
// … when longer texts come to a part of it.
void widen_dtype(hdf5::Maker& maker, hid_t dataset, const Value& part);

void check_attribute(const std::string& name, const Tree& value, const std::string& object);
void write_attribute(hdf5::Maker& maker, const hdf5::ObjectAt& object, const std::string& name,
                     const Tree& value);

}  // namespace sheaf::objects
