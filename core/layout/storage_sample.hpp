// SPDX-License-Identifier: MIT
#pragma once
// How the array of an output is stored, and some of its chunks as they lie in the file: for those
// who want to know what reading it costs.
//
// Model: works on any HDF5 file. Chunks are taken evenly over axis 0. Threads: as HDF5, one call at
// a time. Failure: Error that names the file and the object.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/codecs/codec.hpp"
#include "core/value.hpp"

namespace sheaf::layout {

struct StoredChunk {
  std::vector<std::byte> bytes;  // encoded
  std::uint32_t mask = 0;        // of the filters that were left out
};

struct StorageSample {
  Shape chunks;                           // empty when contiguous
  std::vector<codecs::Filter> filters;    // in the order they are applied when writing
  std::vector<std::string> filter_names;  // "shuffle", "deflate(4)"
  std::int64_t stored_bytes = 0;
  bool has_spans = true;  // false: rows of sources are found by references only
  std::vector<StoredChunk> some;
};

// `path` as sheaf::read::File has it; at most `count` chunks, and `bytes` of them.
[[nodiscard]] StorageSample sample_storage(const std::filesystem::path& file,
                                           const std::string& path, std::int64_t count,
                                           std::size_t bytes);

}  // namespace sheaf::layout
