// SPDX-License-Identifier: MIT
#pragma once
// Chunks as they lie in the file, past the filters: encoded bytes and a mask.
//
// Model: a chunk is addressed by its first element, a multiple of the chunk's shape on every axis.
// Threads: as HDF5, one call at a time. Failure: Error that names the dataset.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/codecs/codec.hpp"
#include "core/hdf5/handle.hpp"
#include "core/value.hpp"

namespace sheaf::hdf5 {

// All of them with their options, in the order they are applied when writing.
[[nodiscard]] std::vector<codecs::Filter> filter_pipeline(const Dataset& dataset);

// Goes on to the first element of the next chunk, row-major; false behind the last one.
[[nodiscard]] bool next_chunk(const Shape& shape, const Shape& chunk, Shape& first);
// Chunks that have a place in the file.
[[nodiscard]] std::int64_t chunk_count(const Dataset& dataset);
struct StoredChunk {
  Shape first;
  std::uint64_t address = 0;  // from the beginning of the file
  std::uint64_t bytes = 0;    // as encoded
  std::uint32_t mask = 0;
};
// Those chunks. The time goes with the square of their number (1.10.8).
[[nodiscard]] std::vector<StoredChunk> list_chunks(const Dataset& dataset);
// Bytes of the chunk as encoded; empty when it has no place in the file.
[[nodiscard]] std::optional<std::size_t> chunk_bytes(const Dataset& dataset, const Shape& first);
// Reads all of them to `data` and returns the filter mask.
[[nodiscard]] std::uint32_t read_chunk(const Dataset& dataset, const Shape& first, void* data);
void write_chunk(const Dataset& dataset, const Shape& first, const void* data, std::size_t bytes,
                 std::uint32_t mask);

}  // namespace sheaf::hdf5
