// SPDX-License-Identifier: MIT
#pragma once
// Strings in datasets and attributes.
//
// Model: written as variable-length UTF-8; read from any kind of HDF5 string, without the padding
// of fixed-length ones. A string written must not contain a NUL byte: HDF5 would cut it there.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/hdf5/handle.hpp"
#include "core/value.hpp"

namespace sheaf::hdf5 {

// For reads and writes of few texts: at each of them HDF5 would clear a buffer of a megabyte, which
// takes 0.4 ms.
[[nodiscard]] PropertyList string_transfer();

// As many NUL-terminated strings as `shape` has elements, into rows from `start`.
void write_strings(const Dataset& dataset, std::int64_t start, const Shape& shape,
                   const char* const* strings);
[[nodiscard]] std::vector<std::string> read_strings(const Dataset& dataset, std::int64_t start,
                                                    const Shape& shape);
[[nodiscard]] std::vector<std::string> read_strings(const Attribute& attribute, const Shape& shape);
// Those that are selected in `from`, a space of the dataset, as many as `shape` has.
[[nodiscard]] std::vector<std::string> read_strings(const Dataset& dataset, const Dataspace& from,
                                                    const Shape& shape);

// The text of a fixed-length string: up to the first NUL, or without the blanks at its end.
[[nodiscard]] std::string_view unpadded(std::string_view field, H5T_str_t padding);

// Throws Error (Invalid) naming `object` when one contains a NUL byte.
void check_strings(const std::vector<std::string>& strings, const std::string& object);

}  // namespace sheaf::hdf5
