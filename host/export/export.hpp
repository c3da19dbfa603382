// SPDX-License-Identifier: MIT
#pragma once
// Writes what a file holds in forms that need no HDF5 (docs/reading.md).
//
//   OUT.npy    one array of fixed shape
//   OUT.npz    several, ids, and which rows are whose; ragged ones flat, with their shapes
//   OUT        a folder: one file a source, its id as the path (folder.hpp)
//
// Model: the rows of the chosen sources in order of the ids; in a file without sources, or by
// numbers of rows, the rows of the concatenated arrays. Nothing has its name before it is complete.
// Memory doesn't grow with the arrays. Threads: one at a time. Failure: Error; then nothing is
// left.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/read/file.hpp"
#include "host/ingest/summary.hpp"

namespace sheaf::host {

enum class ExportForm : std::uint8_t { Npy, Npz, Folder };
enum class FileFormat : std::uint8_t { Auto, Npy };

struct ExportOptions {
  std::filesystem::path output;
  std::vector<std::string> paths;                     // of outputs; none: all
  std::optional<std::vector<std::size_t>> sources{};  // numbers; none: all
  std::optional<layout::Span> rows{};    // instead of sources; negative numbers as in Python
  FileFormat format = FileFormat::Auto;  // of the files in a folder
  bool overwrite = false;
};

struct Exported {
  std::string path;  // of the output, or "__id__"
  std::string dtype;
  Shape shape;            // of the array as a whole; of the flat one if ragged
  std::size_t files = 0;  // in a folder
  std::string where{};    // in a folder: "{id}.npy", "image/{id}.npy", "labels.csv"
};

struct ExportReport {
  ExportForm form = ExportForm::Folder;
  std::size_t sources = 0;
  std::vector<Exported> arrays;
  std::int64_t bytes = 0;
};

// By the end of its name.
[[nodiscard]] ExportForm form_of(const std::filesystem::path& output);

[[nodiscard]] ExportReport export_arrays(const read::File& file, const ExportOptions& options,
                                         const std::atomic<bool>& stop, Observer& observer);

}  // namespace sheaf::host
