// SPDX-License-Identifier: MIT
#pragma once
// A dataset of another HDF5 file, as the plugin sees it.
//
//   plugin.cpp ──► module.cpp ──► reader.cpp (HDF5)
//   sheaf_hdf5.so                 hdf5/reader.so
//
// Model: rows are axis 0; a scalar is one row. HDF5 is one library a process, with locks and state
// of its own: where the host runs plugins in its own process and has HDF5 loaded, the module isn't.
// Safety: nothing but the file itself is opened: external links, external storage and virtual
// datasets are refused. Failure: sdk::Error. Threads: any, one at a time inside HDF5.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <sheaf/sdk.hpp>

namespace sheaf::hdf5 {

class Dataset {
 public:
  virtual ~Dataset() = default;
  [[nodiscard]] virtual sheaf_dtype dtype() const = 0;
  [[nodiscard]] virtual const sdk::Shape& shape() const = 0;  // at least one axis
  // How many rows it reads at once without decompressing anything twice; at least 1.
  [[nodiscard]] virtual std::int64_t good_rows() const = 0;
  virtual void read(std::int64_t start, std::int64_t rows, std::span<std::byte> to) = 0;
  [[nodiscard]] virtual std::vector<std::string> read_text(std::int64_t start,
                                                           std::int64_t rows) = 0;
};

// Loads the module at the first call; throws sdk::PluginError where it mustn't or can't.
[[nodiscard]] std::unique_ptr<Dataset> open_dataset(const char* path, const std::string& name);

// The module's one symbol; its number changes with the class above.
using Entry = Dataset* (*)(const char* path, const char* name);
#define SHEAF_HDF5_READER_ENTRY sheaf_hdf5_reader_v1

}  // namespace sheaf::hdf5
