// SPDX-License-Identifier: MIT
#pragma once
// A file whose rows are transformed while they are read.
//
//   auto file = read::transformed(read::File::open("photos.h5"), {{"image", {to_float,
//   normalise}}}); file->output("image").get(0);                  // float32
//   loader::Loader::open(file, {{"image"}});        // batches of float32
//
// Model: a File like any, with the sources, spans and attributes of the other one; of the outputs
// named, dtype and shapes are those of what the transforms make. Of a ragged output, elements are
// counted anew. Rows are transformed where they are read, by the thread that reads, some megabytes
// at a time; nothing is kept.
// Threads: as File. Failure: Error, also where a transform can't work on such rows: at once.

#include <map>
#include <memory>
#include <string>

#include "core/read/file.hpp"
#include "core/read/row_transform.hpp"

namespace sheaf::read {

// Throws Error (NotFound) for a path that `file` hasn't, Unsupported for one with strings.
[[nodiscard]] std::shared_ptr<File> transformed(
    std::shared_ptr<File> file, const std::map<std::string, OpenTransforms>& transforms);

}  // namespace sheaf::read
