// SPDX-License-Identifier: MIT
#pragma once
// Between Dtype and HDF5's datatypes, as h5py maps them: bool is the enum {FALSE = 0, TRUE = 1} of
// int8, complex the compound {r, i}, float16 IEEE half, str variable-length UTF-8.

#include <cstddef>
#include <optional>
#include <string>

#include "core/dtype.hpp"
#include "core/hdf5/handle.hpp"

namespace sheaf::hdf5 {

// Elements in memory: the machine's byte order.
[[nodiscard]] Datatype memory_type(Dtype dtype);
// Elements in a file: little-endian.
[[nodiscard]] Datatype stored_type(Dtype dtype);
// H5T_STD_REF_DSETREG: a reference to a region of a dataset.
[[nodiscard]] Datatype region_reference_type();

// What Sheaf makes of a type found in a file.
struct TypeInfo {
  std::optional<Dtype> dtype;  // empty where Dtype has no match
  std::string text;            // the Dtype's name, else HDF5's word: "compound", "opaque"
};
[[nodiscard]] TypeInfo inspect(const Datatype& type);
// More of what has no match: "compound {x: float64, label: str}", "vlen of int32".
[[nodiscard]] std::string type_text(const Datatype& type);

// Of an id of a named datatype.
[[nodiscard]] Datatype named_type(hid_t type);
// The same elements, without the tie to a file that a named datatype has.
[[nodiscard]] Datatype copy_of(const Datatype& type);
[[nodiscard]] std::size_t size_of(const Datatype& type);
[[nodiscard]] bool is_variable_string(const Datatype& type);
// Whether elements, or members of them, have a variable length, so that they lie elsewhere.
[[nodiscard]] bool is_variable(const Datatype& type);
// Whether elements, or members of them, are references.
[[nodiscard]] bool has_references(const Datatype& type);
[[nodiscard]] bool equal(const Datatype& a, const Datatype& b);

// Whether elements in the file have the bytes that they have in memory. An enum has those of its
// integers.
[[nodiscard]] bool is_stored_as(const Datatype& type, Dtype dtype);

// Converts `count` elements where they are; `elements` has room for either type.
void convert(const Datatype& from, const Datatype& to, std::size_t count, void* elements);

// Whether HDF5 converts elements of one to the other.
[[nodiscard]] bool convertible(Dtype from, Dtype to) noexcept;

}  // namespace sheaf::hdf5
