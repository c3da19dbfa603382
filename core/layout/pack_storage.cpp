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
constexpr std::int64_t largest_asked_chunk = std::int64_t{1} << 30;

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

// The part of the filters that a change speaks of.
struct Choice {
  Compression compression = Compression::None;
  std::optional<int> level;
  bool shuffle = false;
  bool fletcher32 = false;
};

Choice choice_of(const hdf5::Dataset& dataset, const std::vector<codecs::Filter>& filters,
                 bool compression_changes) {
  Choice choice;
  for (const codecs::Filter& filter : filters) {
    if (filter.id == codecs::shuffle_id) {
      choice.shuffle = true;
    } else if (filter.id == codecs::fletcher32_id) {
      choice.fletcher32 = true;
    } else if (const CompressionKind* kind = find_compression(filter.id)) {
      choice.compression = kind->compression;
      const std::size_t at = kind->compression == Compression::Blosc ? 4 : 0;
      if (kind->levels && filter.values.size() > at) {
        choice.level = static_cast<int>(filter.values[at]);
      }
    } else if (!compression_changes) {
      throw Error(ErrorCode::Unsupported, hdf5::describe(dataset.get()),
                  "has a filter that Sheaf doesn't write (" + std::to_string(filter.id) +
                      "); choose a compression");
    }
  }
  return choice;
}

codecs::Filter compression_filter(const Choice& choice, const Sizes& sizes,
                                  std::size_t chunk_bytes) {
  const auto& levels = kind_of(choice.compression).levels;
  const auto level = static_cast<unsigned>(choice.level.value_or(levels ? levels->usual : 0));
  switch (choice.compression) {
    case Compression::Deflate:
      return codecs::deflate_filter(level);
    case Compression::Lzf:
      return codecs::lzf_filter(chunk_bytes);
    case Compression::Lz4:
      return codecs::lz4_filter();
    case Compression::Zstd:
      return codecs::zstd_filter(level);
    default:
      return codecs::blosc_filter(sizes.element, chunk_bytes, level, !choice.shuffle);
  }
}

std::vector<codecs::Filter> filters_of(const Choice& choice, const Sizes& sizes,
                                       std::int64_t chunk_rows) {
  std::vector<codecs::Filter> filters;
  if (choice.shuffle) filters.push_back(codecs::shuffle_filter(sizes.element));
  if (choice.compression != Compression::None) {
    filters.push_back(
        compression_filter(choice, sizes, static_cast<std::size_t>(chunk_rows * sizes.row)));
  }
  if (choice.fletcher32) filters.push_back(codecs::fletcher32_filter());
  return filters;
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
  Choice choice = choice_of(dataset, old.filters, change.compression.has_value());
  if (change.compression && *change.compression != choice.compression) {
    choice.compression = *change.compression;
    choice.level.reset();
  }
  if (change.level) {
    if (const auto reason = refuse_level(choice.compression, *change.level)) {
      throw Error(ErrorCode::Invalid, object, *reason);
    }
    choice.level = change.level;
  }
  choice.shuffle = change.shuffle.value_or(choice.shuffle);
  choice.fletcher32 = change.fletcher32.value_or(choice.fletcher32);
  const std::int64_t rows = change.chunk_rows.value_or(old.chunk_rows);
  if (rows < 1 || (rows > 1 && rows > largest_asked_chunk / sizes.row)) {
    throw Error(ErrorCode::Invalid, object,
                "chunks of " + std::to_string(rows) + " rows of " + std::to_string(sizes.row) +
                    " bytes can't be; they have 1 row at least, and 1 GiB at most");
  }
  return {rows, filters_of(choice, sizes, rows)};
}

}  // namespace sheaf::layout
