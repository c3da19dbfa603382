// SPDX-License-Identifier: MIT
// Chunks and filters of an array that is packed.
#include <algorithm>
#include <optional>

#include "core/error.hpp"
#include "core/hdf5/chunks.hpp"
#include "core/hdf5/types.hpp"
#include "core/layout/column_factory.hpp"
#include "core/layout/pack_array.hpp"

namespace sheaf::layout {
namespace {

constexpr std::int64_t variable_bytes = 16;  // an element's place in the heap

struct Sizes {
  std::size_t element = 0;
  std::int64_t row = 0;
};

Sizes sizes_of(const hdf5::Dataset& dataset) {
  const hdf5::Datatype type = hdf5::type_of(dataset);
  Sizes sizes;
  sizes.element = hdf5::is_variable(type) ? variable_bytes : hdf5::size_of(type);
  Shape row = hdf5::shape_of(dataset);
  row[0] = static_cast<std::int64_t>(sizes.element);
  sizes.row = std::max<std::int64_t>(element_count(row), 1);
  return sizes;
}

// What a change speaks of, of a pipeline that is there.
DatasetOptions options_of(const hdf5::Dataset& dataset, const std::vector<codecs::Filter>& filters,
                          bool compression_changes) {
  DatasetOptions options;
  for (const codecs::Filter& filter : filters) {
    if (filter.id == codecs::shuffle_id) {
      options.shuffle = true;
    } else if (filter.id == codecs::fletcher32_id) {
      options.fletcher32 = true;
    } else if (const CompressionKind* kind = find_compression(filter.id)) {
      options.compression = kind->compression;
      const std::size_t at = kind->compression == Compression::Blosc ? 4 : 0;
      if (kind->levels && filter.values.size() > at) {
        options.level = static_cast<int>(filter.values[at]);
      }
    } else if (!compression_changes) {
      throw Error(ErrorCode::Unsupported, hdf5::describe(dataset.get()),
                  "has a filter that Sheaf doesn't write (" + std::to_string(filter.id) +
                      "); choose a compression");
    }
  }
  return options;
}

}  // namespace

Storage storage_of(const hdf5::Dataset& dataset) {
  const Shape chunk = hdf5::chunks_of(dataset);
  if (chunk.empty())
    return {default_chunk_rows(static_cast<std::size_t>(sizes_of(dataset).row)), {}};
  return {chunk[0], hdf5::filter_pipeline(dataset)};
}

Storage changed(const hdf5::Dataset& dataset, const StorageChange& change) {
  Storage old = storage_of(dataset);
  if (change == StorageChange{}) return old;
  const Sizes sizes = sizes_of(dataset);
  const std::string object = hdf5::describe(dataset.get());
  DatasetOptions options = options_of(dataset, old.filters, change.compression.has_value());
  if (change.compression && *change.compression != options.compression) {
    options.compression = *change.compression;
    options.level.reset();
  }
  if (change.level) {
    if (const auto reason = refuse_level(options.compression, *change.level)) {
      throw Error(ErrorCode::Invalid, object, *reason);
    }
    options.level = change.level;
  }
  options.shuffle = change.shuffle.value_or(options.shuffle);
  options.fletcher32 = change.fletcher32.value_or(options.fletcher32);
  const std::int64_t rows = change.chunk_rows.value_or(old.chunk_rows);
  if (rows < 1 || (rows > 1 && rows > largest_asked_chunk / sizes.row)) {
    throw Error(ErrorCode::Invalid, object,
                "chunks of " + std::to_string(rows) + " rows of " + std::to_string(sizes.row) +
                    " bytes can't be; they have 1 row at least, and 1 GiB at most");
  }
  return {rows, filters_of(options, sizes.element, static_cast<std::size_t>(rows * sizes.row))};
}

}  // namespace sheaf::layout
