// SPDX-License-Identifier: MIT
#include "core/layout/storage_sample.hpp"

#include <algorithm>

#include "core/hdf5/chunks.hpp"
#include "core/hdf5/dataset.hpp"
#include "core/hdf5/file.hpp"
#include "core/hdf5/group.hpp"
#include "core/layout/names.hpp"
#include "core/layout/paths.hpp"

namespace sheaf::layout {
namespace {

// The group that holds the array, or "" when the path is a dataset itself.
std::string array_group(const hdf5::File& file, const std::string& path) {
  if (hdf5::is_dataset(file.get(), path)) return {};  // nothing can be looked for below it
  for (const std::string& group : {path, below(path, names::flat)}) {
    if (hdf5::is_dataset(file.get(), below(group, names::array))) return group;
  }
  return {};
}

void take_chunks(const hdf5::Dataset& dataset, StorageSample& sample, std::int64_t count,
                 std::size_t bytes) {
  const Shape shape = hdf5::shape_of(dataset);
  const std::int64_t there = (shape.at(0) + sample.chunks[0] - 1) / sample.chunks[0];
  const std::int64_t step = std::max<std::int64_t>(1, there / count);
  Shape first(shape.size(), 0);
  std::size_t taken = 0;
  for (std::int64_t i = 0; i < there && taken < bytes; i += step) {
    first[0] = i * sample.chunks[0];
    const auto size = hdf5::chunk_bytes(dataset, first);
    if (!size || taken + *size > bytes) continue;
    StoredChunk chunk{std::vector<std::byte>(*size)};
    chunk.mask = hdf5::read_chunk(dataset, first, chunk.bytes.data());
    taken += *size;
    sample.some.push_back(std::move(chunk));
  }
}

}  // namespace

StorageSample sample_storage(const std::filesystem::path& name, const std::string& path,
                             std::int64_t count, std::size_t bytes) {
  const hdf5::File file = hdf5::open_file(name.string());
  const std::string group = array_group(file, path);
  const hdf5::Dataset dataset =
      hdf5::open_dataset(file.get(), group.empty() ? path : below(group, names::array));
  StorageSample sample;
  sample.chunks = hdf5::chunks_of(dataset);
  sample.filters = hdf5::filter_pipeline(dataset);
  sample.filter_names = hdf5::filters_of(dataset);
  sample.stored_bytes = hdf5::stored_bytes(dataset);
  sample.has_spans = group.empty() || hdf5::exists(file.get(), below(group, names::spans));
  if (!sample.chunks.empty() && !sample.filters.empty()) take_chunks(dataset, sample, count, bytes);
  return sample;
}

}  // namespace sheaf::layout
