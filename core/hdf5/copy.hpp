// SPDX-License-Identifier: MIT
#pragma once
// Objects of one file made again in another one.
//
// Model: a copy has the same content and no timestamps. References can't be copied, since they hold
// addresses: they are made anew, once what they lead to is there. Those inside of compounds and
// lists aren't: they are null.
// Failure: Error that names the object.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/hdf5/handle.hpp"
#include "core/value.hpp"

namespace sheaf::hdf5 {

// Empty, with links in the order that the model's have.
[[nodiscard]] Group create_group_like(hid_t where, const std::string& name, const Group& model);
// With the model's type, chunks, filters and fill value, and another number of rows. Axis 0 has no
// limit. The model must have chunks.
[[nodiscard]] Dataset create_dataset_like(hid_t where, const std::string& name,
                                          const Dataset& model, std::int64_t rows);
// Both without attributes. References become null, and rows that are lists of references stay away.
// H5Ocopy isn't used: it crashes on a full disk (1.10.8).
void copy_dataset(const Dataset& from, hid_t where, const std::string& name);
void copy_datatype(hid_t from, hid_t where, const std::string& name);
// All chunks that are there, as they are encoded; `to` is like `from`. `at` gets the first row.
void copy_chunks(const Dataset& from, const Dataset& to,
                 const std::function<void(std::int64_t row)>& at = {});

[[nodiscard]] std::vector<std::string> attribute_names(hid_t object);
[[nodiscard]] Datatype attribute_type(hid_t object, const std::string& name);
// References become null.
void copy_attribute(hid_t from, hid_t to, const std::string& name);
// The same under another name. References are kept within a file, where they lead where they did.
void copy_attribute(hid_t from, const std::string& name, hid_t to, const std::string& new_name,
                    bool keeps_references);

enum class References : std::uint8_t { None, Objects, Regions, Nested };
[[nodiscard]] References references_in(const Datatype& type);

// Where a reference leads: the object's path in the new file, or empty where it can't be followed.
using NewPath = std::function<std::string(std::uint64_t address, References kind)>;

// Makes references anew; those without a path become null. Returns how many did.
std::int64_t copy_reference_attribute(hid_t from, hid_t to, const std::string& name,
                                      const NewPath& new_path);
// `to` is there already, with the same shape.
std::int64_t copy_references(const Dataset& from, const Dataset& to, const NewPath& new_path);

}  // namespace sheaf::hdf5
