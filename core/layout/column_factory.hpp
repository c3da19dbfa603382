// SPDX-License-Identifier: MIT
#pragma once
// Columns for the arrays of a feature and for the file's own tables.

#include <memory>
#include <string>
#include <vector>

#include "core/codecs/codec.hpp"
#include "core/layout/column.hpp"

namespace sheaf::layout {

// HDF5's largest chunk, and so the largest row.
inline constexpr std::int64_t largest_chunk_bytes = 0xFFFFFFFF;
// The largest one that may be asked for: a chunk is held in memory as a whole, by us and by every
// reader of a compressed one.
inline constexpr std::int64_t largest_asked_chunk = std::int64_t{1} << 30;

// Bytes of one row as the file stores it; a string counts 16, its place in the heap.
[[nodiscard]] std::int64_t stored_row_bytes(const OutputSpec& spec, const Shape& item_shape);

// Shuffle, compression and checksum as the options ask, in the order they are applied.
[[nodiscard]] std::vector<codecs::Filter> filters_of(const DatasetOptions& options,
                                                     std::size_t element_bytes,
                                                     std::size_t chunk_bytes);

// The array of an output, with the options of its spec. Throws Error (Invalid) when a chunk of as
// many rows as it asks for is too large. `encoder` must outlive it.
[[nodiscard]] std::unique_ptr<Column> make_array_column(hid_t group, const OutputSpec& spec,
                                                        const Shape& item_shape,
                                                        ChunkEncoder& encoder);

// The one that is there, with its rows; shape, chunks and filters are the dataset's own. Throws
// Error (Invalid) when it holds another dtype than the spec wants stored.
[[nodiscard]] std::unique_ptr<Column> open_array_column(hid_t group, const OutputSpec& spec,
                                                        ChunkEncoder& encoder);

// One row a source (or a failure): no options.
[[nodiscard]] std::unique_ptr<StringColumn> make_string_column(hid_t group, const char* name);
[[nodiscard]] std::unique_ptr<FixedColumn> make_int64_column(hid_t group, const char* name,
                                                             const Shape& item_shape);
[[nodiscard]] std::unique_ptr<FixedColumn> make_reference_column(hid_t group, const char* name);
// Those that are there, with their rows. Throws Error (Corrupt) for another type or shape.
[[nodiscard]] std::unique_ptr<StringColumn> open_string_column(hid_t group, const char* name);
[[nodiscard]] std::unique_ptr<FixedColumn> open_int64_column(hid_t group, const char* name,
                                                             const Shape& item_shape);
[[nodiscard]] std::unique_ptr<FixedColumn> open_reference_column(hid_t group, const char* name);

}  // namespace sheaf::layout
