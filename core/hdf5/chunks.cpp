// SPDX-License-Identifier: MIT
#include "core/hdf5/chunks.hpp"

#include <algorithm>
#include <array>

#include "core/hdf5/selection.hpp"

namespace sheaf::hdf5 {
namespace {

using Offset = std::array<hsize_t, H5S_MAX_RANK>;

Offset offset_of(const Shape& first) {
  Offset offset{};
  std::copy(first.begin(), first.end(), offset.begin());
  return offset;
}

codecs::Filter filter_at(const PropertyList& list, unsigned index) {
  codecs::Filter filter;
  unsigned flags = 0;
  std::size_t count = 0;
  const auto get = [&] {
    filter.id = static_cast<unsigned>(checked(list.get(), "look at its filters", [&] {
      return H5Pget_filter2(list.get(), index, &flags, &count, filter.values.data(), 0, nullptr,
                            nullptr);
    }));
  };
  get();  // how many options there are
  filter.values.resize(count);
  get();
  filter.is_optional = (flags & H5Z_FLAG_OPTIONAL) != 0;
  return filter;
}

}  // namespace

std::vector<codecs::Filter> filter_pipeline(const Dataset& dataset) {
  const PropertyList list(checked(dataset.get(), "look at how it was created",
                                  [&] { return H5Dget_create_plist(dataset.get()); }));
  const int count =
      checked(dataset.get(), "look at its filters", [&] { return H5Pget_nfilters(list.get()); });
  std::vector<codecs::Filter> filters;
  filters.reserve(static_cast<std::size_t>(count));
  for (int index = 0; index < count; ++index) {
    filters.push_back(filter_at(list, static_cast<unsigned>(index)));
  }
  return filters;
}

bool next_chunk(const Shape& shape, const Shape& chunk, Shape& first) {
  for (std::size_t axis = first.size(); axis-- > 0;) {
    first[axis] += chunk[axis];
    if (first[axis] < shape[axis]) return true;
    if (axis > 0) first[axis] = 0;
  }
  return false;
}

std::int64_t chunk_count(const Dataset& dataset) {
  const Dataspace space = space_of(dataset);
  hsize_t count = 0;
  checked(dataset.get(), "count its chunks",
          [&] { return H5Dget_num_chunks(dataset.get(), space.get(), &count); });
  return static_cast<std::int64_t>(count);
}

std::vector<StoredChunk> list_chunks(const Dataset& dataset) {
  const Dataspace space = space_of(dataset);
  const std::size_t rank = shape_of(space).size();
  std::vector<StoredChunk> chunks(static_cast<std::size_t>(chunk_count(dataset)));
  for (std::size_t number = 0; number < chunks.size(); ++number) {
    Offset offset{};
    haddr_t address = 0;
    hsize_t bytes = 0;
    unsigned mask = 0;
    checked(dataset.get(), "look up a chunk", [&] {
      return H5Dget_chunk_info(dataset.get(), space.get(), number, offset.data(), &mask, &address,
                               &bytes);
    });
    chunks[number] = {
        {offset.begin(), offset.begin() + static_cast<std::ptrdiff_t>(rank)}, address, bytes, mask};
  }
  return chunks;
}

std::optional<std::size_t> chunk_bytes(const Dataset& dataset, const Shape& first) {
  const Offset offset = offset_of(first);
  hsize_t bytes = 0;
  try {
    checked(dataset.get(), "look up a chunk",
            [&] { return H5Dget_chunk_storage_size(dataset.get(), offset.data(), &bytes); });
  } catch (const Error& error) {
    // The only way HDF5 has to say so.
    if (error.hdf5_stack().find("chunk storage is not allocated") == std::string::npos) throw;
    return std::nullopt;
  }
  if (bytes == 0) return std::nullopt;
  return static_cast<std::size_t>(bytes);
}

std::uint32_t read_chunk(const Dataset& dataset, const Shape& first, void* data) {
  const Offset offset = offset_of(first);
  std::uint32_t mask = 0;
  checked(dataset.get(), "read a chunk",
          [&] { return H5Dread_chunk(dataset.get(), H5P_DEFAULT, offset.data(), &mask, data); });
  return mask;
}

void write_chunk(const Dataset& dataset, const Shape& first, const void* data, std::size_t bytes,
                 std::uint32_t mask) {
  const Offset offset = offset_of(first);
  checked(dataset.get(), "write a chunk", [&] {
    return H5Dwrite_chunk(dataset.get(), H5P_DEFAULT, mask, offset.data(), bytes, data);
  });
}

}  // namespace sheaf::hdf5
