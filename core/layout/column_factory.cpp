// SPDX-License-Identifier: MIT
#include "core/layout/column_factory.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/hdf5/types.hpp"
#include "core/layout/names.hpp"

namespace sheaf::layout {
namespace {

constexpr std::int64_t string_bytes = 16;  // length, address and index in the global heap

Dtype stored_dtype(const OutputSpec& spec) { return spec.options.dtype.value_or(spec.dtype); }

std::size_t size_in_file(Dtype dtype) {
  return dtype.is_string() ? static_cast<std::size_t>(string_bytes) : dtype.size();
}

void add_compression(const DatasetOptions& options, std::size_t element_size,
                     std::size_t chunk_bytes, std::vector<codecs::Filter>& filters) {
  const auto levels = kind_of(options.compression).levels;
  const auto level = static_cast<unsigned>(options.level.value_or(levels ? levels->usual : 0));
  switch (options.compression) {
    case Compression::None:
      return;
    case Compression::Deflate:
      return filters.push_back(codecs::deflate_filter(level));
    case Compression::Lzf:
      return filters.push_back(codecs::lzf_filter(chunk_bytes));
    case Compression::Lz4:
      return filters.push_back(codecs::lz4_filter());
    case Compression::Zstd:
      return filters.push_back(codecs::zstd_filter(level));
    case Compression::Blosc:
      // One shuffle is enough: Blosc's own, unless HDF5's stands in front of it.
      return filters.push_back(
          codecs::blosc_filter(element_size, chunk_bytes, level, !options.shuffle));
  }
}

hdf5::DatasetCreation creation_of(const OutputSpec& spec, const Shape& item_shape) {
  const DatasetOptions& options = spec.options;
  const std::int64_t row_bytes = std::max<std::int64_t>(stored_row_bytes(spec, item_shape), 1);
  const std::int64_t wanted =
      options.chunk_rows.value_or(default_chunk_rows(static_cast<std::size_t>(row_bytes)));
  hdf5::DatasetCreation creation;
  creation.item_shape = item_shape;
  creation.chunk_rows = wanted;
  if (options.chunk_rows && wanted > 1 && wanted > largest_asked_chunk / row_bytes) {
    throw Error(ErrorCode::Invalid, spec.name,
                "chunks of " + std::to_string(wanted) + " rows of " + std::to_string(row_bytes) +
                    " bytes are larger than 1 GiB; ask for fewer rows a chunk");
  }
  creation.filters = filters_of(options, size_in_file(stored_dtype(spec)),
                                static_cast<std::size_t>(wanted * row_bytes));
  creation.fill_value = options.fill_value;
  return creation;
}

GrowingDataset table_dataset(hid_t group, const char* name, hdf5::Datatype type,
                             const Shape& item_shape) {
  hdf5::DatasetCreation creation;
  creation.item_shape = item_shape;
  creation.chunk_rows = names::source_chunk_rows;
  return {group, name, std::move(type), std::move(creation)};
}

GrowingDataset open_table(hid_t group, const char* name, const hdf5::Datatype& type,
                          const Shape& item_shape) {
  GrowingDataset file = GrowingDataset::open(group, name);
  if (!hdf5::equal(file.type(), type) || file.creation().item_shape != item_shape ||
      !file.creation().filters.empty()) {
    throw Error(ErrorCode::Corrupt, hdf5::describe(group, name),
                "isn't the table that Sheaf writes there; `sheaf pack` makes a new one");
  }
  return file;
}

template <class SomeColumn>
std::unique_ptr<SomeColumn> resumed(std::unique_ptr<SomeColumn> column) {
  column->resume();
  return column;
}

}  // namespace

std::vector<codecs::Filter> filters_of(const DatasetOptions& options, std::size_t element_bytes,
                                       std::size_t chunk_bytes) {
  std::vector<codecs::Filter> filters;
  if (options.shuffle) filters.push_back(codecs::shuffle_filter(element_bytes));
  add_compression(options, element_bytes, chunk_bytes, filters);
  if (options.fletcher32) filters.push_back(codecs::fletcher32_filter());
  return filters;
}

std::int64_t stored_row_bytes(const OutputSpec& spec, const Shape& item_shape) {
  Shape bytes = item_shape;
  bytes.push_back(static_cast<std::int64_t>(size_in_file(stored_dtype(spec))));
  return element_count(bytes);
}

std::unique_ptr<Column> make_array_column(hid_t group, const OutputSpec& spec,
                                          const Shape& item_shape, ChunkEncoder& encoder) {
  GrowingDataset file(group, names::array, hdf5::stored_type(stored_dtype(spec)),
                      creation_of(spec, item_shape));
  if (spec.dtype.is_string()) return std::make_unique<StringColumn>(std::move(file));
  return std::make_unique<FixedColumn>(std::move(file), hdf5::memory_type(spec.dtype), spec.dtype,
                                       &encoder);
}

std::unique_ptr<Column> open_array_column(hid_t group, const OutputSpec& spec,
                                          ChunkEncoder& encoder) {
  GrowingDataset file = GrowingDataset::open(group, names::array);
  if (!hdf5::equal(file.type(), hdf5::stored_type(stored_dtype(spec)))) {
    throw Error(ErrorCode::Invalid, hdf5::describe(group, names::array),
                "holds " + hdf5::inspect(file.type()).text + ", and " + stored_dtype(spec).name() +
                    " is to be added; give the feature another place, or build the file anew");
  }
  if (spec.dtype.is_string()) {
    return resumed<Column>(std::make_unique<StringColumn>(std::move(file)));
  }
  return resumed<Column>(std::make_unique<FixedColumn>(
      std::move(file), hdf5::memory_type(spec.dtype), spec.dtype, &encoder));
}

std::unique_ptr<StringColumn> open_string_column(hid_t group, const char* name) {
  return resumed(
      std::make_unique<StringColumn>(open_table(group, name, hdf5::stored_type(utf8), {})));
}

std::unique_ptr<FixedColumn> open_int64_column(hid_t group, const char* name,
                                               const Shape& item_shape) {
  return resumed(
      std::make_unique<FixedColumn>(open_table(group, name, hdf5::stored_type(int64), item_shape),
                                    hdf5::memory_type(int64), int64));
}

std::unique_ptr<FixedColumn> open_reference_column(hid_t group, const char* name) {
  return resumed(
      std::make_unique<FixedColumn>(open_table(group, name, hdf5::region_reference_type(), {}),
                                    hdf5::region_reference_type(), uint8));
}

std::unique_ptr<StringColumn> make_string_column(hid_t group, const char* name) {
  return std::make_unique<StringColumn>(table_dataset(group, name, hdf5::stored_type(utf8), {}));
}

std::unique_ptr<FixedColumn> make_int64_column(hid_t group, const char* name,
                                               const Shape& item_shape) {
  return std::make_unique<FixedColumn>(
      table_dataset(group, name, hdf5::stored_type(int64), item_shape), hdf5::memory_type(int64),
      int64);
}

std::unique_ptr<FixedColumn> make_reference_column(hid_t group, const char* name) {
  // Read back only by the column itself, so that the dtype doesn't matter.
  return std::make_unique<FixedColumn>(
      table_dataset(group, name, hdf5::region_reference_type(), {}), hdf5::region_reference_type(),
      uint8);
}

}  // namespace sheaf::layout
