// SPDX-License-Identifier: MIT
#pragma once
// Arrays with one number a source as a table: labels.csv, after RFC 4180.
//
//   id,dirlabel,dirlabel_class
//   cats/1.jpg,0,cats
//
// Model: a line a source; a cell is empty where the source is absent. An array of whole numbers
// whose attribute `classes` lists names has a column for those, too. Failure: Error.

#include <vector>

#include "host/export/export_job.hpp"

namespace sheaf::host {

// Whether the array has at most one row a source, a single number; one source has it at least.
[[nodiscard]] bool is_label(const ExportJob& job, const read::Output& output);

void write_label_table(const ExportJob& job, const std::vector<const read::Output*>& labels,
                       const Sink& sink);

}  // namespace sheaf::host
