// SPDX-License-Identifier: MIT
#pragma once
// A file as a folder: one file a source, with its id as the path.
//
//   OUT/cats/1.jpg.npy          one array chosen; several: OUT/image/cats/1.jpg.npy, …
//   OUT/captions/cats/1.jpg.txt texts
//   OUT/labels.csv              arrays with one number a source: a line a source, a column an array
//   OUT/image.npy               without sources, or by rows: an array a file
//
// Model: names are checked before anything is written. Failure: Error.

#include <vector>

#include "host/export/export_job.hpp"

namespace sheaf::host {

[[nodiscard]] std::vector<Exported> export_folder(ExportJob& job);

}  // namespace sheaf::host
