// SPDX-License-Identifier: MIT
#pragma once
// Datasets that grow along axis 0, and rows of them.
//
// Model: an array of rows; a row has the shape of all axes but the first. Memory is row-major.
// Shapes are whole shapes (rows first) unless they are called item shapes.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/codecs/codec.hpp"
#include "core/hdf5/handle.hpp"
#include "core/value.hpp"

namespace sheaf::hdf5 {

// Of a list for creation that says how chunks are; in the order they are applied when writing.
void set_filters(const PropertyList& list, const std::vector<codecs::Filter>& filters);

struct DatasetCreation {
  Shape item_shape;
  std::int64_t chunk_rows = 1;            // a chunk spans whole rows
  std::vector<codecs::Filter> filters{};  // in the order they are applied when writing
  std::optional<Value> fill_value{};
};

// Zero rows, no limit on axis 0. An item axis of extent 0 has no limit either, since HDF5 wants
// chunks no larger than what is fixed.
[[nodiscard]] Dataset create_dataset(hid_t where, const std::string& name, const Datatype& type,
                                     const DatasetCreation& creation);
[[nodiscard]] Dataset open_dataset(hid_t where, const std::string& path);

// How it was created; the fill value is left out. Throws Error (Unsupported) when it doesn't grow
// along axis 0 in chunks of whole rows.
[[nodiscard]] DatasetCreation creation_of(const Dataset& dataset);

[[nodiscard]] Datatype type_of(const Dataset& dataset);
[[nodiscard]] Shape shape_of(const Dataset& dataset);
[[nodiscard]] Shape chunks_of(const Dataset& dataset);  // empty when contiguous or compact
// Where its elements lie. Elsewhere: in other files or datasets, or in chunks of which those at the
// edge go without their filters.
enum class Place : std::uint8_t { Compact, Contiguous, Chunked, Elsewhere };
[[nodiscard]] Place place_of(const Dataset& dataset);
// "shuffle", "deflate(4)": in the order they are applied when writing.
[[nodiscard]] std::vector<std::string> filters_of(const Dataset& dataset);
[[nodiscard]] std::int64_t stored_bytes(const Dataset& dataset);

void set_shape(const Dataset& dataset, const Shape& shape);

// The element that rows have which nobody wrote, as the file stores it; zeros when it is undefined.
[[nodiscard]] std::vector<std::byte> fill_element(const Dataset& dataset);

// The fill value, in the machine's byte order, where one was chosen that Dtype has a match for.
[[nodiscard]] std::optional<Value> fill_value_of(const Dataset& dataset);

// The whole chunk that begins at `row`, past the filters and without conversion: `data` is what the
// filters made of it, `mask` has a bit for each of them that was left out. HDF5 1.10
// remembers the chunk it wrote last without its mask: open the dataset anew before it is read.
void write_chunk(const Dataset& dataset, std::int64_t row, const void* data, std::size_t bytes,
                 std::uint32_t mask = 0);
// Rows start ≤ r < start + shape[0]; `shape` is that of the memory.
void write_rows(const Dataset& dataset, const Datatype& memory, std::int64_t start,
                const Shape& shape, const void* data);
void read_rows(const Dataset& dataset, const Datatype& memory, std::int64_t start,
               const Shape& shape, void* data);
// `count` elements an axis from `first` on, into the first corner of memory that has the shape
// `room`.
void read_box(const Dataset& dataset, const Datatype& memory, const Shape& first,
              const Shape& count, const Shape& room, void* data);
void write_box(const Dataset& dataset, const Datatype& memory, const Shape& first,
               const Shape& count, const void* data);

}  // namespace sheaf::hdf5
