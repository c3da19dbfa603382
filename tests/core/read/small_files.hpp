// SPDX-License-Identifier: MIT
#pragma once
// Files for the tests of the fast reader, and what HDF5 itself reads from them.

#include <cstring>
#include <filesystem>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/hdf5/dataset.hpp"
#include "core/hdf5/file.hpp"
#include "core/hdf5/types.hpp"
#include "core/layout/writer.hpp"
#include "core/read/file.hpp"
#include "tests/core/rows.hpp"
#include "tests/support/process.hpp"

namespace sheaf::test {

inline void h5py_makes(const char* script, const std::string& name,
                       const std::filesystem::path& file) {
  const std::filesystem::path tests = std::filesystem::path(__FILE__).parent_path().parent_path();
  const ProcessResult result = run_python(tests / script, {name, file.string()});
  if (!result.ok()) throw std::runtime_error(result.out + result.err);
}

// All rows of a dataset, through HDF5.
inline std::vector<std::byte> bytes_by_hdf5(const std::filesystem::path& path,
                                            const std::string& name) {
  const hdf5::File file = hdf5::open_file(path.string());
  const hdf5::Dataset dataset = hdf5::open_dataset(file.get(), name);
  const Dtype dtype = *hdf5::inspect(hdf5::type_of(dataset)).dtype;
  const Shape shape = hdf5::shape_of(dataset);
  std::vector<std::byte> bytes(static_cast<std::size_t>(element_count(shape)) * dtype.size());
  hdf5::read_rows(dataset, hdf5::memory_type(dtype), 0, shape, bytes.data());
  return bytes;
}

inline std::vector<std::byte> part(const std::vector<std::byte>& bytes, std::size_t row_bytes,
                                   layout::Span rows) {
  const auto begin = bytes.begin() + rows.start * static_cast<std::int64_t>(row_bytes);
  return {begin, begin + (rows.stop - rows.start) * static_cast<std::int64_t>(row_bytes)};
}

inline std::vector<std::byte> rows_of(const read::Array& array, layout::Span rows) {
  std::vector<std::byte> out(static_cast<std::size_t>(rows.stop - rows.start) * array.row_bytes());
  array.read(rows, out);
  return out;
}

inline std::vector<std::byte> all_rows(const read::Array& array) {
  return rows_of(array, {0, array.shape()[0]});
}

// One source with rows that count, in one feature "x".
inline std::filesystem::path counting_file(const std::filesystem::path& path, std::int64_t rows,
                                           const Shape& item,
                                           const layout::DatasetOptions& options = {}) {
  layout::Writer writer = layout::Writer::create(path, true);
  writer.add_feature(feature("x", int32, item, options));
  store(writer, 0, "a", counting<std::int32_t>(rows, item));
  return writer.finish();
}

}  // namespace sheaf::test
